/*
 * A labelled control with its hint and its error, wired for assistive tools.
 * Forms are uncontrolled: give defaultValue; a value would be put back over
 * what was typed at the next render.
 */
import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface Common {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

type InputProps = Common & { name: string; type?: "text" | "email" | "password"; autocomplete?: string; required?: boolean;
  minLength?: number; maxLength?: number; value?: string; defaultValue?: string; readOnly?: boolean;
  placeholder?: string; pattern?: string };
type AreaProps = Common & { name: string; rows?: number; defaultValue?: string; maxLength?: number; required?: boolean };

function Frame({ id, label, hint, error, children }: Common & { id: string; children: JSX.Element }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint !== undefined && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
      {error !== undefined && <p class="field-error" id={`${id}-error`}>{error}</p>}
    </div>
  );
}

function described(id: string, hint?: string, error?: string): string | undefined {
  const ids = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean);

  return ids.length > 0 ? ids.join(" ") : undefined;
}

export function Field({ label, hint, error, ...input }: InputProps) {
  const id = useId();

  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input id={id} {...(input as object)} aria-describedby={described(id, hint, error)}
        aria-invalid={error !== undefined ? "true" : undefined} />
    </Frame>
  );
}

export function AreaField({ label, hint, error, ...area }: AreaProps) {
  const id = useId();

  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea id={id} {...area} aria-describedby={described(id, hint, error)}
        aria-invalid={error !== undefined ? "true" : undefined} />
    </Frame>
  );
}
