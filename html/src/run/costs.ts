/* What an analysis has cost so far, as far as its answer says. */
import type { Analysis } from "../api/client";

export interface Costs {
  spent: number;
  reserved: number;
  inDoubt: number;
  limit: number | null;
}

export function costsOf(analysis: Analysis): Costs {
  const sum = (key: "cost_micro_usd" | "in_doubt_micro_usd") =>
    analysis.stages.reduce((total, stage) => total + (stage[key] ?? 0), 0);

  return {
    /* While it runs, events bring the stages' costs before the total. */
    spent: Math.max(analysis.cost_micro_usd, sum("cost_micro_usd")),
    reserved: analysis.reserved_micro_usd ?? 0,
    inDoubt: sum("in_doubt_micro_usd"),
    limit: analysis.parameters.max_cost_micro_usd ?? null,
  };
}
