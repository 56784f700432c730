/* A page whose object could not be had: gone, or out of reach for now. */
import { ApiError } from "../api/client";
import { t } from "../i18n";
import { ErrorBox } from "./errors";
import { PageHead } from "./page-head";

export function MissingPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error instanceof ApiError && (error.status === 404 || error.status === 422)) {
    return (
      <div class="narrow">
        <PageHead title={t("not_found.title")} lead={<p>{t("not_found.object")}</p>} />
        <p class="form-actions actions-left">
          <a class="button button-primary" href="/papers">{t("not_found.papers")}</a>
        </p>
      </div>
    );
  }

  return (
    <div class="narrow">
      <PageHead title={t("error.title")} />
      <ErrorBox error={error} onRetry={onRetry} />
    </div>
  );
}
