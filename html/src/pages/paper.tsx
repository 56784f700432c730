/* One paper: what it is, its structure, its analyses, and the PDF beside it. */
import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { API_BASE, type Paper, type Structure } from "../api/client";
import { queryClient, useQuery } from "../api/query";
import { analysesQuery, analysisIsMoving, deletePaper, paperQuery, restorePaper, structureQuery }
  from "../api/resources";
import { useNavigation } from "../app/navigation";
import { formatBytes, formatDate, formatList, formatNumber, formatPercent, t, tName, tOptional, type Key }
  from "../i18n";
import { PdfSide } from "../pdf/lazy-pane";
import type { Target } from "../pdf/pane";
import { EraseDialog, PaperPanels, StartDialog } from "../run/parts";
import { ErrorBox, failureText } from "../ui/errors";
import { Icon } from "../ui/icons";
import { PageHead } from "../ui/page-head";
import { Skeleton } from "../ui/skeleton";
import { AnalysisStatusBadge, Badge, PaperStatusBadge, Progress } from "../ui/status";
import { toast } from "../ui/toasts";
import { useAction } from "../ui/use-action";
import { MissingPage } from "../ui/missing";
import { PaperEditor } from "./paper-editor";

/* Below this confidence a field of the extraction is marked to be checked. */
const SURE = 0.7;

export default function PaperPage() {
  const { params } = useRoute();

  return <PaperView key={params["id"]} id={params["id"]!} />;
}

function PaperView({ id }: { id: string }) {
  const { go } = useNavigation();
  const { data, error, refetch } = useQuery(paperQuery(id));
  const paper = data?.paper;
  const readable = paper !== undefined && ["ready", "analyzing", "completed"].includes(paper.status);
  const structure = useQuery(structureQuery(id, readable));
  const [target, setTarget] = useState<Target | null>(null);
  const [open, setOpen] = useState(false);
  const [dialog, setDialog] = useState<"edit" | "start" | "erase" | null>(null);
  const close = () => setDialog(null);

  const restore = useAction(() => restorePaper(id));
  const remove = useAction(async () => {
    await deletePaper(id);
    toast(t("papers.moved", { title: paper!.title }));
    go("/papers");
  });

  if (paper === undefined) {
    return error === null ? <><PageHead title={t("paper.loading")} /><Skeleton rows={8} /></>
      : <MissingPage error={error} onRetry={() => void refetch()} />;
  }

  const show = (page: number) => {
    setTarget({ page });
    setOpen(true);
  };

  const latest = paper.latest_analysis;
  const running = latest !== null && analysisIsMoving(latest.status);

  return (
    <div class="split">
      <div class="split-main">
        <PageHead title={paper.title} lead={
          <>
            {paper.authors.length > 0 && <p class="muted" dir="auto">{formatList(paper.authors)}</p>}
            <p class="head-line">
              <PaperStatusBadge paper={paper} />
              {paper.unpublished && <Badge tone="plain">{t("paper.unpublished")}</Badge>}
              {paper.tags.map((tag) => (
                <a key={tag} class="tag" href={`/papers?tags=${encodeURIComponent(tag)}`}>{tag}</a>
              ))}
            </p>
          </>
        } />
        {paper.deleted_at !== null && (
          <div class="notice">
            <Icon name="trash" />
            <p class="grow">{t("paper.in_trash")}</p>
            <button type="button" class="button" disabled={restore.pending} onClick={() => void restore.run()}>
              <Icon name="restore" size={16} />{t("action.restore")}
            </button>
            <button type="button" class="button" onClick={() => setDialog("erase")}>
              <Icon name="trash" size={16} />{t("action.erase")} …
            </button>
          </div>
        )}
        {paper.status === "failed" && paper.error !== null && (
          <div class="notice notice-error">
            <Icon name="warn" />
            <p>{failureText(paper.error.code)}</p>
          </div>
        )}
        {remove.error !== null && <ErrorBox error={remove.error} />}
        {restore.error !== null && <ErrorBox error={restore.error} />}
        <p class="form-actions actions-left">
          {latest !== null && (
            <a class={running || latest.status === "completed" ? "button button-primary" : "button"}
              href={`/analyses/${latest.id}`}>
              {running ? t("action.watch") : t("action.open_result")}
            </a>
          )}
          {!running && paper.status !== "failed" && paper.deleted_at === null && (
            <button type="button" class={latest?.status === "completed" ? "button" : "button button-primary"}
              onClick={() => setDialog("start")}>
              <Icon name="play" size={16} />
              {latest === null ? t("analysis.start") : t("analysis.start_again")} …
            </button>
          )}
          <button type="button" class="button only-narrow" onClick={() => {
            setTarget(null);
            setOpen(true);
          }}>
            <Icon name="page" size={16} />{t("pdf.open")}
          </button>
          <button type="button" class="button" onClick={() => setDialog("edit")}>
            <Icon name="edit" size={16} />{t("paper.edit")}
          </button>
          {paper.deleted_at === null && (
            <button type="button" class="button" disabled={remove.pending} onClick={() => void remove.run()}>
              <Icon name="trash" size={16} />{t("action.delete")}
            </button>
          )}
        </p>
        {running && (
          <div class="running">
            <Progress value={latest.progress} label={t("analysis.progress")} />
            <span class="small muted">{formatPercent(latest.progress / 100)}</span>
          </div>
        )}
        <Facts paper={paper} />
        {latest !== null && <Analyses paperId={id} />}
        {paper.deleted_at === null && paper.status !== "failed" && <PaperPanels paper={paper} etag={data!.etag} />}
        <Statements paper={paper} onShow={show} />
        {structure.data !== undefined && <Outline structure={structure.data} onShow={show} />}
        {structure.error !== null && (
          <ErrorBox error={structure.error} onRetry={() => void structure.refetch()} />
        )}
        {!readable && paper.status !== "failed" && (
          <section class="card">
            <h2>{t("paper.outline")}</h2>
            <p class="muted" role="status">{t("paper.extracting")}</p>
          </section>
        )}
      </div>
      <PdfSide url={`${API_BASE}/papers/${id}/file`} title={paper.title} target={target} open={open}
        onClose={() => setOpen(false)} />
      {dialog === "edit" && <PaperEditor paper={paper} etag={data!.etag} onClose={close} />}
      {dialog === "start" && <StartDialog paper={paper} onClose={close} />}
      {dialog === "erase" && <EraseDialog paper={paper} onClose={() => {
        close();

        if (queryClient.getQueryData(["paper", id]) === undefined) {
          go("/papers?deleted=true");
        }
      }} />}
    </div>
  );
}

