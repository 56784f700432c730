/* A quote of the paper: its words, whether and where they were found. */
import type { Evidence } from "../api/client";
import { t, tName, type Key } from "../i18n";
import { Icon, type IconName } from "../ui/icons";
import { Badge } from "../ui/status";
import { pagesOf, useResults } from "./context";

const looks: Record<Evidence["status"], [string, IconName]> = {
  verified: ["ok", "check"],
  approximate: ["warn", "question"],
  unverified: ["error", "no"],
};

function MatchState({ evidence }: { evidence: Evidence }) {
  const [tone, icon] = looks[evidence.status];
  const how = evidence.match === "exact" || evidence.status !== "verified" ? ""
    : ` · ${tName("match", evidence.match)}`;

  return <Badge tone={tone} icon={icon}>{t(`quote.${evidence.status}` as Key) + how}</Badge>;
}

function Where({ evidence }: { evidence: Evidence }) {
  const { page_first: first, page_last: last, section } = evidence;

  if (first === null) {
    return null;
  }

  return (
    <>
      <span class="page-chip">
        {last === null || last === first ? t("pdf.page_short", { n: first })
          : t("pdf.pages_short", { first, last })}
      </span>
      {section !== null && <span class="quote-section" dir="auto">{section}</span>}
    </>
  );
}

export function Quote({ id }: { id: string }) {
  const { evidence, selected, select } = useResults();
  const item = evidence.get(id);

  if (item === undefined) {
    return null;
  }

  const located = item.status !== "unverified" && item.boxes.length > 0;
  const body = (
    <>
      <span class="quote-text" dir="auto">{item.quote}</span>
      <span class="quote-meta">
        <MatchState evidence={item} />
        <Where evidence={item} />
        {item.ambiguous === true && <span>{t("quote.ambiguous")}</span>}
        {located && <span class="quote-show">{t("quote.show")}</span>}
      </span>
    </>
  );

  return (
    <li class="quote-item" data-evidence={id}>
      {located ? (
        <button type="button" class="quote" aria-pressed={selected === id} onClick={() => select(id)}>{body}</button>
      ) : (
        <div class="quote quote-lost">
          {body}
          <span class="small">{t("quote.not_located")}</span>
        </div>
      )}
      {located && pagesOf(item).length > 1 && (
        <p class="quote-pages small">
          <span class="muted">{t("quote.continues")}</span>
          {pagesOf(item).map((page) => (
            <button key={page} type="button" class="page-chip" onClick={() => select(id, page)}
              aria-label={t("pdf.show_page", { n: page })}>
              {t("pdf.page_short", { n: page })}
            </button>
          ))}
        </p>
      )}
      {item.status === "approximate" && item.source_text != null && item.source_text !== item.quote && (
        <p class="quote-source small">
          <strong>{t("quote.in_paper")}</strong> <span dir="auto">{item.source_text}</span>
        </p>
      )}
    </li>
  );
}

export function Quotes({ ids }: { ids: string[] }) {
  return ids.length === 0 ? null : (
    <ul class="quotes" aria-label={t("quote.list")}>
      {ids.map((id) => <Quote key={id} id={id} />)}
    </ul>
  );
}

/* A reference as small as a footnote mark, for phrases and table cells. */
export function QuoteMarks({ ids }: { ids: string[] }) {
  const { evidence, selected, select } = useResults();
  const known = ids.filter((id) => (evidence.get(id)?.boxes.length ?? 0) > 0);

  return known.length === 0 ? null : (
    <span class="quote-marks">
      {known.map((id) => {
        const page = evidence.get(id)!.page_first;

        return (
          <button key={id} type="button" class="page-chip" aria-pressed={selected === id} onClick={() => select(id)}
            aria-label={t("quote.show_on", { n: page ?? 0, quote: evidence.get(id)!.quote.slice(0, 80) })}>
            <Icon name="quote" size={12} />
            {page === null ? id : t("pdf.page_short", { n: page })}
          </button>
        );
      })}
    </span>
  );
}
