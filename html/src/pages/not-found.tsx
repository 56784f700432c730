import { t } from "../i18n";
import { PageHead } from "../ui/page-head";

export default function NotFound() {
  return (
    <div class="narrow">
      <PageHead title={t("not_found.title")} lead={<p>{t("not_found.text")}</p>} />
      <p class="form-actions">
        <a class="button button-primary" href="/papers">{t("not_found.papers")}</a>
        <a class="button" href="/">{t("not_found.home")}</a>
      </p>
    </div>
  );
}
