/* A rating of the result, for those who run the service. */
import { useState } from "preact/hooks";
import type { Analysis } from "../api/client";
import { t, type Key } from "../i18n";
import { SECTIONS, type SectionName } from "../results/context";
import { ErrorBox } from "../ui/errors";
import { AreaField } from "../ui/field";
import { useAction } from "../ui/use-action";
import { sendFeedback } from "./api";

const RATINGS = [1, 2, 3, 4, 5];

export function FeedbackCard({ analysis }: { analysis: Analysis }) {
  const [thanked, setThanked] = useState(false);
  const send = useAction(sendFeedback);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();

    const form = new FormData(event.currentTarget as HTMLFormElement);
    const section = String(form.get("section")) as SectionName | "";
    const comment = String(form.get("comment")).trim();

    if (await send.run(analysis.id, { rating: Number(form.get("rating")), ...(section === "" ? {} : { section }),
      ...(comment === "" ? {} : { comment }) })) {
      setThanked(true);
    }
  }

  return (
    <section class="card" aria-labelledby="feedback-title">
      <h2 id="feedback-title">{t("feedback.title")}</h2>
      {thanked ? <p role="status">{t("feedback.thanks")}</p> : (
        <details class="more">
          <summary>{t("feedback.rating")}</summary>
          <form class="form" onSubmit={(event) => void submit(event)}>
            {send.error !== null && <ErrorBox error={send.error} />}
            <fieldset class="choice">
              <legend class="sr-only">{t("feedback.rating")}</legend>
              <div class="segments">
                {RATINGS.map((n) => (
                  <label key={n}>
                    <input type="radio" name="rating" value={n} required aria-label={t("feedback.stars", { n })} />
                    <span>{n}</span>
                  </label>
                ))}
              </div>
            </fieldset>
            <div class="field">
              <label for="feedback-section">{t("feedback.section")}</label>
              <select id="feedback-section" name="section">
                <option value="">{t("feedback.any")}</option>
                {SECTIONS.map((s) => <option key={s} value={s}>{t(`section.${s}` as Key)}</option>)}
              </select>
            </div>
            <AreaField label={t("feedback.comment")} name="comment" rows={3} maxLength={2000} />
            <div class="form-actions actions-left">
              <button type="submit" class="button" disabled={send.pending}>
                {send.pending ? t("state.saving") : t("feedback.send")}
              </button>
            </div>
          </form>
        </details>
      )}
    </section>
  );
}
