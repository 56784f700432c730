/*
 * The PDF pane: all pages in one scroll, fitted to the width and zoomable,
 * with the marks of the evidence.  Only pages near the viewport are drawn.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "../ui/icons";
import { httpStatus, openPdf, type OpenPdf } from "./document";
import { firstBox, type Mark } from "./geometry";
import { PageView } from "./page-view";

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];
const FIT = 1;
const MARGIN = 12;
const RESIZE_MS = 120;
const NEAR = "800px 0px";

/* Where to look: a mark, its part on a page, or a page.  A new object scrolls again. */
export interface Target {
  mark?: string;
  page?: number;
}

export interface PaneProps {
  url: string;
  title: string;
  marks?: Mark[];
  target?: Target | null;
  onSelect?: (id: string) => void;
}

const NO_MARKS: Mark[] = [];

export default function PdfPane({ url, title, marks = NO_MARKS, target = null, onSelect }: PaneProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [pdf, setPdf] = useState<OpenPdf | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  const [width, setWidth] = useState(0);
  const [zoom, setZoom] = useState(FIT);
  const [near, setNear] = useState<ReadonlySet<number>>(new Set());
  const [current, setCurrent] = useState(1);

  useEffect(() => {
    const abort = new AbortController();
    let open: OpenPdf | null = null;

    setError(null);
    openPdf(url, abort.signal).then((opened) => {
      open = opened;

      if (abort.signal.aborted) {
        opened.close();
      } else {
        setPdf(opened);
      }
    }, (cause: unknown) => {
      if (!abort.signal.aborted) {
        setError(cause);
      }
    });

    return () => {
      abort.abort();
      open?.close();
      setPdf(null);
    };
  }, [url, tries]);

  useLayoutEffect(() => {
    const box = scroller.current!;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const measure = () => setWidth(Math.max(160, box.clientWidth - 2 * MARGIN));
    const observer = new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(measure, RESIZE_MS);
    });

    measure();
    observer.observe(box);

    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, []);

  useEffect(() => {
    if (pdf === null) {
      return;
    }

    const box = scroller.current!;
    const visible = new Set<number>();
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const page = Number((entry.target as HTMLElement).dataset["page"]);

        if (entry.isIntersecting) {
          visible.add(page);
        } else {
          visible.delete(page);
        }
      }

      setNear(new Set(visible));
    }, { root: box, rootMargin: NEAR });

    box.querySelectorAll(".pdf-page").forEach((page) => observer.observe(page));
    return () => observer.disconnect();
  }, [pdf]);

  /* Zooming or resizing keeps the place on the page. */
  const anchor = useRef<{ page: number; share: number } | null>(null);
  const pageWidth = Math.round(width * zoom);

  function remember(): void {
    const box = scroller.current!;
    const middle = box.scrollTop + box.clientHeight / 3;

    for (const page of box.querySelectorAll<HTMLElement>(".pdf-page")) {
      if (page.offsetTop + page.offsetHeight >= middle) {
        const number = Number(page.dataset["page"]);

        anchor.current = { page: number, share: (middle - page.offsetTop) / page.offsetHeight };
        setCurrent(number);
        return;
      }
    }
  }

  /* Runs after the pages have their new sizes: effects of children go first. */
  useLayoutEffect(() => {
    const box = scroller.current!;
    const at = anchor.current;
    const page = at && pageElement(box, at.page);

    if (at && page) {
      box.scrollTop = page.offsetTop + at.share * page.offsetHeight - box.clientHeight / 3;
    }
  }, [pageWidth]);

  function goTo(page: number, share = 0, x = 0): void {
    const box = scroller.current!;
    const element = pageElement(box, page);

    if (element !== null) {
      const lead = share > 0 ? box.clientHeight / 3 : MARGIN;

      box.scrollTo({
        top: element.offsetTop + share * element.offsetHeight - lead,
        left: Math.max(0, element.offsetLeft + x * element.offsetWidth - box.clientWidth / 3),
      });
    }
  }

  useEffect(() => {
    if (pdf === null || target === null || width === 0) {
      return;
    }

    const mark = marks.find((m) => m.id === target.mark);
    const box = mark === undefined ? null : firstBox(mark, target.page);
    const size = box === null ? undefined : pdf.sizes[box.page - 1];

    if (box !== null && size !== undefined) {
      goTo(box.page, box.y0 / size.height, box.x0 / size.width);

    } else if (target.page !== undefined) {
      goTo(target.page);
    }
  }, [pdf, target, width === 0]);

  const pages = pdf?.sizes.length ?? 0;
  const step = (by: number) => {
    const next = by > 0 ? ZOOMS.find((z) => z > zoom) : ZOOMS.findLast((z) => z < zoom);

    if (next !== undefined) {
      setZoom(next);
    }
  };

  return (
    <section class="pdf" aria-label={t("pdf.label", { title })}>
      <div class="pdf-bar" role="group" aria-label={t("pdf.tools")}>
        <button type="button" class="icon-button" aria-label={t("pdf.previous")} disabled={current <= 1}
          onClick={() => goTo(current - 1)}><Icon name="left" /></button>
        <label class="pdf-position">
          <span class="sr-only">{t("pdf.go_to")}</span>
          <input type="number" min={1} max={Math.max(1, pages)} value={current} disabled={pages === 0}
            onChange={(event) => {
              const page = Number(event.currentTarget.value);

              if (page >= 1 && page <= pages) {
                goTo(page);
              }
            }} />
          <span>{t("pdf.of", { n: pages })}</span>
        </label>
        <button type="button" class="icon-button" aria-label={t("pdf.next")} disabled={current >= pages}
          onClick={() => goTo(current + 1)}><Icon name="right" /></button>
        <span class="pdf-gap" />
        <button type="button" class="icon-button" aria-label={t("pdf.zoom_out")} disabled={zoom <= ZOOMS[0]!}
          onClick={() => step(-1)}><Icon name="minus" /></button>
        <button type="button" class="icon-button" aria-label={t("pdf.zoom_in")} disabled={zoom >= ZOOMS.at(-1)!}
          onClick={() => step(1)}><Icon name="plus" /></button>
        <button type="button" class="icon-button" aria-label={t("pdf.fit")} disabled={zoom === FIT}
          onClick={() => setZoom(FIT)}><Icon name="fit" /></button>
        <a class="icon-button" href={url} target="_blank" rel="noopener" aria-label={t("pdf.download")}>
          <Icon name="download" />
        </a>
      </div>
      <div ref={scroller} class="pdf-scroll" tabIndex={0} role="region" aria-label={t("pdf.pages")}
        onScroll={remember}>
        {error !== null ? (
          <div class="pdf-message" role="alert">
            <p>{t(httpStatus(error) === 404 ? "pdf.gone" : "pdf.failed")}</p>
            <button type="button" class="button" onClick={() => setTries(tries + 1)}>{t("action.retry")}</button>
          </div>
        ) : pdf === null ? (
          <p class="pdf-message" role="status">{t("pdf.loading")}</p>
        ) : pdf.sizes.map((size, i) => (
          <PageView key={i} document={pdf.document} number={i + 1} size={size} cssWidth={pageWidth}
            near={near.has(i + 1)} marks={marks} active={target?.mark ?? null} onSelect={onSelect} />
        ))}
      </div>
    </section>
  );
}

function pageElement(box: HTMLElement, page: number): HTMLElement | null {
  return box.querySelector<HTMLElement>(`.pdf-page[data-page="${page}"]`);
}
