/* The library and its trash.  Search, filter, order and page are the URL. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { PaperSummary, Schemas } from "../api/client";
import { useQuery } from "../api/query";
import { deletePaper, papersQuery, restorePaper, type PaperFilter, type PaperStatus } from "../api/resources";
import { useNavigation } from "../app/navigation";
import { formatDate, formatList, t, type Key } from "../i18n";
import { EraseDialog } from "../run/parts";
import { ErrorBox, errorText, failureText } from "../ui/errors";
import { Highlight } from "../ui/highlight";
import { Icon } from "../ui/icons";
import { PageHead } from "../ui/page-head";
import { Pager } from "../ui/pager";
import { Skeleton } from "../ui/skeleton";
import { PaperStatusBadge } from "../ui/status";
import { toast } from "../ui/toasts";
import { useAction } from "../ui/use-action";

const PER_PAGE = 20;
const STATUSES: PaperStatus[] = ["uploaded", "extracting", "ready", "analyzing", "completed", "failed"];
const SORTS = ["-upload_date", "upload_date", "title", "-title", "status"] as const;
const TYPING_MS = 300;
const MAX_AUTHORS = 4;

export function filterFromUrl(query: URLSearchParams): PaperFilter {
  const page = Number.parseInt(query.get("page") ?? "1", 10);
  const sort = query.get("sort") as PaperFilter["sort"];
  const status = query.get("status") as PaperStatus;
  const search = query.get("search")?.trim();
  const tags = query.getAll("tags").filter((tag) => tag !== "");

  return {
    page: page >= 1 ? page : 1,
    limit: PER_PAGE,
    sort: (SORTS as readonly string[]).includes(sort) ? sort : "-upload_date",
    ...(STATUSES.includes(status) ? { status } : {}),
    ...(search ? { search } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(query.get("deleted") === "true" ? { deleted: true } : {}),
  };
}

export default function Papers() {
  const { query } = useNavigation();
  const filter = filterFromUrl(query);
  const trash = filter.deleted === true;
  const { data, error, isFetching, refetch } = useQuery({
    ...papersQuery(filter),
    placeholderData: (old) => old,
  });
  const filtered = filter.search !== undefined || filter.status !== undefined || filter.tags !== undefined;

  return (
    <>
      <PageHead title={t(trash ? "papers.trash_title" : "papers.title")} actions={
        <a class="button button-primary" href="/upload"><Icon name="upload" size={18} />{t("nav.upload")}</a>
      } />
      <FilterBar filter={filter} />
      {trash && <p class="muted trash-note">{t("papers.trash_note")}</p>}
      {error !== null && data === undefined ? (
        <ErrorBox error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton rows={8} />
      ) : data.papers.length === 0 ? (
        <Empty trash={trash} filtered={filtered} />
      ) : (
        <>
          <p class="sr-only" role="status">{t("papers.count", { n: data.pagination.total })}</p>
          <PaperTable papers={data.papers} highlights={data.highlights} trash={trash} busy={isFetching} />
          <Pager pagination={data.pagination} />
        </>
      )}
    </>
  );
}

function FilterBar({ filter }: { filter: PaperFilter }) {
  const { setQuery } = useNavigation();
  const [text, setText] = useState(filter.search ?? "");
  const typed = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  useEffect(() => () => clearTimeout(typed.current), []);

  /* Back and forward change the URL under the field. */
  useEffect(() => {
    if (filter.search !== (text.trim() || undefined)) {
      setText(filter.search ?? "");
    }
  }, [filter.search]);

  function search(value: string, wait: number): void {
    clearTimeout(typed.current);
    typed.current = setTimeout(() => setQuery({ search: value.trim() || null, page: null }, true), wait);
  }

  return (
    <div class="filters">
      <form class="filter-search" role="search" onSubmit={(event) => {
        event.preventDefault();
        search(text, 0);
      }}>
        <label class="sr-only" for="papers-search">{t("papers.search")}</label>
        <Icon name="search" />
        <input id="papers-search" type="search" placeholder={t("papers.search")} value={text} maxLength={500}
          onInput={(event) => {
            setText(event.currentTarget.value);
            search(event.currentTarget.value, TYPING_MS);
          }} />
      </form>
      <div class="filter-select">
        <label for="papers-status">{t("papers.status")}</label>
        <select id="papers-status" value={filter.status ?? ""}
          onChange={(event) => setQuery({ status: event.currentTarget.value || null, page: null })}>
          <option value="">{t("papers.any_status")}</option>
          {STATUSES.map((s) => <option key={s} value={s}>{t(`paper.status.${s}` as Key)}</option>)}
        </select>
      </div>
      <div class="filter-select">
        <label for="papers-sort">{t("papers.sort")}</label>
        <select id="papers-sort" value={filter.sort}
          onChange={(event) => setQuery({ sort: event.currentTarget.value, page: null })}>
          {SORTS.map((s) => <option key={s} value={s}>{t(`papers.sort.${s}` as Key)}</option>)}
        </select>
      </div>
      <a class="button" href={filter.deleted ? "/papers" : "/papers?deleted=true"}>
        <Icon name={filter.deleted ? "left" : "trash"} size={18} />
        {t(filter.deleted ? "papers.back" : "papers.trash")}
      </a>
      {filter.tags?.map((tag) => (
        <button key={tag} type="button" class="tag" onClick={() => setQuery({ tags: null, page: null })}
          aria-label={t("papers.remove_tag", { tag })}>
          {tag}<Icon name="close" size={14} />
        </button>
      ))}
    </div>
  );
}

