/*
 * Where things lie on a page.  All positions are shares of the page's width
 * and height, so they hold at every zoom and size without being recomputed.
 */
import type { Box, Evidence } from "../api/client";

export interface PageSize {
  /* PDF points, as displayed (crop box, rotation applied). */
  width: number;
  height: number;
}

export interface Mark {
  id: string;
  label: string;
  boxes: Box[];
}

export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

/* Boxes hug the letters; a little air makes a marker stroke of them. */
const PAD_X = 1.5;
const PAD_Y = 1;

const clamp = (n: number): number => Math.min(1, Math.max(0, n));

export function placeBox(box: Box, page: PageSize): Place {
  const x0 = clamp((Math.min(box.x0, box.x1) - PAD_X) / page.width);
  const x1 = clamp((Math.max(box.x0, box.x1) + PAD_X) / page.width);
  const y0 = clamp((Math.min(box.y0, box.y1) - PAD_Y) / page.height);
  const y1 = clamp((Math.max(box.y0, box.y1) + PAD_Y) / page.height);

  return { left: x0, top: y0, width: x1 - x0, height: y1 - y0 };
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(4)}%`;
}

/* Where a mark begins, or where its part on a page does. */
export function firstBox(mark: Mark, page?: number): Box | null {
  return mark.boxes.filter((box) => page === undefined || box.page === page).reduce<Box | null>((first, box) =>
    first === null || box.page < first.page || (box.page === first.page && box.y0 < first.y0) ? box : first, null);
}

export function marksOfEvidence(evidence: Evidence[]): Mark[] {
  return evidence.filter((e) => e.status !== "unverified" && e.boxes.length > 0)
      .map((e) => ({ id: e.id, label: e.quote, boxes: e.boxes }));
}

/* Matrix product of two PDF transforms, m1 after m2. */
export function multiply(m1: number[], m2: number[]): number[] {
  const [a1, b1, c1, d1, e1, f1] = m1 as [number, number, number, number, number, number];
  const [a2, b2, c2, d2, e2, f2] = m2 as [number, number, number, number, number, number];

  return [a1 * a2 + c1 * b2, b1 * a2 + d1 * b2, a1 * c2 + c1 * d2, b1 * c2 + d1 * d2,
    a1 * e2 + c1 * f2 + e1, b1 * e2 + d1 * f2 + f1];
}

/* Bitmap scale for a page of this css width; bounded, so that a poster at
   300 % does not ask for more memory than a canvas has. */
export const MAX_CANVAS_PIXELS = 16_000_000;

export function renderScale(page: PageSize, cssWidth: number, pixelRatio: number): number {
  const wanted = (cssWidth / page.width) * pixelRatio;

  return Math.min(wanted, Math.sqrt(MAX_CANVAS_PIXELS / (page.width * page.height)));
}
