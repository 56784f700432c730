/* One analysis: its stages while it runs, its result beside the PDF after. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { API_BASE, type Analysis, type Paper, type Results } from "../api/client";
import { useQuery } from "../api/query";
import { analysisIsMoving, analysisQuery, cancelAnalysis, paperQuery, resultsQuery } from "../api/resources";
import { useNavigation } from "../app/navigation";
import { formatDate, t, tName } from "../i18n";
import { marksOfEvidence } from "../pdf/geometry";
import { PdfSide } from "../pdf/lazy-pane";
import type { Target } from "../pdf/pane";
import { indexClaims, indexEvidence, ResultsProvider } from "../results/context";
import { ResultView } from "../results/result-view";
import { RunPanel, StartDialog } from "../run/parts";
import { ErrorBox } from "../ui/errors";
import { Icon } from "../ui/icons";
import { MissingPage } from "../ui/missing";
import { PageHead } from "../ui/page-head";
import { Skeleton } from "../ui/skeleton";
import { AnalysisStatusBadge } from "../ui/status";
import { useAction } from "../ui/use-action";
import { useAnalysisStream } from "./analysis-stream";

export default function AnalysisPage() {
  const { params } = useRoute();

  return <AnalysisView key={params["id"]} id={params["id"]!} />;
}

function AnalysisView({ id }: { id: string }) {
  const analysis = useQuery(analysisQuery(id));
  const moving = analysis.data !== undefined && analysisIsMoving(analysis.data.status);
  const done = analysis.data?.status === "completed";
  const results = useQuery(resultsQuery(id, done));
  const paper = useQuery({
    ...paperQuery(analysis.data?.paper_id ?? ""),
    enabled: analysis.data !== undefined,
    retry: false,
  });

  useAnalysisStream(id, moving);

  /* The title comes with the paper: without it the page would jump later. */
  if (analysis.data === undefined || (paper.data === undefined && paper.error === null)) {
    return analysis.error === null ? <><PageHead title={t("analysis.loading")} /><Skeleton rows={8} /></>
      : <MissingPage error={analysis.error} onRetry={() => void analysis.refetch()} />;
  }

  const title = paper.data?.paper.title ?? t("analysis.untitled");

  if (done && results.data !== undefined) {
    return <Finished analysis={analysis.data} title={title} paper={paper.data?.paper}
      results={results.data.results} />;
  }

  return (
    <div class="narrow">
      <Head analysis={analysis.data} title={title} paper={paper.data?.paper} />
      {results.error !== null && <ErrorBox error={results.error} onRetry={() => void results.refetch()} />}
      {done && results.error === null && <Skeleton rows={8} />}
      {!done && <RunPanel analysis={analysis.data} />}
    </div>
  );
}

interface HeadProps {
  analysis: Analysis;
  title: string;
  paper: Paper | undefined;
  onOpenPdf?: () => void;
}

function Head({ analysis, title, paper, onOpenPdf }: HeadProps) {
  const [starting, setStarting] = useState(false);
  const moving = analysisIsMoving(analysis.status);
  const cancel = useAction(() => cancelAnalysis(analysis.id));
  const paperFailed = paper?.status === "failed";

  return (
    <>
      <PageHead title={title} lead={
        <p class="head-line">
          <AnalysisStatusBadge status={analysis.status} />
          <span class="small muted">{analysis.model ?? tName("engine", analysis.engine)}</span>
          <span class="small muted">{formatDate(analysis.created_at, "time")}</span>
          {paper !== undefined && <a class="small" href={`/papers/${paper.id}`}>{t("analysis.to_paper")}</a>}
        </p>
      } />
      {cancel.error !== null && <ErrorBox error={cancel.error} />}
      <p class="form-actions actions-left">
        {onOpenPdf !== undefined && (
          <button type="button" class="button only-narrow" onClick={onOpenPdf}>
            <Icon name="page" size={16} />{t("pdf.open")}
          </button>
        )}
        {moving && (
          <button type="button" class="button" disabled={cancel.pending} onClick={() => void cancel.run()}>
            <Icon name="stop" size={16} />{t("analysis.cancel")}
          </button>
        )}
        {!moving && paper !== undefined && !paperFailed && (
          <button type="button" class="button" onClick={() => setStarting(true)}>
            <Icon name="play" size={16} />{t("analysis.start_again")} …
          </button>
        )}
      </p>
      {starting && paper !== undefined && <StartDialog paper={paper} onClose={() => setStarting(false)} />}
    </>
  );
}

interface FinishedProps {
  analysis: Analysis;
  title: string;
  paper: Paper | undefined;
  results: Results;
}

function Finished({ analysis, title, paper, results }: FinishedProps) {
  const { query, setQuery } = useNavigation();
  const selected = query.get("e");
  const [target, setTarget] = useState<Target | null>(selected === null ? null : { mark: selected });
  const [open, setOpen] = useState(selected !== null);
  const marks = useMemo(() => marksOfEvidence(results.evidence ?? []), [results.evidence]);

  const context = useMemo(() => ({
    analysisId: analysis.id,
    evidence: indexEvidence(results),
    claims: indexClaims(results),
    selected,
    select(id: string, page?: number) {
      setQuery({ e: id }, true);
      setTarget(page === undefined ? { mark: id } : { mark: id, page });
      setOpen(true);
    },
  }), [analysis.id, results, selected]);

  /* A mark clicked on the page leads to its quote in the text. */
  function fromPage(id: string): void {
    setQuery({ e: id }, true);
    setTarget({ mark: id });
    setOpen(false);
    requestAnimationFrame(() => reveal(id));
  }

  /* Coming in by a link with a selected quote. */
  useEffect(() => {
    if (selected !== null) {
      reveal(selected);
    }
  }, []);

  return (
    <ResultsProvider value={context}>
      <div class="split split-result">
        <div class="split-main">
          <Head analysis={analysis} title={title} paper={paper} onOpenPdf={() => setOpen(true)} />
          <ResultView analysis={analysis} paper={paper} results={results} />
        </div>
        <PdfSide url={`${API_BASE}/papers/${analysis.paper_id}/file`} title={title} marks={marks} target={target}
          open={open} onClose={() => setOpen(false)} onSelect={fromPage} />
      </div>
    </ResultsProvider>
  );
}

/* Scrolls to the first visible place that shows a quote, opening folds. */
function reveal(id: string): void {
  const item = document.querySelector<HTMLElement>(`[data-evidence="${CSS.escape(id)}"]`);

  if (item !== null) {
    item.closest("details")?.setAttribute("open", "");
    item.scrollIntoView({ block: "center" });
    item.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
  }
}
