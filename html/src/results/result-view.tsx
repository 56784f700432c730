/* A finished analysis: figures, contents, sections, questions, evidence. */
import { useMemo } from "preact/hooks";
import { API_BASE, type Evidence, type Results } from "../api/client";
import { formatDate, formatNumber, formatPercent, t, tName, type Key } from "../i18n";
import { Icon } from "../ui/icons";
import { allQuestions, SECTIONS } from "./context";
import { Quotes } from "./quote";
import { ScoreCard, scoreText } from "./score";
import * as Part from "./sections";
import { trlText } from "./trl";

interface Props {
  analysisId: string;
  results: Results;
}

export function ResultView({ analysisId, results }: Props) {
  const questions = useMemo(() => allQuestions(results), [results]);
  const evidence = results.evidence ?? [];

  return (
    <>
      {results.provenance.engine === "embedded" && (
        <p class="engine-note"><Icon name="quote" size={18} />{t("result.embedded")}</p>
      )}
      {results.provenance.engine === "openai" && <p class="engine-note">{t("result.ai")}</p>}
      <Figures results={results} />
      <Contents hasQuestions={questions.length > 0} />
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
      {questions.length > 0 && (
        <section class="card section" id="questions" aria-labelledby="questions-title">
          <h2 id="questions-title" tabIndex={-1}>{t("result.all_questions")}</h2>
          <p class="muted">{t("result.all_questions_note")}</p>
          <ol class="question-list">
            {questions.map((q, i) => (
              <li key={i}>
                <span dir="auto">{q.text}</span>{" "}
                <a class="small" href={`#${q.section}`}>{t(`section.${q.section}` as Key)}</a>
              </li>
            ))}
          </ol>
        </section>
      )}
      <EvidenceList analysisId={analysisId} evidence={evidence} />
      <Provenance results={results} />
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
        <dt>{t("figure.quotes")}</dt>
        <dd>{t("figure.share", { n: verified, of: evidence.length })}</dd>
      </div>
    </dl>
  );
}

function Contents({ hasQuestions }: { hasQuestions: boolean }) {
  return (
    <nav class="contents" aria-label={t("result.contents")}>
      <ul>
        {SECTIONS.map((name) => <li key={name}><a href={`#${name}`}>{t(`section.${name}` as Key)}</a></li>)}
        <li><a href="#score">{t("score.title")}</a></li>
        {hasQuestions && <li><a href="#questions">{t("result.all_questions")}</a></li>}
        <li><a href="#evidence">{t("result.evidence")}</a></li>
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

function Provenance({ results }: { results: Results }) {
  const { provenance: p, quality: q } = results;

  return (
    <section class="card section" id="provenance" aria-labelledby="provenance-title">
      <h2 id="provenance-title">{t("provenance.title")}</h2>
      <dl class="facts">
        <dt>{t("provenance.engine")}</dt><dd>{tName("engine", p.engine)} {p.engine_version}</dd>
        <dt>{t("provenance.created")}</dt><dd>{formatDate(p.created_at, "time")}</dd>
        <dt>{t("provenance.unsupported")}</dt><dd>{formatNumber(q.unsupported_claims)}</dd>
        {q.evidence_precision !== null && (
          <><dt>{t("provenance.precision")}</dt><dd>{formatPercent(q.evidence_precision)}</dd></>
        )}
        {q.evidence_coverage !== null && (
          <><dt>{t("provenance.coverage")}</dt><dd>{formatPercent(q.evidence_coverage)}</dd></>
        )}
        <dt>{t("provenance.result_hash")}</dt><dd class="hash">{p.result_sha256}</dd>
        <dt>{t("provenance.paper_hash")}</dt><dd class="hash">{p.paper_sha256}</dd>
      </dl>
      {q.warnings !== undefined && q.warnings.length > 0 && (
        <>
          <h3>{t("provenance.warnings")}</h3>
          <ul>{q.warnings.map((w, i) => <li key={i} dir="auto">{w}</li>)}</ul>
        </>
      )}
    </section>
  );
}