function Facts({ paper }: { paper: Paper }) {
  const { metadata: m } = paper;
  const unsure = (field: string) => !m.edited.includes(field) && (m.confidence[field] ?? 1) < SURE
    && <Badge tone="warn" icon="question">{t("paper.check")}</Badge>;
  const doubtful = ["title", "authors"].filter((f) => unsure(f));

  return (
    <section class="card" aria-labelledby="paper-facts">
      <h2 id="paper-facts">{t("paper.facts")}</h2>
      {doubtful.length > 0 && (
        <p class="small doubtful">
          <Icon name="question" size={16} />
          {t("paper.check_fields", { fields: formatList(doubtful.map((f) => t(`meta.${f}` as Key))) })}
        </p>
      )}
      <dl class="facts">
        {m.publication !== null && <><dt>{t("meta.publication")}</dt><dd dir="auto">{m.publication}</dd></>}
        {m.publication_date !== null && <><dt>{t("meta.publication_date")}</dt><dd>{m.publication_date}</dd></>}
        {m.doi !== null && (
          <>
            <dt>{t("meta.doi")}</dt>
            <dd><a href={`https://doi.org/${encodeURI(m.doi)}`} rel="noopener noreferrer" target="_blank">{m.doi}</a>
              {" "}{unsure("doi")}</dd>
          </>
        )}
        {m.arxiv_id !== null && <><dt>{t("meta.arxiv_id")}</dt><dd>{m.arxiv_id}</dd></>}
        {m.article_type !== null && (
          <><dt>{t("meta.article_type")}</dt><dd>{tName("article_type", m.article_type)}</dd></>
        )}
        {m.language !== null && <><dt>{t("meta.language")}</dt><dd>{tOptional(`lang.${m.language}`) ?? m.language}</dd></>}
        {m.keywords.length > 0 && <><dt>{t("meta.keywords")}</dt><dd dir="auto">{formatList(m.keywords)}</dd></>}
        <dt>{t("meta.file")}</dt>
        <dd>
          {paper.page_count !== null && `${t("paper.pages", { n: paper.page_count })}, `}
          {formatBytes(paper.file_size)}
        </dd>
        <dt>{t("papers.column.uploaded")}</dt><dd>{formatDate(paper.upload_date, "time")}</dd>
      </dl>
      {m.abstract !== null && (
        <details class="more" open>
          <summary>{t("meta.abstract")} {unsure("abstract")}</summary>
          <p class="prose" dir="auto">{m.abstract}</p>
        </details>
      )}
    </section>
  );
}

