/*
 * The sections of a result.  Each renders typed fields only: what a model or
 * a paper wrote is text, never markup.
 */
import type { ComponentChildren } from "preact";
import type { Claim, Results, Schemas } from "../api/client";
import { formatList, formatNumber, t, tName, type Key } from "../i18n";
import { ClaimCard, ClaimList, Outside, TextList } from "./claim";
import { apart, isItsQuote, matchClaims, otherClaims, useResults, type SectionName } from "./context";
import { ClaimTools } from "../review/parts";
import { Gaps, Questions } from "./gaps";
import { QuoteMarks, Quotes } from "./quote";
import { VerdictBadge } from "./verdict";
import { TrlLadder } from "./trl";

interface FrameProps {
  name: SectionName;
  unknowns: Schemas["Unknown"][];
  questions: string[];
  empty: boolean;
  children: ComponentChildren;
}

function Section({ name, unknowns, questions, empty, children }: FrameProps) {
  return (
    <section class="card section" id={name} aria-labelledby={`${name}-title`}>
      <h2 id={`${name}-title`} tabIndex={-1}>{t(`section.${name}` as Key)}</h2>
      {empty && <p class="muted">{t("result.empty_section")}</p>}
      {children}
      <Gaps unknowns={unknowns} />
      <Questions questions={questions} />
    </section>
  );
}

type Fact = [Key, string | string[] | null | undefined];

function Facts({ facts }: { facts: Fact[] }) {
  const known = facts.filter(([, v]) => v !== null && v !== undefined && v.length > 0);

  return known.length === 0 ? null : (
    <dl class="facts">
      {known.map(([label, value]) => [
        <dt key={`${label} name`}>{t(label)}</dt>,
        <dd key={label} dir="auto">{Array.isArray(value) ? formatList(value) : value}</dd>,
      ])}
    </dl>
  );
}

interface EntryProps {
  title: string;
  verdict?: Claim["verdict"] | undefined;
  basis?: Claim["basis"] | undefined;
  details?: string | null | undefined;
  facts: Fact[];
  ids: string[];
  /* Where the entry says what a claim says: to decide on it. */
  claim?: Claim | undefined;
}

/* One application, alternative, risk …: a claim with a name and facts. */
function Entry({ title, verdict, basis, details, facts, ids, claim }: EntryProps) {
  const { analysisId } = useResults();
  const text = claim?.text ?? details;

  return (
    <article class={`claim${verdict === undefined ? "" : ` claim-${verdict}`}`}>
      <header class="claim-head">
        <h3 dir="auto">{title}</h3>
        {verdict !== undefined && <VerdictBadge verdict={verdict} />}
        {basis !== undefined && basis !== "paper" && (
          <span class="small muted">{t(`basis.${basis}` as Key)}</span>
        )}
      </header>
      {text && <p class="claim-text" dir="auto">{text}</p>}
      <Facts facts={facts} />
      {claim !== undefined && <ClaimTools analysisId={analysisId} claim={claim} />}
      <Quotes ids={ids} />
    </article>
  );
}

/* Those that come from elsewhere stand in a box of their own. */
function Entries({ items }: { items: EntryProps[] }) {
  const { own, outside } = apart(items);

  return (
    <>
      {own.length > 0 && <div class="claims">{own.map((item, i) => <Entry key={i} {...item} />)}</div>}
      {outside.length > 0 && <Outside>{outside.map((item, i) => <Entry key={i} {...item} />)}</Outside>}
    </>
  );
}

export function ExecutiveSummary({ of: s }: { of: Results["executive_summary"] }) {
  const claims = s.claims ?? [];
  const cited = new Set(s.paragraphs.flatMap((p) => p.claim_ids));

  return (
    <Section name="executive_summary" unknowns={s.unknowns} questions={[]}
      empty={s.one_line === null && s.paragraphs.length === 0 && claims.length === 0}>
      {s.one_line !== null && <p class="lead" dir="auto">{s.one_line}</p>}
      <p class="recommendation">
        <span class="muted">{t("result.recommendation")}</span>{" "}
        <strong>{t(`recommendation.${s.recommendation}` as Key)}</strong>
      </p>
      {s.conditions !== undefined && <TextList title={t("result.conditions")} items={matchClaims(s.conditions, claims)} />}
      {s.paragraphs.map((p, i) => <Paragraph key={i} text={p.text} claimIds={p.claim_ids} />)}
      <ClaimList claims={claims.filter((c) => !cited.has(c.id))} />
    </Section>
  );
}

