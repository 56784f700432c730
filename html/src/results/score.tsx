/* The score and its parts: a bar for the eye and the table it stands for. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Schemas } from "../api/client";
import { formatNumber, t, tOptional } from "../i18n";
import { QuoteMarks } from "./quote";

type Score = Schemas["Score"];

const whole = (n: number) => formatNumber(n, { maximumFractionDigits: 0 });

const isInterval = ({ low, high }: Score) => low !== null && high !== null && low !== high;

/* "overall" is the middle of the interval: it never stands alone. */
export function scoreText(score: Score): string {
  const { overall, low, high } = score;

  if (low === null || high === null) {
    return overall === null ? t("score.none") : whole(overall);
  }

  if (overall === null) {
    return t("score.range", { low: whole(low), high: whole(high) });
  }

  return isInterval(score) ? t("score.middle", { n: whole(overall), low: whole(low), high: whole(high) })
    : whole(overall);
}

/* Share of the bar's width, set as a property: no style attribute. */
function Bar({ from, to }: { from: number; to: number }) {
  const ref = useRef<HTMLSpanElement>(null);

  useLayoutEffect(() => {
    ref.current!.style.left = `${from * 100}%`;
    ref.current!.style.width = `${Math.max(0.5, (to - from) * 100)}%`;
  }, [from, to]);

  return <span class="bar-track" aria-hidden="true"><span ref={ref} class="bar-fill" /></span>;
}

export function ScoreCard({ score }: { score: Score }) {
  return (
    <section class="card" id="score" aria-labelledby="score-title">
      <h2 id="score-title">{t("score.title")}</h2>
      <p class="score-head"><strong>{scoreText(score)}</strong> <span class="muted">{t("score.of_100")}</span></p>
      {score.low !== null && score.high !== null && <Bar from={score.low / 100} to={score.high / 100} />}
      {isInterval(score) && <p class="small muted">{t("score.interval_note")}</p>}
      <div class="table-scroll" tabIndex={0} role="region" aria-label={t("score.parts")}>
        <table class="table score-table">
          <caption class="sr-only">{t("score.parts")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("score.part")}</th>
              <th scope="col">{t("score.value")}</th>
              <th scope="col" class="number">{t("score.weight")}</th>
              <th scope="col">{t("score.reason")}</th>
            </tr>
          </thead>
          <tbody>
            {score.parts.map((part) => (
              <tr key={part.id}>
                <th scope="row">{tOptional(`part.${part.id}`) ?? part.label}</th>
                <td>
                  {part.value === null ? <span class="muted">{t("score.unknown")}</span> : (
                    <>
                      <Bar from={0} to={part.value} />
                      {formatNumber(part.value, { maximumFractionDigits: 2, minimumFractionDigits: 2 })}
                    </>
                  )}
                </td>
                <td class="number">{whole(part.weight)}</td>
                <td><span dir="auto">{part.reason}</span> <QuoteMarks ids={part.evidence_ids} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