function Empty({ trash, filtered }: { trash: boolean; filtered: boolean }) {
  if (trash) {
    return <p class="empty">{t("papers.trash_empty")}</p>;
  }

  if (filtered) {
    return <p class="empty">{t("papers.none_found")} <a href="/papers">{t("papers.clear_filter")}</a></p>;
  }

  return (
    <div class="empty">
      <p>{t("home.no_papers")}</p>
      <a class="button button-primary" href="/upload">{t("nav.upload")}</a>
    </div>
  );
}

interface TableProps {
  papers: PaperSummary[];
  highlights: Record<string, Schemas["SearchHighlight"]>;
  trash: boolean;
  busy: boolean;
}

function PaperTable({ papers, highlights, trash, busy }: TableProps) {
  return (
    <table class="table papers" aria-busy={busy}>
      <caption class="sr-only">{t(trash ? "papers.trash_title" : "papers.title")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("papers.column.title")}</th>
          <th scope="col">{t("papers.column.status")}</th>
          <th scope="col" class="number">{t("papers.column.pages")}</th>
          <th scope="col">{t("papers.column.uploaded")}</th>
          <th scope="col"><span class="sr-only">{t("papers.column.actions")}</span></th>
        </tr>
      </thead>
      <tbody>
        {papers.map((p) => <PaperRow key={p.id} paper={p} found={highlights[p.id] ?? null} trash={trash} />)}
      </tbody>
    </table>
  );
}

function authors(names: string[]): string {
  return names.length <= MAX_AUTHORS ? formatList(names)
    : t("papers.authors_more", { names: formatList(names.slice(0, MAX_AUTHORS)), n: names.length - MAX_AUTHORS });
}

function PaperRow({ paper, found, trash }: { paper: PaperSummary; found: Schemas["SearchHighlight"] | null; trash: boolean }) {
  const analysis = paper.latest_analysis;
  const title = found?.field === "title" ? <Highlight found={found} /> : paper.title;

  const remove = useAction(async () => {
    try {
      await deletePaper(paper.id);
      toast(t("papers.moved", { title: paper.title }), "info", {
        label: t("action.undo"),
        run: () => void restorePaper(paper.id).catch((e: unknown) => toast(errorText(e), "error")),
      });
    } catch (error) {
      toast(errorText(error), "error");
    }
  });

  const [erasing, setErasing] = useState(false);
  const restore = useAction(async () => {
    try {
      await restorePaper(paper.id);
      toast(t("papers.restored", { title: paper.title }));
    } catch (error) {
      toast(errorText(error), "error");
    }
  });

  return (
    <tr>
      <td class="papers-title">
        {trash ? <span class="title" dir="auto">{title}</span>
          : <a class="title" href={`/papers/${paper.id}`} dir="auto">{title}</a>}
        {paper.authors.length > 0 && <p class="small muted" dir="auto">{authors(paper.authors)}</p>}
        {found !== null && found.field !== "title" && (
          <p class="small found" dir="auto">… <Highlight found={found} /> …</p>
        )}
        {paper.tags.length > 0 && (
          <ul class="tags">
            {paper.tags.map((tag) => (
              <li key={tag}><a class="tag" href={`/papers?tags=${encodeURIComponent(tag)}`}>{tag}</a></li>
            ))}
          </ul>
        )}
      </td>
      <td>
        <PaperStatusBadge paper={paper} />
        {paper.error !== null && <p class="small field-error">{failureText(paper.error.code)}</p>}
      </td>
      <td class="number papers-pages">{paper.page_count ?? "–"}</td>
      <td class="papers-date">{formatDate(paper.upload_date)}</td>
      <td class="papers-actions">
        <div class="papers-buttons">
          {trash ? (
            <>
              <button type="button" class="button button-small" disabled={restore.pending}
                onClick={() => void restore.run()}>
                <Icon name="restore" size={16} />{t("action.restore")}
              </button>
              <button type="button" class="icon-button" onClick={() => setErasing(true)}
                aria-label={t("papers.erase", { title: paper.title })} title={t("action.erase")}>
                <Icon name="trash" />
              </button>
              {erasing && <EraseDialog paper={paper} onClose={() => setErasing(false)} />}
            </>
          ) : (
            <>
              {analysis !== null && (
                <a class="button button-small" href={`/analyses/${analysis.id}`}>
                  {analysis.status === "completed" ? t("action.open_result") : t("action.watch")}
                </a>
              )}
              <button type="button" class="icon-button" disabled={remove.pending} onClick={() => void remove.run()}
                aria-label={t("papers.delete", { title: paper.title })} title={t("action.delete")}>
                <Icon name="trash" />
              </button>
            </>
          )}
        </div>
      </td>
    </tr>
  );
}
