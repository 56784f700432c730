/* The upload queue: each file with its progress and what became of it. */
import type { Upload } from "../api/upload-queue";
import { uploads } from "../api/uploads";
import { useQuery } from "../api/query";
import { paperQuery } from "../api/resources";
import { formatBytes, formatPercent, t, type BaseKey } from "../i18n";
import { DropZone } from "../ui/drop-zone";
import { errorText, failureText } from "../ui/errors";
import { Icon } from "../ui/icons";
import { PageHead } from "../ui/page-head";
import { Badge, PaperStatusBadge, Progress } from "../ui/status";

export default function UploadPage() {
  const items = uploads.items.value;
  const ended = items.length - uploads.unfinished.value;

  return (
    <div class="narrow">
      <PageHead title={t("upload.title")} lead={<p class="muted">{t("upload.lead")}</p>} />
      <DropZone />
      {items.length > 0 && (
        <section aria-labelledby="upload-queue">
          <header class="card-head">
            <h2 id="upload-queue">{t("upload.queue")}</h2>
            {ended > 0 && (
              <button type="button" class="button" onClick={() => uploads.clear()}>{t("upload.clear")}</button>
            )}
          </header>
          <p role="status" class="muted">
            {uploads.unfinished.value > 0
              ? t("upload.remaining", { n: uploads.unfinished.value }) : t("upload.all_done", { n: ended })}
          </p>
          <ul class="uploads">{items.map((u) => <UploadRow key={u.key} upload={u} />)}</ul>
        </section>
      )}
    </div>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const { file, sent, paper } = upload;
  const state = upload.state.value;
  const share = file.size > 0 ? sent.value / file.size : 0;

  return (
    <li class={`upload upload-${state}`}>
      <div class="upload-head">
        <Icon name="page" />
        <span class="upload-name" dir="auto">{file.name}</span>
        <span class="small muted">{formatBytes(file.size)}</span>
      </div>
      {state === "sending" && (
        <div class="upload-progress">
          <Progress value={share * 100} label={t("upload.progress_of", { name: file.name })} />
          <span class="small muted">{share < 1 ? formatPercent(share) : t("upload.checking")}</span>
        </div>
      )}
      <div class="upload-foot">
        {state === "waiting" && <Badge tone="plain" icon="clock">{t("upload.waiting")}</Badge>}
        {state === "cancelled" && <Badge tone="plain" icon="no">{t("upload.cancelled")}</Badge>}
        {state === "failed" && <UploadError upload={upload} />}
        {(state === "stored" || state === "duplicate") && paper.value !== null && (
          <Outcome paperId={paper.value.id} duplicate={state === "duplicate"} />
        )}
        {(state === "waiting" || state === "sending") && (
          <button type="button" class="button button-small" onClick={() => uploads.cancel(upload)}
            aria-label={t("upload.cancel_name", { name: file.name })}>
            {t("action.cancel")}
          </button>
        )}
        {(state === "failed" || state === "cancelled") && (
          <button type="button" class="button button-small" onClick={() => uploads.retry(upload)}
            aria-label={t("upload.retry_name", { name: file.name })}>
            {t("action.retry")}
          </button>
        )}
      </div>
    </li>
  );
}

function UploadError({ upload }: { upload: Upload }) {
  return (
    <p class="upload-error" role="alert">
      <Icon name="warn" size={16} />
      {upload.error.value?.code === "UNSUPPORTED_MEDIA_TYPE" ? t("upload.not_pdf") : errorText(upload.error.value)}
    </p>
  );
}

/* What there is to see of an analysis; of a failed one nothing but its reason. */
const analysisAction: { [status: string]: BaseKey | undefined } = {
  pending: "action.watch",
  processing: "action.watch",
  completed: "action.open_result",
};

/* What became of a stored file: read, analysed, or why not. */
function Outcome({ paperId, duplicate }: { paperId: string; duplicate: boolean }) {
  const { data, error } = useQuery(paperQuery(paperId));
  const paper = data?.paper;

  if (paper === undefined) {
    return <p class="muted">{error === null ? t("state.loading") : errorText(error)}</p>;
  }

  const analysis = paper.latest_analysis;
  const action = analysis === null ? undefined : analysisAction[analysis.status];

  return (
    <>
      <PaperStatusBadge paper={paper} />
      {duplicate && <span class="small">{t("upload.duplicate")}</span>}
      {paper.error !== null && <p class="upload-error">{failureText(paper.error.code)}</p>}
      <a class="upload-link" href={`/papers/${paper.id}`} dir="auto">{paper.title}</a>
      {analysis !== null && action !== undefined && (
        <a class="button button-small" href={`/analyses/${analysis.id}`}>{t(action)}</a>
      )}
    </>
  );
}