function Statements({ paper, onShow }: { paper: Paper; onShow: (page: number) => void }) {
  const found = (Object.entries(paper.statements) as [string, Paper["statements"]["funding"]][])
      .filter(([, s]) => s !== null);

  if (found.length === 0) {
    return null;
  }

  return (
    <section class="card" aria-labelledby="paper-statements">
      <h2 id="paper-statements">{t("paper.statements")}</h2>
      <dl class="statements">
        {found.map(([name, s]) => (
          <div key={name}>
            <dt>{t(`statement.${name}` as Key)}</dt>
            <dd dir="auto">
              {s!.text}{" "}
              {s!.page !== null && <PageButton page={s!.page} onShow={onShow} />}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function PageButton({ page, onShow }: { page: number; onShow: (page: number) => void }) {
  return (
    <button type="button" class="page-chip" onClick={() => onShow(page)}
      aria-label={t("pdf.show_page", { n: page })}>
      {t("pdf.page_short", { n: page })}
    </button>
  );
}

function Outline({ structure, onShow }: { structure: Structure; onShow: (page: number) => void }) {
  const { sections, references, figures, tables } = structure;

  return (
    <section class="card" aria-labelledby="paper-outline">
      <h2 id="paper-outline">{t("paper.outline")}</h2>
      {sections.length === 0 ? <p class="muted">{t("paper.no_sections")}</p> : (
        <ol class="outline">
          {sections.map((s) => (
            <li key={s.id} class={`outline-${s.level}`}>
              <button type="button" class="outline-link" onClick={() => onShow(s.page)}>
                <span dir="auto">{s.title}</span>
                <span class="page-chip">{t("pdf.page_short", { n: s.page })}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      {figures.length + tables.length > 0 && (
        <details class="more">
          <summary>{t("paper.figures", { n: figures.length + tables.length })}</summary>
          <ul class="captions">
            {[...figures, ...tables].map((f, i) => (
              <li key={i} dir="auto">
                {f.label !== null && <strong>{f.label} </strong>}{f.caption}{" "}
                <PageButton page={f.page} onShow={onShow} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {references.length > 0 && (
        <details class="more">
          <summary>{t("paper.references", { n: references.length })}</summary>
          <ol class="references">
            {references.map((r) => (
              <li key={r.index} value={r.index} dir="auto">
                {r.raw}{" "}
                {r.doi !== null && (
                  <a href={`https://doi.org/${encodeURI(r.doi)}`} rel="noopener noreferrer" target="_blank">DOI</a>
                )}
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

const SHOWN_ANALYSES = 10;

function Analyses({ paperId }: { paperId: string }) {
  const { data } = useQuery(analysesQuery({ page: 1, limit: SHOWN_ANALYSES, paper_id: paperId }));

  if (data === undefined) {
    return (
      <section class="card" aria-labelledby="paper-analyses">
        <h2 id="paper-analyses">{t("home.analyses")}</h2>
        <Skeleton rows={1} />
      </section>
    );
  }

  return (
    <section class="card" aria-labelledby="paper-analyses">
      <h2 id="paper-analyses">{t("paper.analyses", { n: data.pagination.total })}</h2>
      <ul class="rows">
        {data.analyses.map((a) => (
          <li key={a.id} class="row">
            <div class="row-main">
              <a href={`/analyses/${a.id}`}>{formatDate(a.created_at, "time")}</a>
              <span class="small muted">
                {tName("engine", a.engine)}
                {analysisIsMoving(a.status) && ` · ${formatNumber(a.progress)} %`}
              </span>
            </div>
            <AnalysisStatusBadge status={a.status} />
          </li>
        ))}
      </ul>
    </section>
  );
}
