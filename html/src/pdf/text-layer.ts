/*
 * Our own text layer: one transparent span for each run of text, placed in
 * shares of the page and sized by the page's --scale, so zooming touches one
 * custom property.  It makes the text selectable and findable.
 */
import type { PdfPage } from "./document";
import { multiply, percent, type PageSize } from "./geometry";

const MAX_RUNS = 20_000;

let measuring: CanvasRenderingContext2D | null = null;
const widths = new Map<string, number>();
const MAX_WIDTHS = 5_000;

function textWidth(text: string, family: string): number {
  const key = `${family}\n${text}`;
  let width = widths.get(key);

  if (width === undefined) {
    measuring ??= document.createElement("canvas").getContext("2d")!;
    measuring.font = `100px ${family}`;
    width = measuring.measureText(text).width / 100;

    if (widths.size >= MAX_WIDTHS) {
      widths.clear();
    }

    widths.set(key, width);
  }

  return width;
}

export async function fillTextLayer(layer: HTMLElement, page: PdfPage, size: PageSize,
    signal: AbortSignal): Promise<void> {
  const content = await page.getTextContent();

  if (signal.aborted) {
    return;
  }

  const view = page.getViewport({ scale: 1 / page.userUnit });
  const fragment = document.createDocumentFragment();
  let runs = 0;

  for (const item of content.items) {
    if (!("str" in item) || item.str.trim() === "" || ++runs > MAX_RUNS) {
      continue;
    }

    const [a, b, c, d, e, f] = multiply(view.transform, item.transform as number[]) as
      [number, number, number, number, number, number];
    const style = content.styles[item.fontName];
    const family = style?.fontFamily ?? "sans-serif";
    const fontSize = Math.hypot(c, d);
    const ascent = style?.vertical ? 0 : fontSize * (style?.ascent || 0.8);
    const angle = Math.atan2(b, a);
    const natural = textWidth(item.str, family) * fontSize;
    const stretch = natural > 0 && item.width > 0 ? item.width / page.userUnit / natural : 1;
    const span = document.createElement("span");

    span.textContent = item.str;
    span.style.left = percent((e + ascent * Math.sin(angle)) / size.width);
    span.style.top = percent((f - ascent * Math.cos(angle)) / size.height);
    span.style.fontSize = `calc(var(--scale) * ${fontSize.toFixed(3)}px)`;
    span.style.fontFamily = family;
    span.style.transform = `rotate(${angle.toFixed(4)}rad) scaleX(${stretch.toFixed(4)})`;
    fragment.append(span);

    if (item.hasEOL) {
      fragment.append(document.createElement("br"));
    }
  }

  layer.replaceChildren(fragment);
}
