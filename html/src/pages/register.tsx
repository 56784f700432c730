import { ApiError } from "../api/client";
import { useNavigation } from "../app/navigation";
import { register } from "../app/session";
import { language, t } from "../i18n";
import { ErrorBox } from "../ui/errors";
import { Field } from "../ui/field";
import { PageHead } from "../ui/page-head";
import { useAction } from "../ui/use-action";
import { EntryPitch } from "./login";

const MIN_PASSWORD = 10;

export default function Register() {
  const { query } = useNavigation();
  const action = useAction(register);
  const next = query.get("next");
  const fields = action.error instanceof ApiError ? action.error.details : {};
  const closed = action.error instanceof ApiError && action.error.code === "AUTH_INSUFFICIENT_PERMISSIONS";

  function submit(event: SubmitEvent): void {
    event.preventDefault();

    const form = new FormData(event.currentTarget as HTMLFormElement);
    const organization = String(form.get("organization")).trim();

    void action.run({
      name: String(form.get("name")).trim(),
      email: String(form.get("email")).trim(),
      password: String(form.get("password")),
      language: language.peek(),
      ...(organization === "" ? {} : { organization }),
    });
  }

  return (
    <div class="entry">
      <section class="entry-form card">
        <PageHead title={t("auth.register_title")} />
        <form class="form" onSubmit={submit}>
          {closed && <p class="notice notice-error" role="alert">{t("auth.closed")}</p>}
          {action.error !== null && !closed && <ErrorBox error={action.error} />}
          <Field label={t("field.name")} name="name" autocomplete="name" required maxLength={200}
            error={fields["name"] && t("field.invalid")} />
          <Field label={t("field.email")} name="email" type="email" autocomplete="username" required maxLength={254}
            error={fields["email"] && t("field.invalid")} />
          <Field label={t("field.password")} name="password" type="password" autocomplete="new-password" required
            minLength={MIN_PASSWORD} maxLength={128} hint={t("auth.password_hint", { n: MIN_PASSWORD })}
            error={fields["password"] && t("auth.password_weak")} />
          <Field label={t("field.organization_optional")} name="organization" autocomplete="organization"
            maxLength={200} error={fields["organization"] && t("field.invalid")} />
          <button type="submit" class="button button-primary" disabled={action.pending}>
            {action.pending ? t("auth.registering") : t("action.register")}
          </button>
        </form>
        <p>
          {t("auth.have_account")}{" "}
          <a href={next === null ? "/login" : `/login?next=${encodeURIComponent(next)}`}>{t("action.sign_in")}</a>
        </p>
      </section>
      <EntryPitch />
    </div>
  );
}
