/*
 * A running or ended analysis: its stages with their times and costs, what
 * was spent, why it ended, and how to go on.
 */
import { useState } from "preact/hooks";
import type { Analysis, AnalysisStage } from "../api/client";
import { analysisIsMoving } from "../api/resources";
import { formatPercent, formatSeconds, t, tName, type Key } from "../i18n";
import { ErrorBox, failureText } from "../ui/errors";
import { Icon, type IconName } from "../ui/icons";
import { Progress } from "../ui/status";
import { useAction } from "../ui/use-action";
import { resumeRun } from "./api";
import { costsOf } from "./costs";
import { formatUsd, parseUsd } from "./money";

const icons: Record<AnalysisStage["status"], IconName> = {
  pending: "clock",
  processing: "play",
  completed: "check",
  failed: "warn",
  skipped: "right",
};

export function RunPanel({ analysis }: { analysis: Analysis }) {
  const moving = analysisIsMoving(analysis.status);

  return (
    <>
      {!moving && <Ended analysis={analysis} />}
      <section class="card" aria-labelledby="stages-title">
        <h2 id="stages-title">{t("analysis.stages")}</h2>
        {moving && (
          <>
            <div class="running">
              <Progress value={analysis.progress} label={t("analysis.progress")} />
              <span>{formatPercent(analysis.progress / 100)}</span>
            </div>
            <p role="status" class="muted">
              {analysis.current_stage === null ? t("analysis.waiting")
                : t("analysis.now", { stage: tName("stage", analysis.current_stage) })}
            </p>
          </>
        )}
        {analysis.engine === "openai" && <Costs analysis={analysis} />}
        <ol class="stages">
          {analysis.stages.map((stage) => <Stage key={stage.name} stage={stage} analysis={analysis} moving={moving} />)}
        </ol>
      </section>
    </>
  );
}

function took(stage: AnalysisStage): string | null {
  if (stage.started_at === null || stage.completed_at === null) {
    return null;
  }

  return formatSeconds((Date.parse(stage.completed_at) - Date.parse(stage.started_at)) / 1000);
}

function Stage({ stage, analysis, moving }: { stage: AnalysisStage; analysis: Analysis; moving: boolean }) {
  const { calls } = stage;

  return (
    <li class={`stage stage-${stage.status}`}
      aria-current={stage.name === analysis.current_stage && moving ? "step" : undefined}>
      <Icon name={icons[stage.status] ?? "clock"} size={18} />
      <span class="stage-name">{tName("stage", stage.name)}</span>
      <span class="stage-facts small muted">
        <span>{t(`stage_status.${stage.status}` as Key)}</span>
        {stage.reused ? <span>{t("progress.reused")}</span>
          : calls !== undefined && calls > 1 && <span>{t("progress.calls", { n: calls })}</span>}
        {analysis.engine === "openai" && (
          <span class="stage-cost number">
            {!stage.reused && stage.cost_micro_usd !== null && stage.cost_micro_usd > 0 && formatUsd(stage.cost_micro_usd)}
          </span>
        )}
        <span class="stage-time">{took(stage)}</span>
      </span>
    </li>
  );
}

/* The running total, and what calls under way may still cost. */
export function Costs({ analysis }: { analysis: Analysis }) {
  const { spent, reserved, inDoubt, limit } = costsOf(analysis);

  return (
    <>
      <dl class="figures figures-small">
        <div><dt>{t("progress.spent")}</dt><dd>{formatUsd(spent)}</dd></div>
        {reserved > 0 && <div><dt>{t("progress.reserved")}</dt><dd>{formatUsd(reserved)}</dd></div>}
        {inDoubt > 0 && <div><dt>{t("progress.in_doubt")}</dt><dd>{formatUsd(inDoubt)}</dd></div>}
        {limit !== null && <div><dt>{t("progress.limit")}</dt><dd>{formatUsd(limit)}</dd></div>}
      </dl>
      {inDoubt > 0 && <p class="small muted">{t("progress.in_doubt_note")}</p>}
    </>
  );
}

function Ended({ analysis }: { analysis: Analysis }) {
  const byBudget = analysis.error?.code === "BUDGET_EXCEEDED";
  const failed = analysis.status === "failed";
  const cannot = failed && !["BUDGET_EXCEEDED", "SERVER_ERROR", "CONFLICT"].includes(analysis.error?.code ?? "")
    && !(analysis.error?.code ?? "").startsWith("LLM_");

  return (
    <div class={`notice${failed ? " notice-error" : ""}`}>
      <Icon name={failed ? "warn" : "no"} />
      <div class="ended">
        <p>{failed && analysis.error !== null ? failureText(analysis.error.code) : t("analysis.was_cancelled")}</p>
        {failed && !cannot && analysis.stages.some((s) => s.status === "completed") && (
          <p class="small muted">{t("progress.kept")}</p>
        )}
        {!cannot && <Resume analysis={analysis} byBudget={byBudget} />}
      </div>
    </div>
  );
}

function Resume({ analysis, byBudget }: { analysis: Analysis; byBudget: boolean }) {
  const [limit, setLimit] = useState("");
  const amount = parseUsd(limit);
  const { spent, limit: before } = costsOf(analysis);
  const tooLow = amount !== null && amount <= Math.max(spent, before ?? 0);
  const bad = limit.trim() !== "" && (amount === null || tooLow);
  const resume = useAction(() => resumeRun(analysis, amount));
  /* With a limit of its own reached, it would stop at the same place again. */
  const needsLimit = byBudget && before !== null;

  return (
    <form class="resume" onSubmit={(event) => {
      event.preventDefault();
      void resume.run();
    }}>
      {needsLimit && (
        <div class="field">
          <label for="resume-limit">{t("run.limit")}</label>
          <input id="resume-limit" type="text" inputMode="decimal" autocomplete="off" maxLength={16} required
            value={limit} aria-invalid={bad ? "true" : undefined}
            aria-describedby="resume-hint" onInput={(event) => setLimit(event.currentTarget.value)} />
          <p class={bad ? "field-error" : "field-hint"} id="resume-hint">
            {bad && amount === null ? t("run.limit_bad") : t("resume.raise", { spent: formatUsd(spent) })}
          </p>
        </div>
      )}
      {resume.error !== null && <ErrorBox error={resume.error} />}
      <button type="submit" class="button button-primary" disabled={resume.pending || bad || (needsLimit && amount === null)}>
        <Icon name="play" size={16} />{resume.pending ? t("resume.running") : t("resume.go")}
      </button>
    </form>
  );
}
