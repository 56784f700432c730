/* Corrections to what the extraction found; only changed fields are sent. */
import { useRef } from "preact/hooks";
import { ApiError, type Paper, type PaperUpdate } from "../api/client";
import { queryClient } from "../api/query";
import { updatePaper } from "../api/resources";
import { t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { ErrorBox } from "../ui/errors";
import { AreaField, Field } from "../ui/field";
import { toast } from "../ui/toasts";
import { useAction } from "../ui/use-action";

const lines = (text: string) => text.split("\n").map((s) => s.trim()).filter((s) => s !== "");
const commas = (text: string) => text.split(/[,，;；]/).map((s) => s.trim()).filter((s) => s !== "");
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export function changes(paper: Paper, form: (name: string) => string): PaperUpdate {
  const { metadata: m } = paper;
  const update: PaperUpdate = {};
  const metadata: NonNullable<PaperUpdate["metadata"]> = {};
  const title = form("title").trim();
  const authors = lines(form("authors"));
  const tags = commas(form("tags"));
  const keywords = commas(form("keywords"));

  if (title !== paper.title) {
    update.title = title;
  }

  if (!same(authors, paper.authors)) {
    update.authors = authors;
  }

  if (!same(tags, paper.tags)) {
    update.tags = tags;
  }

  if (!same(keywords, m.keywords)) {
    metadata.keywords = keywords;
  }

  for (const name of ["doi", "publication", "publication_date", "abstract"] as const) {
    const value = form(name).trim() || null;

    if (value !== m[name]) {
      metadata[name] = value;
    }
  }

  if (Object.keys(metadata).length > 0) {
    update.metadata = metadata;
  }

  return update;
}

interface Props {
  paper: Paper;
  etag: string | null;
  onClose: () => void;
}

export function PaperEditor({ paper, etag, onClose }: Props) {
  /* What the fields showed when the dialog opened, not what came in since. */
  const base = useRef({ paper, etag }).current;
  const { metadata: m } = base.paper;
  const action = useAction(updatePaper);
  const failure = action.error instanceof ApiError ? action.error : null;
  const fields = failure?.details ?? {};
  const bad = (name: string) => fields[name] ?? fields[`metadata.${name}`] ? t("field.invalid") : undefined;

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();

    const form = new FormData(event.currentTarget as HTMLFormElement);
    const update = changes(base.paper, (name) => String(form.get(name) ?? ""));

    if (Object.keys(update).length === 0 || await action.run(base.paper.id, update, base.etag)) {
      toast(t("paper.saved"));
      onClose();
    }
  }

  return (
    <Dialog title={t("paper.edit")} onClose={onClose} wide>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {failure?.status === 412 ? (
          <div class="notice notice-error" role="alert">
            <p>{t("paper.stale")}</p>
            <button type="button" class="button" onClick={() => {
              void queryClient.invalidateQueries({ queryKey: ["paper", base.paper.id] });
              onClose();
            }}>
              {t("paper.reload")}
            </button>
          </div>
        ) : action.error !== null && <ErrorBox error={action.error} />}
        <Field label={t("meta.title")} name="title" required maxLength={1000} defaultValue={base.paper.title}
          error={bad("title")} />
        <AreaField label={t("meta.authors")} name="authors" rows={4} hint={t("paper.authors_hint")}
          defaultValue={base.paper.authors.join("\n")} error={bad("authors")} />
        <div class="field-pair">
          <Field label={t("meta.doi")} name="doi" maxLength={255} defaultValue={m.doi ?? ""} error={bad("doi")} />
          <Field label={t("meta.publication_date")} name="publication_date" pattern="\d{4}(-\d{2}(-\d{2})?)?"
            placeholder="2026-01-31" defaultValue={m.publication_date ?? ""} hint={t("paper.date_hint")}
            error={bad("publication_date")} />
        </div>
        <Field label={t("meta.publication")} name="publication" maxLength={500} defaultValue={m.publication ?? ""}
          error={bad("publication")} />
        <AreaField label={t("meta.abstract")} name="abstract" rows={6} maxLength={20000} defaultValue={m.abstract ?? ""}
          error={bad("abstract")} />
        <Field label={t("meta.keywords")} name="keywords" hint={t("paper.commas_hint")} defaultValue={m.keywords.join(", ")}
          error={bad("keywords")} />
        <Field label={t("meta.tags")} name="tags" hint={t("paper.commas_hint")} defaultValue={base.paper.tags.join(", ")}
          error={bad("tags")} />
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" class="button button-primary" disabled={action.pending}>
            {action.pending ? t("state.saving") : t("action.save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
