/* Orders and groups of what the review shows; no markup, no requests. */
import { SECTIONS } from "../results/context";
import type { Diff, Question, QuestionLink } from "./api";

export interface QuestionGroup {
  section: string | null;
  questions: Question[];
}

/* Sections in the order of the result, people's own questions last. */
export function bySection(questions: Question[]): QuestionGroup[] {
  const order: (string | null)[] = [...SECTIONS.slice(1), SECTIONS[0]];
  const names = [...new Set(questions.map((q) => q.section))].sort((a, b) => {
    const place = (s: string | null) => s === null ? 100 : order.includes(s) ? order.indexOf(s) : 50;

    return place(a) - place(b);
  });

  return names.map((section) => ({ section, questions: questions.filter((q) => q.section === section) }));
}

export function linkState(link: QuestionLink, now: number): "active" | "expired" | "revoked" {
  if (link.revoked_at !== null) {
    return "revoked";
  }

  return Date.parse(link.expires_at) <= now ? "expired" : "active";
}

export interface DiffGroups {
  /* Sections with differences only. */
  sections: Diff["sections"];
  parts: Diff["score"]["parts"];
  answers: Diff["trl"]["answers"];
  differences: number;
  same: number;
}

export function groupDiff(diff: Diff): DiffGroups {
  const count = (s: Diff["sections"][number]) => s.added.length + s.removed.length + s.changed.length;

  return {
    sections: diff.sections.filter((s) => count(s) > 0),
    parts: diff.score.parts.filter((p) => p.left !== p.right),
    answers: diff.trl.answers.filter((a) => a.left !== a.right),
    differences: diff.sections.reduce((sum, s) => sum + count(s), 0),
    same: diff.sections.reduce((sum, s) => sum + s.same, 0),
  };
}

/* A recipe's value in one line. */
export function plainValue(value: unknown): string {
  if (value === null || value === undefined || value === "") {
    return "";
  }

  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export interface Totals {
  input: number;
  cached: number;
  output: number;
  cost: number;
}

export function totalsOf(stages: { input_tokens?: number | null; cached_tokens?: number | null;
  output_tokens?: number | null; cost_micro_usd?: number | null }[]): Totals {
  const sum = (key: "input_tokens" | "cached_tokens" | "output_tokens" | "cost_micro_usd") =>
    stages.reduce((total, stage) => total + (stage[key] ?? 0), 0);

  return { input: sum("input_tokens"), cached: sum("cached_tokens"), output: sum("output_tokens"),
    cost: sum("cost_micro_usd") };
}
