/* A claim: what is said, how well it is supported, and by which words. */
import type { ComponentChildren } from "preact";
import type { Claim } from "../api/client";
import { t, tName, type Key } from "../i18n";
import { ClaimTools } from "../review/parts";
import { Icon } from "../ui/icons";
import { apart, isItsQuote, useResults, type MatchedText } from "./context";
import { Quotes } from "./quote";
import { VerdictBadge } from "./verdict";

export function ClaimCard({ claim, plain = false }: { claim: Claim; plain?: boolean }) {
  const { analysisId, evidence } = useResults();
  const quotes = claim.evidence_ids.flatMap((id) => evidence.get(id) ?? []);
  const quoteOnly = isItsQuote(claim.text, quotes);

  return (
    <article class={`claim claim-${claim.verdict}${claim.decision === null ? "" : ` claim-${claim.decision}`}`}
      data-claim={claim.id}>
      <p class="claim-meta">
        {!plain && <span class="claim-kind">{tName("kind", claim.kind)}</span>}
        <VerdictBadge verdict={claim.verdict} />
        {claim.basis !== "paper" && <span class="small muted">{t(`basis.${claim.basis}` as Key)}</span>}
      </p>
      {!quoteOnly && <p class="claim-text" dir="auto">{claim.text}</p>}
      <ClaimTools analysisId={analysisId} claim={claim} />
      <Quotes ids={claim.evidence_ids} />
    </article>
  );
}

export function ClaimList({ title, claims }: { title?: string; claims: Claim[] }) {
  const { own, outside } = apart(claims);

  return (
    <>
      {own.length > 0 && (
        <>
          {title !== undefined && <h3>{title}</h3>}
          <div class="claims">{own.map((c) => <ClaimCard key={c.id} claim={c} />)}</div>
        </>
      )}
      {outside.length > 0 && <Outside>{outside.map((c) => <ClaimCard key={c.id} claim={c} />)}</Outside>}
    </>
  );
}

/* The box for what comes from elsewhere: never mixed with the paper's own. */
export function Outside({ children }: { children: ComponentChildren }) {
  return (
    <aside class="outside">
      <h3><Icon name="send" size={18} />{t("result.outside")}</h3>
      <p class="small">{t("result.outside_note")}</p>
      <div class="claims">{children}</div>
    </aside>
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
