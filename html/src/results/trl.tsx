/*
 * The readiness ladder: nine rungs from the top, each with the rubric's
 * answer, its reason and quotes; the range is marked, gaps are listed.
 */
import type { Schemas } from "../api/client";
import { t, type Key } from "../i18n";
import { Icon, type IconName } from "../ui/icons";
import { Quotes } from "./quote";
import { trlText } from "./words";

type Trl = Schemas["TechnicalFeasibility"]["trl"];
type Answer = Trl["answers"][number];

const LEVELS = [9, 8, 7, 6, 5, 4, 3, 2, 1] as const;
const icons: Record<Answer["answer"], IconName> = { yes: "check", no: "no", unclear: "question" };

export function inRange(trl: Trl, level: number): boolean {
  const low = trl.range_low ?? trl.level;
  const high = trl.range_high ?? trl.level;

  return low !== null && high !== null && level >= low && level <= high;
}

export function TrlLadder({ trl }: { trl: Trl }) {
  return (
    <>
      <h3>{t("trl.title")}</h3>
      <p class="trl-head">
        <strong>{trlText(trl)}</strong>
        <span class="small muted">
          {t(`trl.basis.${trl.basis}` as Key)} · {t("trl.confidence", { level: t(`level.${trl.confidence}` as Key) })}
        </span>
      </p>
      {trl.unit_of_assessment !== null && <p dir="auto">{trl.unit_of_assessment}</p>}
      <ol class="trl" reversed>
        {LEVELS.map((level) => (
          <Rung key={level} level={level} inside={inRange(trl, level)}
            answers={trl.answers.filter((a) => a.level === level)} />
        ))}
      </ol>
      {trl.next_level_gap.length > 0 && (
        <aside class="gaps">
          <h3><Icon name="question" size={18} />{t("trl.gap")}</h3>
          <ul>{trl.next_level_gap.map((g, i) => <li key={i} dir="auto">{gapText(g)}</li>)}</ul>
        </aside>
      )}
    </>
  );
}

/* The rubric's criteria have names of ours in both languages. */
function gapText(gap: string): string {
  const level = /^trl([1-9])\.[a-z_0-9]+$/.exec(gap)?.[1];

  return level === undefined ? gap : t(`trl.criterion.${level}` as Key);
}

function Rung({ level, inside, answers }: { level: number; inside: boolean; answers: Answer[] }) {
  const answer = answers.find((a) => a.answer === "yes") ?? answers.find((a) => a.answer === "no") ?? answers[0];
  const state = answer?.answer ?? "unclear";
  const more = answers.some((a) => (a.reason ?? "") !== "" || a.evidence_ids.length > 0);
  const head = (
    <>
      <span class="trl-level">{level}</span>
      <span class="trl-criterion">{t(`trl.criterion.${level}` as Key)}</span>
      <span class={`trl-answer trl-${state}`}><Icon name={icons[state]} size={16} />{t(`answer.${state}` as Key)}</span>
    </>
  );

  return (
    <li class={`trl-rung${inside ? " trl-inside" : ""}`} value={level}>
      {more ? (
        <details>
          <summary>{head}</summary>
          {answers.map((a) => (
            <div key={a.criterion_id} class="trl-why">
              {a.reason && <p dir="auto">{a.reason}</p>}
              <Quotes ids={a.evidence_ids} />
            </div>
          ))}
        </details>
      ) : <div class="trl-row">{head}</div>}
      {inside && <span class="sr-only">{t("trl.in_range")}</span>}
    </li>
  );
}
