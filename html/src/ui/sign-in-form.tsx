import { signIn } from "../app/session";
import { t } from "../i18n";
import { ErrorBox } from "./errors";
import { Field } from "./field";
import { useAction } from "./use-action";

/* With an e-mail given, only the password is asked for. */
export function SignInForm({ email }: { email?: string }) {
  const action = useAction(signIn);

  function submit(event: SubmitEvent): void {
    event.preventDefault();

    const form = new FormData(event.currentTarget as HTMLFormElement);

    void action.run({
      email: email ?? String(form.get("email")).trim(),
      password: String(form.get("password")),
      remember: form.get("remember") !== null,
    });
  }

  return (
    <form class="form" onSubmit={submit}>
      {action.error !== null && <ErrorBox error={action.error} />}
      {email === undefined ? (
        <Field label={t("field.email")} name="email" type="email" autocomplete="username" required maxLength={254} />
      ) : (
        <Field label={t("field.email")} name="email" type="email" autocomplete="username" value={email} readOnly />
      )}
      <Field label={t("field.password")} name="password" type="password" autocomplete="current-password" required
        maxLength={128} />
      <label class="check">
        <input type="checkbox" name="remember" />
        <span>{t("auth.remember")}</span>
      </label>
      <button type="submit" class="button button-primary" disabled={action.pending}>
        {action.pending ? t("auth.signing_in") : t("action.sign_in")}
      </button>
    </form>
  );
}
