/* What was used this month, of what the plan and the budget give. */
import { useQuery } from "../api/query";
import { formatBytes, formatNumber, t, type Key } from "../i18n";
import { ErrorBox } from "../ui/errors";
import { Skeleton } from "../ui/skeleton";
import { usageQuery } from "./api";
import { formatUsd } from "./money";

export function UsageCard() {
  const { data, error, refetch } = useQuery(usageQuery());

  return (
    <section class="card" aria-labelledby="usage-title">
      <h2 id="usage-title">{t("usage.title")}</h2>
      {error !== null ? <ErrorBox error={error} onRetry={() => void refetch()} />
        : data === undefined ? <Skeleton rows={4} /> : (
          <dl class="usage">
            <Meter name="usage.spend" used={data.llm_micro_usd.spent} limit={data.llm_micro_usd.budget} show={formatUsd}
              reserved={data.llm_micro_usd.reserved} />
            <Meter name="usage.analyses" used={data.analyses.used} limit={data.analyses.limit} show={formatNumber} />
            <Meter name="usage.papers" used={data.papers.used} limit={data.papers.limit} show={formatNumber} />
            <Meter name="usage.storage" used={data.storage_bytes.used} limit={data.storage_bytes.limit}
              show={formatBytes} />
          </dl>
        )}
    </section>
  );
}

interface MeterProps {
  name: Key;
  used: number;
  limit: number | null;
  reserved?: number;
  show: (n: number) => string;
}

function Meter({ name, used, limit, reserved = 0, show }: MeterProps) {
  const words = limit === null ? t("usage.no_limit", { used: show(used) })
    : t("usage.of", { used: show(used), limit: show(limit) });

  return (
    <div>
      <dt>{t(name)}</dt>
      <dd>
        <span class="number">{words}</span>
        {limit !== null && limit > 0 && (
          <meter class="meter" min={0} max={limit} high={limit * 0.9} value={Math.min(limit, used + reserved)}
            aria-label={`${t(name)}: ${words}`} />
        )}
        {reserved > 0 && <span class="small muted">{t("usage.reserved", { amount: show(reserved) })}</span>}
      </dd>
    </div>
  );
}
