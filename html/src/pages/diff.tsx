/* Two analyses of one paper side by side: what came out, and from what. */
import { useRoute } from "preact-iso";
import type { Analysis, Claim, Schemas } from "../api/client";
import { useQuery } from "../api/query";
import { analysesQuery, analysisQuery, paperQuery } from "../api/resources";
import { useNavigation } from "../app/navigation";
import { formatDate, formatNumber, t, tName, tOptional, type Key } from "../i18n";
import { VerdictBadge } from "../results/verdict";
import { trlText } from "../results/words";
import { diffQuery, type Diff, type DiffSide } from "../review/api";
import { groupDiff, plainValue, type DiffGroups } from "../review/grouping";
import { ErrorBox } from "../ui/errors";
import { Icon } from "../ui/icons";
import { MissingPage } from "../ui/missing";
import { PageHead } from "../ui/page-head";
import { Skeleton } from "../ui/skeleton";

const CHOICES = 100;

export default function DiffPage() {
  const { params } = useRoute();

  return <DiffView key={`${params["id"]}/${params["other"]}`} id={params["id"]!} other={params["other"]} />;
}

function DiffView({ id, other }: { id: string; other: string | undefined }) {
  const analysis = useQuery(analysisQuery(id));
  const paperId = analysis.data?.paper_id ?? "";
  const paper = useQuery({ ...paperQuery(paperId), enabled: paperId !== "", retry: false });
  const others = useQuery({ ...analysesQuery({ page: 1, limit: CHOICES, paper_id: paperId, status: "completed" }),
    enabled: paperId !== "" });

  if (analysis.error !== null) {
    return <MissingPage error={analysis.error} onRetry={() => void analysis.refetch()} />;
  }

  return (
    <div class="diff">
      <PageHead title={t("diff.title")} lead={
        <p class="head-line">
          {paper.data !== undefined && (
            <a href={`/papers/${paperId}`} dir="auto">{t("diff.of", { title: paper.data.paper.title })}</a>
          )}
        </p>
      } />
      {others.error !== null ? <ErrorBox error={others.error} onRetry={() => void others.refetch()} />
        : others.data === undefined ? <Skeleton rows={2} />
          : <Picker id={id} other={other} analyses={others.data.analyses} />}
      {other !== undefined && <Differences id={id} other={other} />}
    </div>
  );
}

function name(a: Pick<Analysis, "created_at" | "engine" | "model" | "analysis_type">): string {
  const engine = a.engine === "embedded" ? t("engine.embedded")
    : `${a.model ?? t("engine.openai")}, ${tName("run.type", a.analysis_type)}`;

  return `${formatDate(a.created_at, "time")} · ${engine}`;
}

function Picker({ id, other, analyses }: { id: string; other: string | undefined; analyses: Analysis[] }) {
  const { go } = useNavigation();
  const rest = analyses.filter((a) => a.id !== id);
  const mine = analyses.find((a) => a.id === id);

  return (
    <section class="card diff-picker" aria-label={t("diff.pick")}>
      <div class="field">
        <span class="field-name">{t("diff.left")}</span>
        <a href={`/analyses/${id}`}>{mine === undefined ? t("analysis.loading") : name(mine)}</a>
      </div>
      {rest.length === 0 ? <p class="muted">{t("diff.none")}</p> : (
        <>
          <div class="field">
            <label for="diff-other">{t("diff.right")}</label>
            <select id="diff-other" value={other ?? ""}
              onChange={(event) => go(`/analyses/${id}/diff/${event.currentTarget.value}`)}>
              {other === undefined && <option value="">{t("diff.pick")}</option>}
              {other !== undefined && rest.every((a) => a.id !== other) && <option value={other}>{other}</option>}
              {rest.map((a) => <option key={a.id} value={a.id}>{name(a)}</option>)}
            </select>
          </div>
          {other !== undefined && (
            <a class="button" href={`/analyses/${other}/diff/${id}`}><Icon name="restore" size={16} />{t("diff.swap")}</a>
          )}
        </>
      )}
    </section>
  );
}

function Differences({ id, other }: { id: string; other: string }) {
  const { data, error, refetch } = useQuery(diffQuery(id, other));

  if (error !== null) {
    return <ErrorBox error={error} onRetry={() => void refetch()} />;
  }

  return data === undefined ? <Skeleton rows={10} /> : <Shown diff={data} />;
}

