/* Short messages that go by themselves, read out politely; one may offer undo. */
import { signal } from "@preact/signals";
import { t } from "../i18n";
import { Icon } from "./icons";

interface Toast {
  key: number;
  text: string;
  kind: "info" | "error";
  action?: { label: string; run: () => void };
}

const SHOW_MS = 8_000;
const MAX_TOASTS = 3;
const toasts = signal<Toast[]>([]);
let nextKey = 1;

export function toast(text: string, kind: Toast["kind"] = "info", action?: Toast["action"]): void {
  const key = nextKey++;

  toasts.value = [...toasts.peek().slice(1 - MAX_TOASTS), { key, text, kind, action }];
  setTimeout(() => dismiss(key), SHOW_MS);
}

function dismiss(key: number): void {
  toasts.value = toasts.peek().filter((item) => item.key !== key);
}

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ key, text, kind, action }) => (
        <div key={key} class={`toast toast-${kind}`}>
          <p>{text}</p>
          {action !== undefined && (
            <button type="button" class="toast-action" onClick={() => {
              dismiss(key);
              action.run();
            }}>
              {action.label}
            </button>
          )}
          <button type="button" class="icon-button" aria-label={t("action.dismiss")} onClick={() => dismiss(key)}>
            <Icon name="close" size={16} />
          </button>
        </div>
      ))}
    </div>
  );
}
