/* Overview: analyses that run, live, and the papers that came last. */
import type { Analysis, PaperSummary } from "../api/client";
import { useQuery } from "../api/query";
import { analysesQuery, analysisIsMoving, paperQuery, papersQuery } from "../api/resources";
import { user } from "../app/session";
import { formatDate, formatPercent, t, tName } from "../i18n";
import { DropZone } from "../ui/drop-zone";
import { ErrorBox } from "../ui/errors";
import { PageHead } from "../ui/page-head";
import { Skeleton } from "../ui/skeleton";
import { AnalysisStatusBadge, PaperStatusBadge, Progress } from "../ui/status";

const RECENT = 6;

export default function Home() {
  const papers = useQuery(papersQuery({ page: 1, limit: RECENT, sort: "-upload_date" }));
  const analyses = useQuery(analysesQuery({ page: 1, limit: RECENT }));
  const list = papers.data?.papers;

  return (
    <>
      <PageHead title={t("home.title", { name: user.value?.name ?? "" })} />
      <div class="home">
        <section class="card" aria-labelledby="home-upload">
          <h2 id="home-upload">{t("home.upload")}</h2>
          <DropZone />
          {list?.length === 0 && (
            <ol class="steps">
              <li>{t("home.step_upload")}</li>
              <li>{t("home.step_read")}</li>
              <li>{t("home.step_check")}</li>
            </ol>
          )}
        </section>
        <section class="card" aria-labelledby="home-analyses">
          <h2 id="home-analyses">{t("home.analyses")}</h2>
          {analyses.error !== null ? (
            <ErrorBox error={analyses.error} onRetry={() => void analyses.refetch()} />
          ) : analyses.data === undefined ? (
            <Skeleton rows={3} />
          ) : analyses.data.analyses.length === 0 ? (
            <p class="muted">{t("home.no_analyses")}</p>
          ) : (
            <ul class="rows">
              {analyses.data.analyses.map((a) => <AnalysisRow key={a.id} analysis={a} papers={list ?? []} />)}
            </ul>
          )}
        </section>
        <section class="card home-papers" aria-labelledby="home-papers">
          <header class="card-head">
            <h2 id="home-papers">{t("home.papers")}</h2>
            <a href="/papers">{t("home.all_papers")}</a>
          </header>
          {papers.error !== null ? (
            <ErrorBox error={papers.error} onRetry={() => void papers.refetch()} />
          ) : list === undefined ? (
            <Skeleton rows={4} />
          ) : list.length === 0 ? (
            <p class="muted">{t("home.no_papers")}</p>
          ) : (
            <ul class="rows">{list.map((p) => <PaperRow key={p.id} paper={p} />)}</ul>
          )}
        </section>
      </div>
    </>
  );
}

function PaperRow({ paper }: { paper: PaperSummary }) {
  return (
    <li class="row">
      <div class="row-main">
        <a href={`/papers/${paper.id}`} dir="auto">{paper.title}</a>
        <span class="small muted">{formatDate(paper.upload_date)}</span>
      </div>
      <PaperStatusBadge paper={paper} />
    </li>
  );
}

function AnalysisRow({ analysis, papers }: { analysis: Analysis; papers: PaperSummary[] }) {
  const known = papers.find((p) => p.id === analysis.paper_id);
  const fetched = useQuery({ ...paperQuery(analysis.paper_id), enabled: known === undefined, retry: false });
  const title = known?.title ?? fetched.data?.paper.title ?? t("analysis.untitled");
  const moving = analysisIsMoving(analysis.status);

  return (
    <li class="row">
      <div class="row-main">
        <a href={`/analyses/${analysis.id}`} dir="auto">{title}</a>
        {moving ? (
          <>
            <Progress value={analysis.progress} label={t("analysis.progress")} />
            <span class="small muted">
              {analysis.current_stage !== null && `${tName("stage", analysis.current_stage)} · `}
              {formatPercent(analysis.progress / 100)}
            </span>
          </>
        ) : (
          <span class="small muted">{formatDate(analysis.created_at, "time")}</span>
        )}
      </div>
      <AnalysisStatusBadge status={analysis.status} />
    </li>
  );
}
