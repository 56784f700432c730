/* A finished analysis: figures, contents, sections, questions, evidence. */
import { API_BASE, type Analysis, type Evidence, type Paper, type Results } from "../api/client";
import { formatNumber, t, type Key } from "../i18n";
import { FeedbackCard, ProvenanceCard, QuestionsCard } from "../review/parts";
import { Icon } from "../ui/icons";
import { SECTIONS } from "./context";
import { Quotes } from "./quote";
import { Remarks } from "./remarks";
import { ScoreCard, scoreText } from "./score";
import * as Part from "./sections";
import { trlText } from "./words";

interface Props {
  analysis: Analysis;
  paper: Paper | undefined;
  results: Results;
}

export function ResultView({ analysis, paper, results }: Props) {
  const evidence = results.evidence ?? [];

  return (
    <>
      {results.provenance.engine === "embedded" && (
        <p class="engine-note"><Icon name="quote" size={18} />{t("result.embedded")}</p>
      )}
      {results.provenance.engine === "openai" && (
        <p class="engine-note">
          <Icon name="warn" size={18} />
          <span>{t("result.ai", { model: analysis.model ?? t("engine.openai") })}</span>
        </p>
      )}
      <Figures results={results} />
      <Remarks warnings={results.quality.warnings ?? []} />
      <Contents />
      <Part.ExecutiveSummary of={results.executive_summary} />
      <Part.PaperProfile of={results.paper_profile} />
      <Part.TechnicalFeasibility of={results.technical_feasibility} />
      <ScoreCard score={results.score} />
      <Part.MarketOpportunities of={results.market_opportunities} />
      <Part.Competition of={results.competition} />
      <Part.IntellectualProperty of={results.intellectual_property} />
      <Part.BusinessModel of={results.business_model} />
      <Part.ImplementationPath of={results.implementation_path} />
      <Part.ResourceRequirements of={results.resource_requirements} />
      <Part.Risks of={results.risks} />
      <Part.Swot of={results.swot} />
      <QuestionsCard analysisId={analysis.id} paper={paper} />
      <EvidenceList analysisId={analysis.id} evidence={evidence} />
      <ProvenanceCard analysis={analysis} results={results} />
      <FeedbackCard analysis={analysis} />
    </>
  );
}

function Figures({ results }: { results: Results }) {
  const { quality: q, technical_feasibility: f, score } = results;
  const evidence = results.evidence ?? [];
  const verified = evidence.filter((e) => e.status === "verified").length;

  return (
    <dl class="figures">
      <div><dt>{t("figure.readiness")}</dt><dd>{trlText(f.trl)}</dd></div>
      <div><dt>{t("figure.score")}</dt><dd>{scoreText(score)}</dd></div>
      <div>
        <dt>{t("figure.claims")}</dt>
        <dd>{t("figure.share", { n: q.claims_supported, of: q.claims_total })}</dd>
      </div>
      <div>
        <dt>{t("figure.unsupported")}</dt>
        <dd class={q.unsupported_claims > 0 ? "figure-bad" : undefined}>
          {q.unsupported_claims > 0 && <Icon name="no" size={18} />}{formatNumber(q.unsupported_claims)}
        </dd>
      </div>
      <div>
        <dt>{t("figure.quotes")}</dt>
        <dd>{t("figure.share", { n: verified, of: evidence.length })}</dd>
      </div>
    </dl>
  );
}

function Contents() {
  return (
    <nav class="contents" aria-label={t("result.contents")}>
      <ul>
        {SECTIONS.map((name) => <li key={name}><a href={`#${name}`}>{t(`section.${name}` as Key)}</a></li>)}
        <li><a href="#score">{t("score.title")}</a></li>
        <li><a href="#questions">{t("result.all_questions")}</a></li>
        <li><a href="#evidence">{t("result.evidence")}</a></li>
        <li><a href="#provenance">{t("provenance.title")}</a></li>
      </ul>
    </nav>
  );
}

function EvidenceList({ analysisId, evidence }: { analysisId: string; evidence: Evidence[] }) {
  return (
    <section class="card section" id="evidence" aria-labelledby="evidence-title">
      <header class="card-head">
        <h2 id="evidence-title" tabIndex={-1}>{t("result.evidence")}</h2>
        {evidence.length > 0 && (
          <a class="button button-small" href={`${API_BASE}/analysis/${analysisId}/evidence?format=csv`}
            download={`evidence-${analysisId}.csv`}>
            <Icon name="download" size={16} />CSV
          </a>
        )}
      </header>
      {evidence.length === 0 ? <p class="muted">{t("result.no_evidence")}</p> : (
        <details class="more">
          <summary>{t("result.show_evidence", { n: evidence.length })}</summary>
          <Quotes ids={evidence.map((e) => e.id)} />
        </details>
      )}
    </section>
  );
}
