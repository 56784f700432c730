/* Sources that the user knows of: what a paper does not say, with its words. */
import { useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { useQuery } from "../api/query";
import { formatDate, t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { ErrorBox, errorText } from "../ui/errors";
import { AreaField, Field } from "../ui/field";
import { Icon } from "../ui/icons";
import { Skeleton } from "../ui/skeleton";
import { toast } from "../ui/toasts";
import { useAction } from "../ui/use-action";
import { addSource, deleteSource, sourcesQuery, type Source } from "./api";

/* Only web addresses become links. */
export function safeUrl(url: string | null): string | null {
  return url !== null && /^https?:\/\//i.test(url) ? url : null;
}

export function SourcesCard({ paperId }: { paperId: string }) {
  const { data, error, refetch: again } = useQuery(sourcesQuery(paperId));
  const [adding, setAdding] = useState(false);

  return (
    <section class="card" aria-labelledby="sources-title">
      <header class="card-head">
        <h2 id="sources-title">{t("source.title")}</h2>
        <button type="button" class="button button-small" onClick={() => setAdding(true)}>
          <Icon name="plus" size={16} />{t("source.add")}
        </button>
      </header>
      <p class="small muted">{t("source.lead")}</p>
      {error !== null ? <ErrorBox error={error} onRetry={() => void again()} />
        : data === undefined ? <Skeleton rows={1} />
          : data.length === 0 ? <p class="muted">{t("source.none")}</p> : (
            <ul class="rows">{data.map((s) => <SourceRow key={s.id} paperId={paperId} source={s} />)}</ul>
          )}
      {adding && <SourceDialog paperId={paperId} onClose={() => setAdding(false)} />}
    </section>
  );
}

function SourceRow({ paperId, source: s }: { paperId: string; source: Source }) {
  const url = safeUrl(s.url);
  const remove = useAction(async () => {
    try {
      await deleteSource(paperId, s.id);
      toast(t("source.deleted"), "info", {
        label: t("action.undo"),
        run: () => void addSource(paperId, { title: s.title, url: s.url, date: s.date, quote: s.quote })
            .catch((e: unknown) => toast(errorText(e), "error")),
      });
    } catch (cause) {
      toast(errorText(cause), "error");
    }
  });

  return (
    <li class="row row-top">
      <div class="row-main">
        {url === null ? <strong dir="auto">{s.title}</strong>
          : <a class="title" href={url} rel="noopener noreferrer nofollow" target="_blank" dir="auto">{s.title}</a>}
        <blockquote class="source-quote" dir="auto">{s.quote}</blockquote>
        <span class="small muted">
          {s.date !== null && `${s.date} · `}
          {t("source.by", { name: s.created_by, date: formatDate(s.created_at) })}
        </span>
      </div>
      <button type="button" class="icon-button" disabled={remove.pending} title={t("source.delete", { title: s.title })}
        aria-label={t("source.delete", { title: s.title })} onClick={() => void remove.run()}>
        <Icon name="trash" />
      </button>
    </li>
  );
}

function SourceDialog({ paperId, onClose }: { paperId: string; onClose: () => void }) {
  const action = useAction(addSource);
  const fields = action.error instanceof ApiError ? action.error.details : {};
  const bad = (name: string) => fields[name] === undefined ? undefined : t("field.invalid");

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();

    const form = new FormData(event.currentTarget as HTMLFormElement);
    const value = (name: string) => String(form.get(name)).trim();

    if (await action.run(paperId, { title: value("title"), url: value("url") || null, date: value("date") || null,
      quote: value("quote") })) {
      toast(t("source.added"));
      onClose();
    }
  }

  return (
    <Dialog title={t("source.add")} onClose={onClose} wide>
      <form class="form" onSubmit={(event) => void submit(event)}>
        {action.error !== null && <ErrorBox error={action.error} />}
        <Field label={t("source.name")} name="title" required maxLength={500} error={bad("title")} />
        <div class="field-pair">
          <Field label={t("source.url")} name="url" maxLength={2000} placeholder="https://" pattern="[hH][tT][tT][pP][sS]?://.+"
            error={bad("url")} />
          <Field label={t("source.date")} name="date" pattern="\d{4}(-\d{2}(-\d{2})?)?" placeholder="2026-01-31"
            hint={t("source.date_hint")} error={bad("date")} />
        </div>
        <AreaField label={t("source.quote")} name="quote" rows={4} required maxLength={5000}
          hint={t("source.quote_hint")} error={bad("quote")} />
        <div class="form-actions">
          <button type="button" class="button" onClick={onClose}>{t("action.cancel")}</button>
          <button type="submit" class="button button-primary" disabled={action.pending}>
            {action.pending ? t("state.saving") : t("source.add")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
