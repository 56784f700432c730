import { describe, expect, it } from "vitest";
import type { Claim, Evidence, Paper } from "../src/api/client";
import { safeNext, withQuery } from "../src/app/navigation";
import { changes } from "../src/pages/paper-editor";
import { filterFromUrl } from "../src/pages/papers";
import { isItsQuote, matchClaims, otherClaims } from "../src/results/context";
import { inRange } from "../src/results/trl";
import { splitRanges } from "../src/ui/highlight";

describe("the URL is the state", () => {
  const filter = (query: string) => filterFromUrl(new URLSearchParams(query));

  it("of the library", () => {
    expect(filter("")).toEqual({ page: 1, limit: 20, sort: "-upload_date" });
    expect(filter("page=3&sort=title&status=failed&search=+soil+&tags=a&tags=b&deleted=true")).toEqual({ page: 3,
      limit: 20, sort: "title", status: "failed", search: "soil", tags: ["a", "b"], deleted: true });
  });

  it("and nonsense in it is left out", () => {
    expect(filter("page=-2&sort=drop&status=x&search=%20&deleted=1")).toEqual({ page: 1, limit: 20,
      sort: "-upload_date" });
  });

  it("changes by parameter", () => {
    expect(withQuery("/papers?page=3&search=a", { page: null, search: "b c" })).toBe("/papers?search=b+c");
    expect(withQuery("/papers?page=3", { page: null })).toBe("/papers");
  });

  it("never leads to another site", () => {
    expect(safeNext("/papers?page=2")).toBe("/papers?page=2");

    for (const next of ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", null]) {
      expect(safeNext(next)).toBe("/");
    }
  });
});

describe("corrections", () => {
  const paper = { title: "Old", authors: ["A", "B"], tags: [], metadata: { doi: "10.1/x", publication: null,
    publication_date: "2025", abstract: null, keywords: ["k"] } } as unknown as Paper;
  const form: Record<string, string> = { title: "Old", authors: "A\nB", tags: "", doi: "10.1/x", publication: "",
    publication_date: "2025", abstract: "", keywords: "k" };
  const diff = (change: Record<string, string>) => changes(paper, (name) => ({ ...form, ...change })[name]!);

  it("are only what was changed", () => {
    expect(diff({})).toEqual({});
    expect(diff({ title: " New " })).toEqual({ title: "New" });
    expect(diff({ doi: "" })).toEqual({ metadata: { doi: null } });
  });

  it("understand lists, with Chinese commas too", () => {
    expect(diff({ authors: "A\n\n C \n", keywords: "k，土壤；水", tags: "x, y" })).toEqual(
        { authors: ["A", "C"], tags: ["x", "y"], metadata: { keywords: ["k", "土壤", "水"] } });
  });
});

describe("results", () => {
  const claim = (id: string, text: string) => ({ id, text }) as Claim;

  it("give repeated strings their claim back, once", () => {
    const claims = [claim("c1", "fast"), claim("c2", "cheap")];

    expect(matchClaims(["cheap", "new"], claims)).toEqual(
        [{ text: "cheap", claim: claims[1] }, { text: "new", claim: null }]);
    expect(otherClaims(claims, ["cheap"], ["new"])).toEqual([claims[0]]);
  });

  it("do not print a quote twice", () => {
    const quote = { quote: "It  works.\n" } as Evidence;

    expect(isItsQuote("It works.", [quote])).toBe(true);
    expect(isItsQuote("It works well.", [quote])).toBe(false);
    expect(isItsQuote("It works.", [quote, quote])).toBe(false);
  });

  it("mark the rungs of the range", () => {
    const trl = (level: number | null, low: number | null, high: number | null) =>
      ({ level, range_low: low, range_high: high }) as Parameters<typeof inRange>[0];

    expect([2, 3, 4, 5].map((n) => inRange(trl(null, 3, 4), n))).toEqual([false, true, true, false]);
    expect(inRange(trl(5, null, null), 5)).toBe(true);
    expect(inRange(trl(null, null, null), 1)).toBe(false);
  });
});

describe("found words", () => {
  it("are marked by code points", () => {
    expect(splitRanges("😀 soil & <b>", [[2, 6]])).toEqual([{ text: "😀 ", marked: false },
      { text: "soil", marked: true }, { text: " & <b>", marked: false }]);
  });

  it("survive ranges that overlap or lie outside", () => {
    expect(splitRanges("abc", [[0, 2], [1, 3], [2, 9]])).toEqual([{ text: "ab", marked: true },
      { text: "c", marked: false }]);
  });
});
