/* What every part of a result may look up: quotes, claims, the selection. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Claim, Evidence, Results } from "../api/client";

export const SECTIONS = ["executive_summary", "paper_profile", "technical_feasibility", "market_opportunities",
  "competition", "intellectual_property", "business_model", "implementation_path", "resource_requirements",
  "risks", "swot"] as const;

export type SectionName = (typeof SECTIONS)[number];

export interface ResultsContext {
  analysisId: string;
  evidence: ReadonlyMap<string, Evidence>;
  claims: ReadonlyMap<string, Claim>;
  selected: string | null;
  /* Shows a quote in the PDF: its beginning, or its part on a page. */
  select(id: string, page?: number): void;
}

const Context = createContext<ResultsContext | null>(null);

export const ResultsProvider = Context.Provider;

export function useResults(): ResultsContext {
  return useContext(Context)!;
}

export function indexEvidence(results: Results): Map<string, Evidence> {
  return new Map((results.evidence ?? []).map((e) => [e.id, e]));
}

export function indexClaims(results: Results): Map<string, Claim> {
  const all = SECTIONS.flatMap((name) => results[name].claims ?? []);
  const ip = results.intellectual_property;

  return new Map([...all, ...ip.signals, ...ip.protectable_elements].map((c) => [c.id, c]));
}

export interface MatchedText {
  text: string;
  claim: Claim | null;
}

/*
 * Sections repeat some claims as plain strings: give each its claim back.  The
 * string of an edited claim may still be the original.
 */
export function matchClaims(texts: string[], claims: Claim[]): MatchedText[] {
  return texts.map((text) => ({
    text, claim: claims.find((c) => c.text === text) ?? claims.find((c) => c.original_text === text) ?? null,
  }));
}

/* The claims that no such string has shown already. */
export function otherClaims(claims: Claim[], ...shown: string[][]): Claim[] {
  const texts = new Set(shown.flat());

  return claims.filter((c) => !texts.has(c.text) && !texts.has(c.original_text ?? c.text));
}

/* Whether a claim says no more than its one quote, as extracted ones do. */
export function isItsQuote(text: string, quotes: Evidence[]): boolean {
  const plain = (s: string) => s.replace(/\s+/g, " ").trim();

  return quotes.length === 1 && plain(quotes[0]!.quote) === plain(text);
}


/* Pages that a quote lies on, in order. */
export function pagesOf(evidence: Evidence): number[] {
  return [...new Set(evidence.boxes.map((box) => box.page))].sort((a, b) => a - b);
}

/* What stands in no section of the paper is set apart from what does. */
export function apart<T extends { verdict?: Claim["verdict"] | undefined }>(items: T[]): { own: T[]; outside: T[] } {
  return {
    own: items.filter((item) => item.verdict !== "not_from_paper"),
    outside: items.filter((item) => item.verdict === "not_from_paper"),
  };
}
