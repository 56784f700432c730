import { describe, expect, it } from "vitest";
import type { Evidence } from "../src/api/client";
import { firstBox, marksOfEvidence, MAX_CANVAS_PIXELS, multiply, percent, placeBox, renderScale }
  from "../src/pdf/geometry";

const page = { width: 600, height: 800 };

describe("placeBox", () => {
  it("gives shares of the page, with a little air", () => {
    const place = placeBox({ page: 1, x0: 61.5, y0: 81, x1: 298.5, y1: 119 }, page);

    expect(place.left).toBeCloseTo(0.1, 10);
    expect(place.top).toBeCloseTo(0.1, 10);
    expect(place.width).toBeCloseTo(0.4, 10);
    expect(place.height).toBeCloseTo(0.05, 10);
  });

  it("stays on the page", () => {
    expect(placeBox({ page: 1, x0: -50, y0: -5, x1: 900, y1: 805 }, page))
        .toEqual({ left: 0, top: 0, width: 1, height: 1 });
  });

  it("accepts corners in any order", () => {
    expect(placeBox({ page: 1, x0: 300, y0: 120, x1: 60, y1: 80 }, page))
        .toEqual(placeBox({ page: 1, x0: 60, y0: 80, x1: 300, y1: 120 }, page));
  });
});

describe("marks", () => {
  const box = (p: number, y0: number) => ({ page: p, x0: 0, y0, x1: 10, y1: y0 + 10 });
  const evidence = (id: string, status: Evidence["status"], boxes: Evidence["boxes"]): Evidence => ({
    id, status, boxes, quote: id, match: "exact", page_first: 1, page_last: 1, section: null, sid: null,
    char_start: null, char_end: null, claim_ids: [],
  });

  it("are made of located quotes only", () => {
    const marks = marksOfEvidence([evidence("e1", "verified", [box(1, 5)]),
      evidence("e2", "unverified", [box(1, 5)]), evidence("e3", "approximate", []),
      evidence("e4", "approximate", [box(2, 5)])]);

    expect(marks.map((m) => m.id)).toEqual(["e1", "e4"]);
  });

  it("begin at the first page and line", () => {
    expect(firstBox({ id: "e1", label: "", boxes: [box(3, 10), box(2, 700), box(2, 80)] })).toEqual(box(2, 80));
    expect(firstBox({ id: "e1", label: "", boxes: [] })).toBeNull();
  });
});

describe("transforms", () => {
  it("are applied from the right", () => {
    expect(multiply([1, 0, 0, -1, 0, 800], [12, 0, 0, 12, 100, 700])).toEqual([12, 0, 0, -12, 100, 100]);
    expect(multiply([1, 0, 0, 1, 0, 0], [2, 3, 4, 5, 6, 7])).toEqual([2, 3, 4, 5, 6, 7]);
  });
});

describe("renderScale", () => {
  it("follows the width and the density of the screen", () => {
    expect(renderScale(page, 600, 2)).toBe(2);
    expect(renderScale(page, 300, 1)).toBe(0.5);
  });

  it("never asks for a larger bitmap than a canvas has", () => {
    const scale = renderScale({ width: 3000, height: 4000 }, 9000, 3);

    expect(scale * 3000 * scale * 4000).toBeLessThanOrEqual(MAX_CANVAS_PIXELS * 1.000001);
  });
});

it("percent keeps four decimals", () => {
  expect(percent(1 / 3)).toBe("33.3333%");
});
