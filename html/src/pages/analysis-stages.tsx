/* The stages of a running or ended analysis, with their times. */
import type { Analysis, AnalysisStage } from "../api/client";
import { analysisIsMoving } from "../api/resources";
import { formatPercent, formatSeconds, t, tName, type Key } from "../i18n";
import { Icon, type IconName } from "../ui/icons";
import { Progress } from "../ui/status";

const icons: Record<AnalysisStage["status"], IconName> = {
  pending: "clock",
  processing: "play",
  completed: "check",
  failed: "warn",
  skipped: "right",
};

function took(stage: AnalysisStage): string | null {
  if (stage.started_at === null || stage.completed_at === null) {
    return null;
  }

  return formatSeconds((Date.parse(stage.completed_at) - Date.parse(stage.started_at)) / 1000);
}

export function Stages({ analysis }: { analysis: Analysis }) {
  const moving = analysisIsMoving(analysis.status);

  return (
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
      <ol class="stages">
        {analysis.stages.map((stage) => (
          <li key={stage.name} class={`stage stage-${stage.status}`}
            aria-current={stage.name === analysis.current_stage && moving ? "step" : undefined}>
            <Icon name={icons[stage.status] ?? "clock"} size={18} />
            <span class="stage-name">{tName("stage", stage.name)}</span>
            <span class="small muted">{t(`stage_status.${stage.status}` as Key)}</span>
            {stage.reused && <span class="small muted">{t("analysis.reused")}</span>}
            <span class="stage-time small muted">{took(stage)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
