/* One page: bitmap, marks and text.  Drawn only while near the viewport. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import type { PdfDocument } from "./document";
import { percent, placeBox, renderScale, type Mark, type PageSize } from "./geometry";
import { fillTextLayer } from "./text-layer";

interface Props {
  document: PdfDocument;
  number: number;
  size: PageSize;
  cssWidth: number;
  near: boolean;
  marks: Mark[];
  active: string | null;
  onSelect?: ((id: string) => void) | undefined;
}

export function PageView(props: Props) {
  const { document: pdf, number, size, cssWidth, near, marks, active, onSelect } = props;
  const host = useRef<HTMLDivElement>(null);
  const paper = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);

  /* Style by property: the policy forbids style attributes, not this.  In a
     layout effect, so that no page is ever painted without its size. */
  useLayoutEffect(() => {
    const style = host.current!.style;

    style.width = `${cssWidth}px`;
    style.height = `${cssWidth * size.height / size.width}px`;
    style.setProperty("--scale", String(cssWidth / size.width));
  }, [cssWidth, size]);

  useEffect(() => {
    if (!near) {
      paper.current!.replaceChildren();
      text.current!.replaceChildren();
      return;
    }

    const abort = new AbortController();

    void (async () => {
      const page = await pdf.getPage(number);

      if (!abort.signal.aborted) {
        await fillTextLayer(text.current!, page, size, abort.signal);
      }
    })().catch(() => undefined);

    return () => abort.abort();
  }, [pdf, number, size, near]);

  useEffect(() => {
    if (!near) {
      return;
    }

    let task: { cancel(): void; promise: Promise<void> } | null = null;
    let gone = false;

    void (async () => {
      const page = await pdf.getPage(number);

      if (gone) {
        return;
      }

      const canvas = document.createElement("canvas");
      const viewport = page.getViewport({
        scale: renderScale(size, cssWidth, devicePixelRatio) / page.userUnit,
      });

      canvas.width = Math.ceil(viewport.width);
      canvas.height = Math.ceil(viewport.height);
      canvas.setAttribute("role", "presentation");
      task = page.render({ canvas, viewport });
      await task.promise;

      /* The old bitmap stays, stretched, until the new one is complete. */
      if (!gone) {
        paper.current?.replaceChildren(canvas);
      }
    })().catch(() => undefined);

    return () => {
      gone = true;
      task?.cancel();
    };
  }, [pdf, number, size, near, cssWidth]);

  return (
    <div ref={host} class="pdf-page" data-page={number} role="region" aria-label={t("pdf.page", { n: number })}>
      <div ref={paper} class="pdf-paper" />
      <div ref={text} class="pdf-text" />
      <div class="pdf-marks">
        {near && marks.map((mark) => mark.boxes.filter((b) => b.page === number).map((box, i) => (
          <MarkBox key={`${mark.id}-${i}`} mark={mark} box={box} size={size} active={mark.id === active}
            onSelect={onSelect} />
        )))}
      </div>
    </div>
  );
}

interface MarkProps {
  mark: Mark;
  box: Mark["boxes"][number];
  size: PageSize;
  active: boolean;
  onSelect?: ((id: string) => void) | undefined;
}

/* Pointer only: the same quotes are buttons in the list beside the page. */
function MarkBox({ mark, box, size, active, onSelect }: MarkProps) {
  const ref = useRef<HTMLDivElement>(null);
  const { left, top, width, height } = placeBox(box, size);

  useLayoutEffect(() => {
    const style = ref.current!.style;

    style.left = percent(left);
    style.top = percent(top);
    style.width = percent(width);
    style.height = percent(height);
  }, [left, top, width, height]);

  return (
    <div ref={ref} class={`pdf-mark${active ? " pdf-mark-active" : ""}`} data-mark={mark.id} aria-hidden="true"
      onClick={onSelect && (() => onSelect(mark.id))} />
  );
}
