/* The ledger: every request that carried something of this paper elsewhere. */
import { API_BASE } from "../api/client";
import { useQuery } from "../api/query";
import { formatBytes, formatDate, formatList, t, tName, type Key } from "../i18n";
import { ErrorBox } from "../ui/errors";
import { Icon } from "../ui/icons";
import { Skeleton } from "../ui/skeleton";
import { outboundQuery, type OutboundEntry } from "./api";
import { formatUsdPlain } from "./money";

/* Enough of a hash to compare by eye; all of it is in the title and the CSV. */
const SHOWN_HASH = 12;

export function LedgerCard({ paperId }: { paperId: string }) {
  const { data, error, refetch } = useQuery(outboundQuery(paperId));

  return (
    <section class="card" aria-labelledby="ledger-title">
      <header class="card-head">
        <h2 id="ledger-title">{t("ledger.title")}</h2>
        {data !== undefined && data.length > 0 && (
          <a class="button button-small" href={`${API_BASE}/papers/${paperId}/outbound?format=csv`}
            download={`outbound-${paperId}.csv`}>
            <Icon name="download" size={16} />CSV
          </a>
        )}
      </header>
      {error !== null ? <ErrorBox error={error} onRetry={() => void refetch()} />
        : data === undefined ? <Skeleton rows={1} />
          : data.length === 0 ? <p class="muted">{t("ledger.none")}</p> : (
            <>
              <p>
                {t("ledger.count", { n: data.length, bytes: formatBytes(data.reduce((sum, e) => sum + e.bytes, 0)) })}
              </p>
              <details class="more">
                <summary>{t("ledger.show")}</summary>
                <LedgerTable entries={data} />
              </details>
            </>
          )}
    </section>
  );
}

function LedgerTable({ entries }: { entries: OutboundEntry[] }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={t("ledger.table")}>
      <table class="table dense ledger">
        <caption class="sr-only">{t("ledger.table")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("ledger.when")}</th>
            <th scope="col">{t("ledger.host")}</th>
            <th scope="col" class="number">{t("ledger.bytes")}</th>
            <th scope="col">{t("ledger.state")}</th>
            <th scope="col" class="number">{t("ledger.cost")}</th>
            <th scope="col">{t("ledger.hash")}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((e, i) => (
            <tr key={i}>
              <td><a href={`/analyses/${e.analysis_id}`}>{formatDate(e.at, "time")}</a></td>
              <td class="ledger-to">
                {e.host} <span class="muted">{e.model}</span>
                <span class="muted ledger-stages">{formatList(e.stage.split(" ").map((name) => tName("stage", name)))}</span>
              </td>
              <td class="number">{formatBytes(e.bytes)}</td>
              <td>{e.state === null ? "–" : t(`ledger.state.${e.state}` as Key)}</td>
              <td class="number">{e.cost_micro_usd === null ? "–" : formatUsdPlain(e.cost_micro_usd)}</td>
              <td><code class="hash" title={e.payload_sha256}>{e.payload_sha256.slice(0, SHOWN_HASH)}…</code></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
