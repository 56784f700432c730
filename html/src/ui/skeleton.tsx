import { t } from "../i18n";

/* Rows of the final height while a list loads, so that nothing jumps. */
export function Skeleton({ rows }: { rows: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="sr-only">{t("state.loading")}</span>
      {Array.from({ length: rows }, (_, i) => <div key={i} class="skeleton-row" />)}
    </div>
  );
}
