/*
 * The native modal dialog, opened while mounted.  Escape and a click beside
 * it call onClose; focus goes back to where it was by the browser's doing.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "./icons";

interface Props {
  title: string;
  onClose?: () => void;
  wide?: boolean;
  full?: boolean;
  children: ComponentChildren;
}

export function Dialog({ title, onClose, wide, full, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = ref.current!;

    dialog.showModal();
    return () => dialog.close();
  }, []);

  return (
    <dialog
      ref={ref}
      class={`dialog${wide ? " dialog-wide" : ""}${full ? " dialog-full" : ""}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => {
        if (event.target === ref.current) {
          onClose?.();
        }
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          {onClose !== undefined && (
            <button type="button" class="icon-button" aria-label={t("action.close")} onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
