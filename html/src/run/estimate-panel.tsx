/* What an analysis will cost, by section and in all, and whether it fits. */
import { ApiError } from "../api/client";
import { formatDate, formatNumber, t, tName, tOptional } from "../i18n";
import { ErrorBox } from "../ui/errors";
import { Icon } from "../ui/icons";
import { Badge } from "../ui/status";
import type { Estimate } from "./api";
import { formatUsd, formatUsdPlain, formatUsdRange } from "./money";

interface Props {
  estimate: Estimate | undefined;
  error: Error | null;
  behind: boolean;
  onRetry: () => void;
}

export function EstimatePanel({ estimate, error, behind, onRetry }: Props) {
  return (
    <section class="estimate" aria-labelledby="run-cost" aria-busy={behind}>
      <h3 id="run-cost">{t("run.cost")}</h3>
      {error !== null ? (
        <EstimateError error={error} onRetry={onRetry} />
      ) : estimate === undefined ? (
        <p class="muted estimate-wait" role="status">{t("run.estimating")}</p>
      ) : estimate.engine === "embedded" ? (
        <p>{t("run.free")}</p>
      ) : (
        <Figures estimate={estimate} behind={behind} />
      )}
    </section>
  );
}

function EstimateError({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (error instanceof ApiError && error.code === "CONFLICT" && error.details["reason"] !== "host_not_allowed") {
    return <p>{t("run.not_read")}</p>;
  }

  if (error instanceof ApiError && error.code === "BUDGET_EXCEEDED") {
    return <BudgetNote details={error.details} />;
  }

  /* The panel above says what is refused, and why. */
  return error instanceof ApiError && error.code === "CONFLICT" ? null : <ErrorBox error={error} onRetry={onRetry} />;
}

function Figures({ estimate, behind }: { estimate: Estimate; behind: boolean }) {
  const { low, likely, high } = estimate.total;

  return (
    <>
      {likely === null || low === null || high === null ? <p>{t("run.no_prices")}</p> : (
        <>
          <p class="estimate-total" role="status">
            <strong>{formatUsd(likely)}</strong>
            <span class="muted">{behind ? t("run.estimating") : t("run.likely")}</span>
          </p>
          <p class="small muted">{t("run.range", { range: formatUsdRange(low, high) })}</p>
        </>
      )}
      <p>
        {estimate.fits_budget ? <Badge tone="ok" icon="check">{t("run.fits")}</Badge>
          : <Badge tone="error" icon="warn">{t("run.fits_not")}</Badge>}
      </p>
      {!estimate.fits_budget && <WhyNot budget={estimate.budget} />}
      <details class="more">
        <summary>{t("run.stages")}</summary>
        <StageTable estimate={estimate} />
        <p class="small muted">
          {t("run.tokens_note")}{" "}
          {estimate.price_table_date !== null && t("run.prices", { date: formatDate(estimate.price_table_date) })}
        </p>
      </details>
    </>
  );
}

/* The tightest of the budgets that do not cover it. */
function WhyNot({ budget }: { budget: Estimate["budget"] }) {
  return (
    <p class="small warn-line">
      <Icon name="warn" size={16} />
      <span>{budget === null ? t("run.unpriced") : t("run.budget_left", shortage(budget))}</span>
    </p>
  );
}

function shortage({ scope, needed, remaining }: { scope: unknown; needed: unknown; remaining: unknown }) {
  return { needed: formatUsd(Number(needed)), remaining: formatUsd(Number(remaining)),
    scope: tOptional(`scope.${String(scope)}`) ?? String(scope) };
}

const usd = (micro: number | null) => micro === null ? "–" : formatUsdPlain(micro);

function StageTable({ estimate }: { estimate: Estimate }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={t("run.stages")}>
      <table class="table dense">
        <caption class="sr-only">{t("run.stages")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("run.stage")}</th>
            <th scope="col" class="number">{t("run.tokens_in")}</th>
            <th scope="col" class="number">{t("run.tokens_out")}</th>
            <th scope="col" class="number">{t("run.low")}</th>
            <th scope="col" class="number">{t("run.likely")}</th>
            <th scope="col" class="number">{t("run.high")}</th>
          </tr>
        </thead>
        <tbody>
          {estimate.stages.map((s) => (
            <tr key={s.name}>
              <th scope="row">{tName("stage", s.name)}</th>
              <td class="number">{formatNumber(s.input_tokens)}</td>
              <td class="number">{formatNumber(s.max_output_tokens)}</td>
              <td class="number">{usd(s.low)}</td>
              <td class="number">{usd(s.likely)}</td>
              <td class="number">{usd(s.high)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>{t("run.total")}</th>
            <td class="number">{usd(estimate.total.low)}</td>
            <td class="number">{usd(estimate.total.likely)}</td>
            <td class="number">{usd(estimate.total.high)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/* Which budget does not cover it, and by how much. */
export function BudgetNote({ details }: { details: object }) {
  const { scope, needed, remaining, reason } = details as Record<string, unknown>;
  const known = needed !== undefined && remaining !== undefined
    && Number.isFinite(Number(needed)) && Number.isFinite(Number(remaining));

  return (
    <div class="notice notice-error" role="alert">
      <Icon name="warn" />
      <p>
        {known ? t("run.budget_left", shortage({ scope, needed, remaining }))
          : t(reason === "unpriced" ? "run.unpriced" : "error.BUDGET_EXCEEDED")}
      </p>
    </div>
  );
}
