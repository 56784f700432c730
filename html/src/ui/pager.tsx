/* Links to the neighbouring pages; the page number lives in the URL. */
import type { Pagination } from "../api/client";
import { useNavigation, withQuery } from "../app/navigation";
import { t } from "../i18n";
import { Icon } from "./icons";

export function Pager({ pagination }: { pagination: Pagination }) {
  const { url } = useNavigation();
  const { current_page: page, total_pages: pages, total } = pagination;
  const to = (n: number) => withQuery(url, { page: n <= 1 ? null : String(n) });

  if (pages <= 1 && page <= 1) {
    return null;
  }

  return (
    <nav class="pager" aria-label={t("pager.label")}>
      {page > 1 && (
        <a class="button" href={to(page - 1)} rel="prev"><Icon name="left" size={16} />{t("pager.previous")}</a>
      )}
      <p>{t("pager.position", { page, pages, total })}</p>
      {page < pages && (
        <a class="button" href={to(page + 1)} rel="next">{t("pager.next")}<Icon name="right" size={16} /></a>
      )}
    </nav>
  );
}
