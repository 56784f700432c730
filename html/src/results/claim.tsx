/* A claim: what is said, how well it is supported, and by which words. */
import type { Claim } from "../api/client";
import { t, tName, type Key } from "../i18n";
import type { IconName } from "../ui/icons";
import { Badge } from "../ui/status";
import { isItsQuote, useResults, type MatchedText } from "./context";
import { Quotes } from "./quote";

type Verdict = Claim["verdict"];

const looks: Record<Verdict, [string, IconName]> = {
  supported: ["ok", "check"],
  partly_supported: ["warn", "question"],
  unsupported: ["error", "no"],
  not_from_paper: ["plain", "warn"],
  computed: ["plain", "page"],
};

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const [tone, icon] = looks[verdict];

  return <Badge tone={tone} icon={icon}>{t(`verdict.${verdict}` as Key)}</Badge>;
}

export function ClaimCard({ claim, plain = false }: { claim: Claim; plain?: boolean }) {
  const { evidence } = useResults();
  const quotes = claim.evidence_ids.flatMap((id) => evidence.get(id) ?? []);
  const quoteOnly = isItsQuote(claim.text, quotes);

  return (
    <article class={`claim claim-${claim.verdict}`} data-claim={claim.id}>
      <p class="claim-meta">
        {!plain && <span class="claim-kind">{tName("kind", claim.kind)}</span>}
        <VerdictBadge verdict={claim.verdict} />
        {claim.basis !== "paper" && <span class="small muted">{t(`basis.${claim.basis}` as Key)}</span>}
        {claim.decision !== null && <span class="small muted">{t(`decision.${claim.decision}` as Key)}</span>}
      </p>
      {!quoteOnly && <p class="claim-text" dir="auto">{claim.text}</p>}
      <Quotes ids={claim.evidence_ids} />
    </article>
  );
}

export function ClaimList({ title, claims }: { title?: string; claims: Claim[] }) {
  const own = claims.filter((c) => c.verdict !== "not_from_paper");
  const outside = claims.filter((c) => c.verdict === "not_from_paper");

  return (
    <>
      {own.length > 0 && (
        <>
          {title !== undefined && <h3>{title}</h3>}
          <div class="claims">{own.map((c) => <ClaimCard key={c.id} claim={c} />)}</div>
        </>
      )}
      {outside.length > 0 && (
        <aside class="outside">
          <h3>{t("result.outside")}</h3>
          <p class="small">{t("result.outside_note")}</p>
          <div class="claims">{outside.map((c) => <ClaimCard key={c.id} claim={c} />)}</div>
        </aside>
      )}
    </>
  );
}

/* Plain statements of a section; those that are claims show their quotes. */
export function TextList({ title, items }: { title: string; items: MatchedText[] }) {
  return items.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <div class="claims">
        {items.map(({ text, claim }, i) => claim === null
          ? <p key={i} class="claim claim-text" dir="auto">{text}</p>
          : <ClaimCard key={i} claim={claim} plain />)}
      </div>
    </>
  );
}
