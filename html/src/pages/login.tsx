import { useNavigation } from "../app/navigation";
import { t } from "../i18n";
import { PageHead } from "../ui/page-head";
import { SignInForm } from "../ui/sign-in-form";

export default function Login() {
  const { query } = useNavigation();
  const next = query.get("next");

  return (
    <div class="entry">
      <section class="entry-form card">
        <PageHead title={t("auth.sign_in_title")} />
        <SignInForm />
        <p>
          {t("auth.no_account")}{" "}
          <a href={next === null ? "/register" : `/register?next=${encodeURIComponent(next)}`}>
            {t("action.register")}
          </a>
        </p>
      </section>
      <EntryPitch />
    </div>
  );
}

/* What the product does, in three lines, beside the form. */
export function EntryPitch() {
  return (
    <section class="entry-pitch">
      <p class="pitch-lead">{t("pitch.lead")}</p>
      <ul class="pitch-list">
        <li>{t("pitch.quotes")}</li>
        <li>{t("pitch.gaps")}</li>
        <li>{t("pitch.readiness")}</li>
      </ul>
      <figure class="pitch-sample" aria-hidden="true">
        <p class="sample-line" /><p class="sample-line sample-mark" /><p class="sample-line sample-mark sample-short" />
        <p class="sample-line" /><p class="sample-line sample-short" />
      </figure>
    </section>
  );
}
