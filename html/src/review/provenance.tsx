/* How a result was made: engine, calls, hashes; and making it again, free. */
import { useState } from "preact/hooks";
import { ApiError, type Analysis, type Results } from "../api/client";
import { useQuery } from "../api/query";
import { resultsQuery } from "../api/resources";
import { useNavigation } from "../app/navigation";
import { formatDate, formatNumber, formatPercent, formatSeconds, t, tName } from "../i18n";
import { replayRun } from "../run/api";
import { formatUsd } from "../run/money";
import { ErrorBox } from "../ui/errors";
import { Icon } from "../ui/icons";
import { Skeleton } from "../ui/skeleton";
import { useAction } from "../ui/use-action";
import { recipeQuery, type Recipe } from "./api";
import { plainValue, totalsOf } from "./grouping";

export function ProvenanceCard({ analysis, results }: { analysis: Analysis; results: Results }) {
  const { provenance: p, quality: q } = results;
  const [shown, setShown] = useState(false);
  const totals = totalsOf(p.stages);

  return (
    <section class="card section" id="provenance" aria-labelledby="provenance-title">
      <h2 id="provenance-title" tabIndex={-1}>{t("provenance.title")}</h2>
      <ReplayNote analysis={analysis} results={results} />
      <dl class="facts">
        <dt>{t("provenance.engine")}</dt><dd>{tName("engine", p.engine)} {p.engine_version}</dd>
        {analysis.model !== null && <><dt>{t("recipe.model")}</dt><dd>{analysis.model}</dd></>}
        <dt>{t("recipe.mode")}</dt><dd>{tName("recipe.mode", p.mode)}</dd>
        <dt>{t("provenance.created")}</dt><dd>{formatDate(p.created_at, "time")}</dd>
        {p.engine === "openai" && (
          <>
            <dt>{t("recipe.cost")}</dt><dd>{formatUsd(analysis.cost_micro_usd)}</dd>
            <dt>{t("recipe.tokens")}</dt>
            <dd>{t("recipe.tokens_of", { input: totals.input, cached: totals.cached, output: totals.output })}</dd>
          </>
        )}
        {q.evidence_precision !== null && (
          <><dt>{t("provenance.precision")}</dt><dd>{formatPercent(q.evidence_precision)}</dd></>
        )}
        {q.evidence_coverage !== null && (
          <><dt>{t("provenance.coverage")}</dt><dd>{formatPercent(q.evidence_coverage)}</dd></>
        )}
        {q.schema_repairs > 0 && <><dt>{t("recipe.repairs")}</dt><dd>{formatNumber(q.schema_repairs)}</dd></>}
        <dt>{t("provenance.result_hash")}</dt><dd class="hash">{p.result_sha256}</dd>
        <dt>{t("provenance.paper_hash")}</dt><dd class="hash">{p.paper_sha256}</dd>
      </dl>
      <details class="more" onToggle={(event) => setShown(event.currentTarget.open || shown)}>
        <summary>{t("recipe.show")}</summary>
        {shown && <RecipeView id={analysis.id} />}
      </details>
      <div class="form-actions actions-left">
        <Replay analysis={analysis} />
        <a class="button" href={`/analyses/${analysis.id}/diff`}>{t("compare.open")}</a>
      </div>
    </section>
  );
}

/* Of a replay: whether it came out as it must. */
function ReplayNote({ analysis, results }: { analysis: Analysis; results: Results }) {
  const original = analysis.replay_of ?? null;
  const before = useQuery({ ...resultsQuery(original ?? "", original !== null), retry: false });
  const hash = before.data?.results.provenance.result_sha256;

  if (original === null) {
    return null;
  }

  const same = hash === results.provenance.result_sha256;

  return (
    <div class={`notice${hash !== undefined && !same ? " notice-error" : ""}`}>
      <Icon name={hash !== undefined && !same ? "warn" : "restore"} />
      <p>
        <a href={`/analyses/${original}`}>{t("replay.of")}</a>{" "}
        {hash !== undefined && <strong>{t(same ? "replay.same" : "replay.differs")}</strong>}
      </p>
    </div>
  );
}

function Replay({ analysis }: { analysis: Analysis }) {
  const { go } = useNavigation();
  const replay = useAction(async () => go(`/analyses/${await replayRun(analysis)}`));
  const conflict = replay.error instanceof ApiError && replay.error.code === "CONFLICT" ? replay.error : null;

  return (
    <div class="replay">
      <button type="button" class="button" disabled={replay.pending} onClick={() => void replay.run()}
        aria-describedby="replay-note">
        <Icon name="restore" size={16} />{replay.pending ? t("replay.running") : t("replay.go")}
      </button>
      <p class="small muted" id="replay-note">{t("replay.note")}</p>
      {conflict !== null ? <p class="field-error" role="alert">{t("failure.CONFLICT")}</p>
        : replay.error !== null && <ErrorBox error={replay.error} />}
    </div>
  );
}

function RecipeView({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(recipeQuery(id));

  if (error !== null) {
    return <ErrorBox error={error} onRetry={() => void refetch()} />;
  }

  return data === undefined ? <Skeleton rows={4} /> : <RecipeFacts recipe={data} />;
}

function RecipeFacts({ recipe: r }: { recipe: Recipe }) {
  const byModel = r.stages.some((s) => s.model_requested != null);

  return (
    <div class="recipe">
      <dl class="facts">
        <dt>{t("recipe.depth")}</dt><dd>{tName("run.type", r.analysis_type)}</dd>
        <dt>{t("recipe.schema")}</dt><dd>{r.schema_version}</dd>
        {r.lexicon_version !== null && <><dt>{t("recipe.lexicon")}</dt><dd>{r.lexicon_version}</dd></>}
        {r.extractor_version !== null && <><dt>{t("recipe.extractor")}</dt><dd>{r.extractor_version}</dd></>}
        <dt>{t("recipe.parameters")}</dt><dd class="hash">{plainValue(r.parameters)}</dd>
        <dt>{t("recipe.sources")}</dt><dd>{formatNumber(r.sources.length)}</dd>
      </dl>
      {!r.replayable && r.reason !== null && <p class="small muted">{t("replay.not", { why: r.reason })}</p>}
      {byModel && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={t("recipe.stages")}>
          <table class="table dense">
            <caption class="sr-only">{t("recipe.stages")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("recipe.stage")}</th>
                <th scope="col">{t("recipe.prompt")}</th>
                <th scope="col">{t("recipe.answered_by")}</th>
                <th scope="col" class="number">{t("recipe.in_out")}</th>
                <th scope="col" class="number">{t("recipe.cost")}</th>
                <th scope="col" class="number">{t("recipe.time")}</th>
              </tr>
            </thead>
            <tbody>
              {r.stages.map((s, i) => (
                <tr key={i}>
                  <th scope="row">{tName("stage", s.name)}</th>
                  <td>{s.prompt_id ?? "–"} {s.prompt_version ?? ""}</td>
                  <td>{s.model_reported ?? s.model_requested ?? "–"}</td>
                  <td class="number">
                    {s.input_tokens == null ? "–" : `${formatNumber(s.input_tokens)} / ${formatNumber(s.output_tokens ?? 0)}`}
                  </td>
                  <td class="number">
                    {s.status === "reused" ? t("recipe.reused") : s.cost_micro_usd == null ? "–" : formatUsd(s.cost_micro_usd)}
                  </td>
                  <td class="number">{s.latency_ms == null ? "–" : formatSeconds(s.latency_ms / 1000)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