function Shown({ diff }: { diff: Diff }) {
  const groups = groupDiff(diff);

  return (
    <>
      <p class="notice" role="status">
        <Icon name={diff.same ? "check" : "edit"} />
        <span>{diff.same ? t("diff.same_hash", { hash: (diff.left.result_sha256 ?? "").slice(0, 16) })
          : t("diff.differ", { n: groups.differences })}</span>
      </p>
      <Figures diff={diff} groups={groups} />
      <section class="card" aria-labelledby="diff-claims">
        <h2 id="diff-claims">{t("diff.claims")}</h2>
        {groups.same > 0 && <p class="muted">{t("diff.same_n", { n: groups.same })}</p>}
        {groups.sections.length === 0 && <p>{t("diff.no_claims")}</p>}
        {groups.sections.map((s) => (
          <section key={s.section} class="diff-section">
            <h3>{tOptional(`section.${s.section}`) ?? s.section}</h3>
            {s.changed.map(({ left, right }, i) => (
              <div key={`c${i}`} class="diff-pair">
                <DiffClaim kind="changed" claim={left} />
                <DiffClaim kind="changed" claim={right} />
              </div>
            ))}
            {s.removed.length + s.added.length > 0 && (
              <div class="diff-pair">
                <div class="diff-side">{s.removed.map((c, i) => <DiffClaim key={i} kind="removed" claim={c} />)}</div>
                <div class="diff-side">{s.added.map((c, i) => <DiffClaim key={i} kind="added" claim={c} />)}</div>
              </div>
            )}
          </section>
        ))}
      </section>
      <Recipe diff={diff} />
    </>
  );
}

function DiffClaim({ kind, claim }: { kind: "added" | "removed" | "changed"; claim: Claim }) {
  return (
    <article class={`diff-claim diff-${kind}`}>
      <p class="claim-meta">
        <strong class="diff-sign">
          <Icon name={kind === "added" ? "plus" : kind === "removed" ? "minus" : "edit"} size={16} />
          {t(`diff.${kind}` as Key)}
        </strong>
        <VerdictBadge verdict={claim.verdict} />
        {claim.decision !== null && <span class="small muted">{t(`claim.${claim.decision}` as Key)}</span>}
      </p>
      <p dir="auto">{claim.text}</p>
    </article>
  );
}

function scoreWords({ overall, low, high }: Schemas["DiffScore"]): string {
  const whole = (n: number) => formatNumber(n, { maximumFractionDigits: 0 });

  if (overall !== null) {
    return whole(overall);
  }

  return low === null || high === null ? t("score.none") : t("score.range", { low: whole(low), high: whole(high) });
}

const share = (n: number | null) => n === null ? t("score.unknown")
  : formatNumber(n, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function Figures({ diff, groups }: { diff: Diff; groups: DiffGroups }) {
  return (
    <section class="card" aria-labelledby="diff-figures">
      <h2 id="diff-figures">{t("diff.figures")}</h2>
      <SideTable what={t("diff.figures")} rows={[
        [t("diff.score"), scoreWords(diff.score.left), scoreWords(diff.score.right)],
        ...groups.parts.map((p): Row => [tOptional(`part.${p.id}`) ?? p.id, share(p.left), share(p.right)]),
        [t("diff.readiness"), trlText(diff.trl.left), trlText(diff.trl.right)],
        ...groups.answers.map((a): Row => [criterion(a.criterion_id), answer(a.left), answer(a.right)]),
      ]} />
    </section>
  );
}

function criterion(id: string): string {
  const level = /^trl([1-9])\./.exec(id)?.[1];

  return level === undefined ? id : `TRL ${level}: ${t(`trl.criterion.${level}` as Key)}`;
}

const answer = (a: string | null | undefined) => a == null ? t("diff.empty") : tName("answer", a);

type Row = [string, string, string];

function SideTable({ what, rows }: { what: string; rows: Row[] }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={t("diff.table", { what })}>
      <table class="table diff-table">
        <caption class="sr-only">{what}</caption>
        <thead>
          <tr>
            <th scope="col">{t("diff.what")}</th>
            <th scope="col">{t("diff.left")}</th>
            <th scope="col">{t("diff.right")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, left, right], i) => (
            <tr key={i}>
              <th scope="row">{label}</th>
              <td dir="auto">{left}</td>
              <td dir="auto" class={left === right ? "muted" : "diff-new"}>{left === right ? t("diff.unchanged") : right}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/* Fields whose values have words of ours. */
const VALUES: Record<string, string> = { analysis_type: "run.type", engine: "engine", language: "lang" };

/* Hashes are told apart by their beginning. */
function short(value: unknown): string {
  const text = plainValue(value);

  return text === "" ? t("diff.empty") : /^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 16)}…` : text;
}

function Recipe({ diff }: { diff: Diff }) {
  const sides = (key: (side: DiffSide) => string): [string, string] => [key(diff.left), key(diff.right)];
  const value = (field: string, v: unknown) => typeof v === "string" ? tOptional(`${VALUES[field]}.${v}`) ?? short(v) : short(v);
  const rows: Row[] = diff.recipe.map((r) => [tOptional(`diff_field.${r.field}`) ?? r.field, value(r.field, r.left),
    value(r.field, r.right)]);

  return (
    <section class="card" aria-labelledby="diff-recipe">
      <h2 id="diff-recipe">{t("diff.recipe")}</h2>
      {rows.length === 0 && <p>{t("diff.recipe_same")}</p>}
      <SideTable what={t("diff.recipe")} rows={[
        ...rows,
        [t("provenance.created"), ...sides((s) => formatDate(s.created_at, "time"))],
        [t("provenance.result_hash"), ...sides((s) => short(s.result_sha256))],
      ]} />
    </section>
  );
}
