/* Confidential mode of a paper: unpublished, the hosts it may go to, its end. */
import { useState } from "preact/hooks";
import { ApiError, type Paper } from "../api/client";
import { updatePaper } from "../api/resources";
import { formatList, formatNumber, t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { ErrorBox } from "../ui/errors";
import { AreaField } from "../ui/field";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toasts";
import { useAction } from "../ui/use-action";

const MAX_DAYS = 36_500;

export function ConfidentialCard({ paper, etag }: { paper: Paper; etag: string | null }) {
  const [editing, setEditing] = useState(false);
  const hosts = paper.llm_hosts ?? [];

  return (
    <section class={`card${paper.unpublished ? " card-confidential" : ""}`} aria-labelledby="confidential-title">
      <header class="card-head">
        <h2 id="confidential-title">
          {paper.unpublished && <Icon name="lock" />} {t("confidential.title")}
        </h2>
        <button type="button" class="button button-small" onClick={() => setEditing(true)}>
          <Icon name="edit" size={16} />{t("confidential.change")}
        </button>
      </header>
      {!paper.unpublished ? <p class="muted">{t("confidential.off")}</p> : (
        <>
          <p>{t("confidential.on_note")}</p>
          <dl class="facts">
            <dt>{t("confidential.hosts")}</dt>
            <dd>{hosts.length === 0 ? t("confidential.hosts_none") : formatList(hosts)}</dd>
          </dl>
        </>
      )}
      {paper.retention_days != null && (
        <p class="small"><Icon name="clock" size={16} /> {t("confidential.kept", { n: paper.retention_days })}</p>
      )}
      {editing && <Editor paper={paper} etag={etag} onClose={() => setEditing(false)} />}
    </section>
  );
}

interface EditorProps {
  paper: Paper;
  etag: string | null;
  onClose: () => void;
}

function Editor({ paper, etag, onClose }: EditorProps) {
  const [unpublished, setUnpublished] = useState(paper.unpublished);
  const save = useAction(updatePaper);
  const fields = save.error instanceof ApiError ? save.error.details : {};
  const bad = (name: string) => Object.keys(fields).some((f) => f.startsWith(name)) ? t("field.invalid") : undefined;

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();

    const form = new FormData(event.currentTarget as HTMLFormElement);
    const days = String(form.get("retention") ?? "").trim();
    const hosts = String(form.get("hosts") ?? "").split(/[\s,，;；]+/).filter((h) => h !== "");

    if (await save.run(paper.id, { unpublished, retention_days: days === "" ? null : Number(days),
      ...(unpublished ? { llm_hosts: [...new Set(hosts)] } : {}) }, etag)) {
      toast(t("confidential.saved"));
      onClose();
    }
  }

  return (
    <Dialog title={t("confidential.title")} onClose={onClose}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {save.error !== null && <ErrorBox error={save.error} />}
        <div class="field">
          <label class="check">
            <input type="checkbox" checked={unpublished} aria-describedby="confidential-note"
              onChange={(event) => setUnpublished(event.currentTarget.checked)} />
            <span>{t("confidential.on")}</span>
          </label>
          <p class="field-hint" id="confidential-note">{t("confidential.on_note")}</p>
        </div>
        {unpublished && (
          <AreaField label={t("confidential.hosts")} name="hosts" rows={3} maxLength={4000}
            hint={t("confidential.hosts_hint")} defaultValue={(paper.llm_hosts ?? []).join("\n")} error={bad("llm_hosts")} />
        )}
        <div class="field">
          <label for="retention">{t("confidential.retention")}</label>
          <input id="retention" name="retention" type="number" inputMode="numeric" min={1} max={MAX_DAYS} step={1}
            aria-describedby="retention-hint" aria-invalid={bad("retention_days") === undefined ? undefined : "true"}
            defaultValue={paper.retention_days == null ? "" : String(paper.retention_days)} />
          <p class="field-hint" id="retention-hint">
            {bad("retention_days") ?? t("confidential.retention_hint", { max: formatNumber(MAX_DAYS) })}
          </p>
        </div>
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" class="button button-primary" disabled={save.pending}>
            {save.pending ? t("state.saving") : t("action.save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
