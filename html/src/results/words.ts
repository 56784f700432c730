/* Readiness in words. */
import type { Schemas } from "../api/client";
import { t } from "../i18n";

type Trl = Schemas["TechnicalFeasibility"]["trl"];

export function trlText(trl: Pick<Trl, "level" | "range_low" | "range_high">): string {
  if (trl.level !== null) {
    return t("trl.level", { n: trl.level });
  }

  if (trl.range_low === null || trl.range_high === null) {
    return t("trl.none");
  }

  return trl.range_low === trl.range_high ? t("trl.level", { n: trl.range_low })
    : t("trl.range", { low: trl.range_low, high: trl.range_high });
}
