/* How well a claim is supported: a word, an icon and a colour. */
import type { Claim } from "../api/client";
import { t, type Key } from "../i18n";
import type { IconName } from "../ui/icons";
import { Badge } from "../ui/status";

export type Verdict = Claim["verdict"];

const looks: Record<Verdict, [string, IconName]> = {
  supported: ["ok", "check"],
  partly_supported: ["warn", "question"],
  unsupported: ["error", "no"],
  not_from_paper: ["plain", "send"],
  computed: ["plain", "page"],
};

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const [tone, icon] = looks[verdict];

  return <Badge tone={tone} icon={icon}>{t(`verdict.${verdict}` as Key)}</Badge>;
}
