/*
 * What the server took out or noticed.  It tells each figure that it removed
 * and the place in its own words, "words section.path: figure"; here a figure
 * has one line, with the sections it was taken from.  What the reader of the
 * PDF noticed comes as a name.
 */
import { formatList, t, tOptional, type Key } from "../i18n";
import { Icon } from "../ui/icons";
import { SECTIONS, type SectionName } from "./context";

const SHOWN = 5;

const PLACED = /^(.+?) ([a-z_]+)\.\S*?: (.*)$/su;

export interface Remark {
  /* Why, in the server's words; null when the text says all. */
  why: string | null;
  text: string;
  sections: SectionName[];
}

export function groupRemarks(warnings: readonly string[]): Remark[] {
  const remarks = new Map<string, Remark>();

  for (const warning of warnings) {
    const [, why = "", name = "", text = ""] = PLACED.exec(warning) ?? [];
    const section = SECTIONS.find((s) => s === name);
    const key = section === undefined ? warning : `${why}\n${text}`;
    const known = remarks.get(key);

    if (section === undefined) {
      remarks.set(key, { why: null, text: warning, sections: [] });

    } else if (known === undefined) {
      remarks.set(key, { why, text, sections: [section] });

    } else if (!known.sections.includes(section)) {
      known.sections.push(section);
    }
  }

  return [...remarks.values()];
}

export function Remarks({ warnings }: { warnings: string[] }) {
  const remarks = groupRemarks(warnings);
  const reasons = [...new Set(remarks.map((r) => r.why))];

  return remarks.length === 0 ? null : (
    <details class="notice remarks" open={remarks.length <= SHOWN}>
      <summary><Icon name="warn" size={18} />{t("result.remarks", { n: remarks.length })}</summary>
      {reasons.map((why) => (
        <div key={why}>
          {why !== null && <p dir="auto">{why}</p>}
          <ul>{remarks.filter((r) => r.why === why).map((r) => <li key={r.text} dir="auto">{remarkText(r)}</li>)}</ul>
        </div>
      ))}
    </details>
  );
}

function remarkText({ why, text, sections }: Remark): string {
  return why === null ? tOptional(`remark.${text}`) ?? text
    : t("remark.of", { sections: formatList(sections.map((name) => t(`section.${name}` as Key))), text });
}
