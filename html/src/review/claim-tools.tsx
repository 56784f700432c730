/* Accept, reject, edit, lock: small buttons on each claim, and who did it. */
import { useRef, useState } from "preact/hooks";
import type { Claim } from "../api/client";
import { user } from "../app/session";
import { formatDate, t, type Key } from "../i18n";
import { errorText } from "../ui/errors";
import { Icon, type IconName } from "../ui/icons";
import { toast } from "../ui/toasts";
import { decide, type ClaimChange } from "./claims";

const MAX_TEXT = 5000;

export function ClaimTools({ analysisId, claim }: { analysisId: string; claim: Claim }) {
  const [editing, setEditing] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);

  function change(body: ClaimChange): void {
    decide(analysisId, claim, body, user.peek()?.name ?? "").catch((error: unknown) =>
      toast(t("claim.not_saved", { why: errorText(error) }), "error"));
  }

  function close(): void {
    setEditing(false);
    edit.current?.focus();
  }

  return (
    <>
      <div class="claim-tools" role="group" aria-label={t("claim.tools")}>
        <Tool name="claim.accept" icon="check" on={claim.decision === "accepted"} tone="ok"
          onClick={() => change({ decision: claim.decision === "accepted" ? null : "accepted" })} />
        <Tool name="claim.reject" icon="close" on={claim.decision === "rejected"} tone="error"
          onClick={() => change({ decision: claim.decision === "rejected" ? null : "rejected" })} />
        <button ref={edit} type="button" class="icon-button claim-tool" aria-label={t("claim.edit")}
          title={t("claim.edit")} aria-expanded={editing} onClick={() => setEditing(!editing)}>
          <Icon name="edit" size={16} />
        </button>
        <Tool name="claim.lock" icon={claim.locked ? "lock" : "unlock"} on={claim.locked} tone="plain"
          note={t("claim.lock_note")} onClick={() => change({ locked: !claim.locked })} />
      </div>
      <Who claim={claim} />
      {editing && (
        <Editor claim={claim} onClose={close} onSave={(text) => {
          change({ text });
          close();
        }} />
      )}
    </>
  );
}

interface ToolProps {
  name: Key;
  icon: IconName;
  on: boolean;
  tone: string;
  note?: string;
  onClick: () => void;
}

function Tool({ name, icon, on, tone, note, onClick }: ToolProps) {
  return (
    <button type="button" class={`icon-button claim-tool claim-tool-${tone}`} aria-pressed={on} aria-label={t(name)}
      title={note ?? t(name)} onClick={onClick}>
      <Icon name={icon} size={16} />
    </button>
  );
}

function Who({ claim }: { claim: Claim }) {
  const { decision, decided_by: by, decided_at: at } = claim;
  const words = [
    decision !== null && (by == null || at == null ? t(`claim.${decision}` as Key)
      : t(`claim.${decision}_by` as Key, { name: by, date: formatDate(at, "time") })),
    claim.edited_by != null && t("claim.edited_by", { name: claim.edited_by }),
    claim.locked && t("claim.locked"),
  ].filter((s) => s !== false);

  return (
    <>
      {words.length > 0 && <p class="claim-who small muted">{words.join(" · ")}</p>}
      {claim.original_text != null && claim.original_text !== claim.text && (
        <p class="claim-original small"><strong>{t("claim.original")}</strong> <s dir="auto">{claim.original_text}</s></p>
      )}
    </>
  );
}

interface EditorProps {
  claim: Claim;
  onClose: () => void;
  onSave: (text: string) => void;
}

function Editor({ claim, onClose, onSave }: EditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const id = `edit-${claim.id}`;
  const original = claim.original_text ?? null;

  return (
    <form class="claim-editor" onSubmit={(event) => {
      event.preventDefault();

      const text = field.current!.value.trim();

      if (text === claim.text || text === "") {
        onClose();
      } else {
        onSave(text);
      }
    }} onKeyDown={(event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        onClose();
      }
    }}>
      <div class="field">
        <label for={id}>{t("claim.edit_label")}</label>
        <textarea id={id} ref={(element) => {
          if (element !== null && field.current === null) {
            element.focus();
          }

          field.current = element;
        }} rows={4} required maxLength={MAX_TEXT} defaultValue={claim.text} aria-describedby={`${id}-hint`} />
        <p class="field-hint" id={`${id}-hint`}>{t("claim.edit_hint")}</p>
      </div>
      <div class="form-actions actions-left">
        <button type="submit" class="button button-small button-primary">{t("action.save")}</button>
        <button type="button" class="button button-small" onClick={onClose}>{t("action.cancel")}</button>
        {original !== null && (
          <button type="button" class="button button-small" onClick={() => onSave(original)}>
            <Icon name="restore" size={16} />{t("claim.restore")}
          </button>
        )}
      </div>
    </form>
  );
}
