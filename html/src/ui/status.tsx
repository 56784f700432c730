/* States of papers and analyses: an icon, a word and a colour. */
import type { PaperSummary } from "../api/client";
import type { AnalysisStatus, PaperStatus } from "../api/resources";
import { formatPercent, t, type Key } from "../i18n";
import { Icon, type IconName } from "./icons";

type Tone = "ok" | "busy" | "error" | "plain";

const looks: Record<PaperStatus | AnalysisStatus, [Tone, IconName]> = {
  uploaded: ["busy", "clock"],
  extracting: ["busy", "clock"],
  ready: ["plain", "page"],
  analyzing: ["busy", "clock"],
  completed: ["ok", "check"],
  failed: ["error", "warn"],
  pending: ["busy", "clock"],
  processing: ["busy", "clock"],
  cancelled: ["plain", "no"],
};

export function Badge({ tone, icon, children }: { tone: string; icon?: IconName; children: string }) {
  return (
    <span class={`badge badge-${tone}`}>
      {icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}

export function PaperStatusBadge({ paper }: { paper: PaperSummary }) {
  const [tone, icon] = looks[paper.status];
  const running = paper.status === "analyzing" ? paper.latest_analysis : null;
  const word = t(`paper.status.${paper.status}` as Key);

  return (
    <Badge tone={tone} icon={icon}>
      {running !== null && running !== undefined ? `${word} ${formatPercent(running.progress / 100)}` : word}
    </Badge>
  );
}

export function AnalysisStatusBadge({ status }: { status: AnalysisStatus }) {
  const [tone, icon] = looks[status];

  return <Badge tone={tone} icon={icon}>{t(`analysis.status.${status}` as Key)}</Badge>;
}

export function Progress({ value, label }: { value: number; label: string }) {
  return <progress class="progress" max={100} value={value} aria-label={label} />;
}
