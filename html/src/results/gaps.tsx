/* What the paper does not say, with the reason; and whom to ask what. */
import type { Schemas } from "../api/client";
import { t, tName } from "../i18n";
import { Icon } from "../ui/icons";

export function Gaps({ unknowns }: { unknowns: Schemas["Unknown"][] }) {
  return unknowns.length === 0 ? null : (
    <aside class="gaps">
      <h3><Icon name="question" size={18} />{t("result.not_in_paper")}</h3>
      <dl>
        {unknowns.map((u, i) => (
          <div key={i}>
            <dt>{u.field === null ? t("result.whole_section") : fieldName(u.field)}</dt>
            <dd dir="auto">{u.reason}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

/* "potential_applications.market_size" → the name of its last part. */
function fieldName(field: string): string {
  return tName("result_field", field.split(/[.[]/).filter((p) => /^[a-z_]+$/.test(p)).at(-1) ?? field);
}

export function Questions({ questions }: { questions: string[] }) {
  return questions.length === 0 ? null : (
    <aside class="questions">
      <h3>{t("result.questions")}</h3>
      <ul>{questions.map((q, i) => <li key={i} dir="auto">{q}</li>)}</ul>
    </aside>
  );
}