function Paragraph({ text, claimIds }: { text: string; claimIds: string[] }) {
  const { claims } = useResults();
  const ids = claimIds.flatMap((id) => claims.get(id)?.evidence_ids ?? []);

  return (
    <div class="paragraph">
      <p class="prose" dir="auto">{text}</p>
      <QuoteMarks ids={[...new Set(ids)]} />
    </div>
  );
}

export function PaperProfile({ of: s }: { of: Results["paper_profile"] }) {
  const claims = s.claims ?? [];
  const heads = [s.problem, s.contribution].filter((x) => x !== null);

  return (
    <Section name="paper_profile" unknowns={s.unknowns} questions={s.questions}
      empty={heads.length === 0 && s.summary.length === 0 && claims.length === 0}>
      <Facts facts={[
        ["meta.article_type", s.article_type && tName("article_type", s.article_type)],
        ["profile.fields", s.fields],
      ]} />
      {s.problem !== null && <TextList title={t("profile.problem")} items={matchClaims([s.problem], claims)} />}
      {s.contribution !== null && (
        <TextList title={t("profile.contribution")} items={matchClaims([s.contribution], claims)} />
      )}
      {s.summary.length > 0 && (
        <>
          <h3>{t("profile.summary")}</h3>
          <div class="claims">
            {s.summary.map((x, i) => <Extract key={i} text={x.text} ids={x.evidence_ids} />)}
          </div>
        </>
      )}
      <ClaimList title={t("result.statements")} claims={otherClaims(claims, heads)} />
      {s.keyphrases.length > 0 && (
        <>
          <h3>{t("profile.keyphrases")}</h3>
          <ul class="phrases">
            {s.keyphrases.map((k) => (
              <li key={k.text} class="phrase"><span dir="auto">{k.text}</span> <QuoteMarks ids={k.evidence_ids ?? []} /></li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

/* A sentence of the summary: its quote, and its text where that differs. */
function Extract({ text, ids }: { text: string; ids: string[] }) {
  const { evidence } = useResults();
  const quotes = ids.flatMap((id) => evidence.get(id) ?? []);

  return (
    <div class="claim">
      {!isItsQuote(text, quotes) && <p class="claim-text" dir="auto">{text}</p>}
      <Quotes ids={ids} />
    </div>
  );
}

export function TechnicalFeasibility({ of: s }: { of: Results["technical_feasibility"] }) {
  const claims = s.claims ?? [];

  return (
    <Section name="technical_feasibility" unknowns={s.unknowns} questions={s.questions} empty={false}>
      {s.score !== null && (
        <p>
          <span class="muted">{t("feasibility.score")}</span>{" "}
          <strong>{t("feasibility.of_10", { score: formatNumber(s.score, { maximumFractionDigits: 1 }) })}</strong>
        </p>
      )}
      {s.details !== null && <p class="prose" dir="auto">{s.details}</p>}
      <TrlLadder trl={s.trl} />
      <TextList title={t("feasibility.strengths")} items={matchClaims(s.strengths, claims)} />
      <TextList title={t("feasibility.challenges")} items={matchClaims(s.challenges, claims)} />
      <ClaimList title={t("result.statements")} claims={otherClaims(claims, s.strengths, s.challenges)} />
    </Section>
  );
}

/* The embedded engine's sectors are keys; their words are the name. */
const isIdentifier = (text: string | undefined) => text !== undefined && /^[a-z_]+$/.test(text);

export function MarketOpportunities({ of: s }: { of: Results["market_opportunities"] }) {
  return (
    <Section name="market_opportunities" unknowns={s.unknowns} questions={s.questions}
      empty={s.potential_applications.length === 0 && (s.claims ?? []).length === 0}>
      <Entries items={s.potential_applications.map((a) => ({
        title: a.name, verdict: a.verdict, basis: a.basis, details: a.details, ids: a.evidence_ids, facts: [
          ["result_field.sector", isIdentifier(a.sector) ? null : a.sector],
          ["result_field.problem_solved", a.problem_solved],
          ["result_field.value_proposition", a.value_proposition],
          ["result_field.target_customers", a.target_customers],
          ["result_field.market_size", a.market_size],
          ["result_field.growth_rate", a.growth_rate],
          ["result_field.market_source", a.market_source],
          ["result_field.entry_barriers", a.entry_barriers],
        ],
      }))} />
      <ClaimList title={t("result.statements")} claims={s.claims ?? []} />
    </Section>
  );
}

export function Competition({ of: s }: { of: Results["competition"] }) {
  const claims = s.claims ?? [];

  return (
    <Section name="competition" unknowns={s.unknowns} questions={s.questions}
      empty={s.alternatives.length === 0 && s.differentiation === null && claims.length === 0}>
      {s.differentiation !== null && (
        <TextList title={t("result_field.differentiation")} items={matchClaims([s.differentiation], claims)} />
      )}
      <Entries items={s.alternatives.map((a) => ({
        title: a.name, verdict: a.verdict, basis: a.basis, details: a.how_it_differs, ids: a.evidence_ids, facts: [
          ["competition.kind", tName("alternative", a.kind)],
          ["competition.advantage", t(`advantage.${a.advantage_for}` as Key)],
        ],
      }))} />
      <ClaimList title={t("result.statements")}
        claims={otherClaims(claims, s.differentiation === null ? [] : [s.differentiation])} />
    </Section>
  );
}

export function IntellectualProperty({ of: s }: { of: Results["intellectual_property"] }) {
  const shown = [...s.signals, ...s.protectable_elements].map((c) => c.text);

  return (
    <Section name="intellectual_property" unknowns={s.unknowns}
      questions={[...s.questions, ...s.questions_for_counsel.filter((q) => !s.questions.includes(q))]}
      empty={shown.length === 0 && (s.claims ?? []).length === 0}>
      <ClaimList title={t("ip.signals")} claims={s.signals} />
      <ClaimList title={t("ip.protectable")} claims={s.protectable_elements} />
      <ClaimList title={t("result.statements")} claims={otherClaims(s.claims ?? [], shown)} />
      <Facts facts={[["ip.disclosure_risk", tName("disclosure", s.disclosure_risk)]]} />
      {s.disclaimer !== "" && <p class="small muted" dir="auto">{s.disclaimer}</p>}
    </Section>
  );
}

export function BusinessModel({ of: s }: { of: Results["business_model"] }) {
  return (
    <Section name="business_model" unknowns={s.unknowns} questions={s.questions}
      empty={s.recommended_models.length === 0 && (s.claims ?? []).length === 0}>
      {s.rationale && <p class="prose" dir="auto">{s.rationale}</p>}
      <Entries items={s.recommended_models.map((m) => ({
        title: tName("model", m.type), verdict: m.verdict, basis: m.basis, details: m.details, ids: m.evidence_ids,
        facts: [
          ["result_field.value_proposition", m.value_proposition],
          ["result_field.customer_segments", m.customer_segments],
          ["result_field.revenue_streams", m.revenue_streams],
          ["result_field.cost_drivers", m.cost_drivers],
          ["result_field.key_partners", m.key_partners],
          ["result_field.fits_when", m.fits_when],
          ["result_field.fails_when", m.fails_when],
        ],
      }))} />
      <ClaimList title={t("result.statements")} claims={s.claims ?? []} />
    </Section>
  );
}

export function ImplementationPath({ of: s }: { of: Results["implementation_path"] }) {
  const factors = s.critical_success_factors ?? [];

  return (
    <Section name="implementation_path" unknowns={s.unknowns} questions={s.questions}
      empty={s.phases.length === 0 && factors.length === 0 && (s.claims ?? []).length === 0}>
      <Entries items={s.phases.map((p, i) => ({
        title: p.name ?? t("path.phase", { n: i + 1 }), verdict: p.verdict, basis: p.basis, ids: p.evidence_ids ?? [],
        facts: [
          ["result_field.duration", p.duration],
          ["result_field.key_activities", p.key_activities],
          ["result_field.milestones", p.milestones],
          ["result_field.resources", p.resources],
          ["result_field.go_no_go", p.go_no_go],
        ],
      }))} />
      <TextList title={t("path.factors")} items={matchClaims(factors, s.claims ?? [])} />
      <ClaimList title={t("result.statements")} claims={otherClaims(s.claims ?? [], factors)} />
    </Section>
  );
}

const usd = (n: number | null) => n === null ? null
  : formatNumber(n, { style: "currency", currency: "USD", maximumFractionDigits: 0 });

export function ResourceRequirements({ of: s }: { of: Results["resource_requirements"] }) {
  return (
    <Section name="resource_requirements" unknowns={s.unknowns} questions={s.questions}
      empty={s.funding_ranges.length + s.team.length + s.team_detail.length + s.partners.length
        + (s.claims ?? []).length === 0 && s.details === null}>
      {s.details !== null && <p class="prose" dir="auto">{s.details}</p>}
      <Facts facts={[
        ["resources.seed", s.funding.seed],
        ["resources.series_a", s.funding.series_a],
        ["resources.team", s.team],
        ["result_field.partners", s.partners],
      ]} />
      <Entries items={[
        ...s.funding_ranges.map((f): EntryProps => ({
          title: tName("funding", f.stage), verdict: f.verdict, basis: f.basis, details: f.rationale,
          ids: f.evidence_ids, facts: [["resources.low", usd(f.low_usd)], ["resources.high", usd(f.high_usd)]],
        })),
        ...s.team_detail.map((m): EntryProps => ({
          title: m.role, ids: [], facts: [
            ["resources.count", m.count === null ? null : formatNumber(m.count)],
            ["resources.skills", m.skills],
            ["resources.timing", m.timing],
          ],
        })),
      ]} />
      <ClaimList title={t("result.statements")} claims={s.claims ?? []} />
    </Section>
  );
}

export function Risks({ of: s }: { of: Results["risks"] }) {
  const claims = s.claims ?? [];
  const shown = s.items.map((r) => r.text);

  return (
    <Section name="risks" unknowns={s.unknowns} questions={s.questions}
      empty={s.items.length === 0 && claims.length === 0}>
      <Entries items={s.items.map((r) => ({
        title: tName("risk", r.category), verdict: r.verdict, basis: r.basis, details: r.text, ids: r.evidence_ids,
        claim: claims.find((c) => c.text === r.text || c.original_text === r.text), facts: [
          ["risks.likelihood", t(`level.${r.likelihood}` as Key)],
          ["risks.impact", t(`level.${r.impact}` as Key)],
          ["risks.mitigation", r.mitigation],
        ],
      }))} />
      <ClaimList title={t("result.statements")} claims={otherClaims(claims, shown)} />
    </Section>
  );
}

const QUADRANTS = ["strengths", "weaknesses", "opportunities", "threats"] as const;

export function Swot({ of: s }: { of: Results["swot"] }) {
  const claims = s.claims ?? [];
  const texts = QUADRANTS.map((q) => s[q]);

  return (
    <Section name="swot" unknowns={s.unknowns} questions={s.questions}
      empty={texts.every((list) => list.length === 0) && claims.length === 0}>
      {texts.some((list) => list.length > 0) && (
        <div class="swot">
          {QUADRANTS.map((q) => (
            <div key={q} class={`swot-cell swot-${q}`}>
              <h3>{t(`swot.${q}` as Key)}</h3>
              {s[q].length === 0 ? <p class="muted">{t("swot.none")}</p>
                : matchClaims(s[q], claims).map(({ text, claim }, i) => claim === null
                  ? <p key={i} dir="auto">{text}</p> : <ClaimCard key={i} claim={claim} plain />)}
            </div>
          ))}
        </div>
      )}
      <ClaimList title={t("result.statements")} claims={otherClaims(claims, ...texts)} />
    </Section>
  );
}
