/* What every part of a result may look up: quotes, claims, the selection. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Claim, Evidence, Results } from "../api/client";

export const SECTIONS = ["executive_summary", "paper_profile", "technical_feasibility", "market_opportunities",
  "competition", "intellectual_property", "business_model", "implementation_path", "resource_requirements",
  "risks", "swot"] as const;

export type SectionName = (typeof SECTIONS)[number];

export interface ResultsContext {
  evidence: ReadonlyMap<string, Evidence>;
  claims: ReadonlyMap<string, Claim>;
  selected: string | null;
  select(id: string): void;
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

/* Sections repeat some claims as plain strings: give each its claim back. */
export function matchClaims(texts: string[], claims: Claim[]): MatchedText[] {
  return texts.map((text) => ({ text, claim: claims.find((c) => c.text === text) ?? null }));
}

/* The claims that no such string has shown already. */
export function otherClaims(claims: Claim[], ...shown: string[][]): Claim[] {
  const texts = new Set(shown.flat());

  return claims.filter((c) => !texts.has(c.text));
}

/* Whether a claim says no more than its one quote, as extracted ones do. */
export function isItsQuote(text: string, quotes: Evidence[]): boolean {
  const plain = (s: string) => s.replace(/\s+/g, " ").trim();

  return quotes.length === 1 && plain(quotes[0]!.quote) === plain(text);
}

export interface Question {
  section: SectionName;
  text: string;
}

/*
 * All questions to the inventor, each once, under the section it came from:
 * the summary repeats those of the others, so it comes last.
 */
export function allQuestions(results: Results): Question[] {
  const seen = new Set<string>();
  const order = [...SECTIONS.filter((name) => name !== "executive_summary"), "executive_summary" as const];

  return order.flatMap((section) => {
    const extra = section === "executive_summary" ? results.executive_summary.open_questions : [];

    return [...results[section].questions, ...extra].filter((text) => {
      const fresh = !seen.has(text);

      seen.add(text);
      return fresh;
    }).map((text) => ({ section, text }));
  });
}
