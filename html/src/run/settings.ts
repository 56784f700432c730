/* The settings of a run, as the form holds them and as the API takes them. */
import type { Language } from "../i18n";
import type { AnalysisRequest, AnalysisType, Models } from "./api";
import { parseUsd } from "./money";

/* The parts of the score with their standard weights. */
export const WEIGHTS = {
  readiness: 20, result_strength: 20, differentiation: 15, application_clarity: 15, reproducibility: 10, ip_room: 10,
  obstacles: 10,
} as const;

export type WeightName = keyof typeof WEIGHTS;

export const TYPES: AnalysisType[] = ["quick", "standard", "deep"];
export const MAX_FOCUS = 20;
export const MAX_FOCUS_LENGTH = 200;

export interface RunSettings {
  engine: "embedded" | "openai";
  type: AnalysisType;
  language: Language;
  focus: string;
  context: string;
  weights: Record<WeightName, number>;
  /* As typed, in dollars. */
  limit: string;
}

export function firstSettings(models: Models | undefined, language: Language): RunSettings {
  return { engine: models !== undefined && models.engines.includes(models.engine) ? models.engine : "embedded", type: "standard", language, focus: "", context: "",
    weights: { ...WEIGHTS }, limit: "" };
}

export function limitIsBad(s: RunSettings): boolean {
  return s.engine === "openai" && s.limit.trim() !== "" && parseUsd(s.limit) === null;
}

/* Only what differs from the server's own choice is sent. */
export function requestOf(s: RunSettings): AnalysisRequest {
  const focus = s.focus.split("\n").map((line) => line.trim().slice(0, MAX_FOCUS_LENGTH)).filter((line) => line !== "")
      .slice(0, MAX_FOCUS);
  const weights = Object.entries(s.weights).filter(([name, value]) => value !== WEIGHTS[name as WeightName]);
  const limit = parseUsd(s.limit);
  const byModel = s.engine === "openai";

  return {
    engine: s.engine,
    analysis_type: byModel ? s.type : "standard",
    parameters: {
      language: s.language,
      ...(byModel && focus.length > 0 ? { focus_areas: focus } : {}),
      ...(byModel && s.context.trim() !== "" ? { industry_context: s.context.trim() } : {}),
      ...(weights.length > 0 ? { weights: Object.fromEntries(weights) } : {}),
      ...(byModel && limit !== null ? { max_cost_micro_usd: limit } : {}),
    },
  };
}

/* Whether a confidential paper may not go to the model's host. */
export function hostRefused(paper: { unpublished: boolean; llm_hosts: string[] | null }, host: string | null): boolean {
  const names = host === null ? [] : [host.toLowerCase(), host.toLowerCase().replace(/:\d+$/, "")];

  return paper.unpublished && host !== null
    && !(paper.llm_hosts ?? []).some((allowed) => names.includes(allowed.toLowerCase()));
}
