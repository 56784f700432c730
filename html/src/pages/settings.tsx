/* Profile: what PATCH /users/me takes, and the look of this browser. */
import { ApiError, client, unwrap, type Schemas } from "../api/client";
import { queryClient } from "../api/query";
import { user } from "../app/session";
import { ThemeChoice } from "../app/shell";
import { formatDate, setLanguage, t, type Key } from "../i18n";
import { UsageCard } from "../run/parts";
import { ErrorBox } from "../ui/errors";
import { Field } from "../ui/field";
import { PageHead } from "../ui/page-head";
import { toast } from "../ui/toasts";
import { useAction } from "../ui/use-action";

async function save(body: Schemas["UserUpdate"]): Promise<void> {
  const { data } = await unwrap(client.PATCH("/users/me", { body }));

  queryClient.setQueryData(["me"], data);
  user.value = data;
  await setLanguage(data.language);
  toast(t("settings.saved"));
}

export default function Settings() {
  const action = useAction(save);
  const me = user.value!;
  const fields = action.error instanceof ApiError ? action.error.details : {};

  function submit(event: SubmitEvent): void {
    event.preventDefault();

    const form = new FormData(event.currentTarget as HTMLFormElement);
    const optional = (name: string) => String(form.get(name)).trim() || null;

    void action.run({
      name: String(form.get("name")).trim(),
      organization: optional("organization"),
      title: optional("title"),
      language: form.get("language") as "en" | "zh",
    });
  }

  return (
    <div class="narrow">
      <PageHead title={t("settings.title")} />
      <section class="card" aria-labelledby="settings-profile">
        <h2 id="settings-profile">{t("settings.profile")}</h2>
        <form class="form" onSubmit={submit}>
          {action.error !== null && <ErrorBox error={action.error} />}
          <Field label={t("field.name")} name="name" autocomplete="name" required maxLength={200} defaultValue={me.name}
            error={fields["name"] && t("field.invalid")} />
          <Field label={t("field.organization_optional")} name="organization" autocomplete="organization"
            maxLength={200} defaultValue={me.organization ?? ""} error={fields["organization"] && t("field.invalid")} />
          <Field label={t("field.title_optional")} name="title" autocomplete="organization-title" maxLength={200}
            defaultValue={me.title ?? ""} error={fields["title"] && t("field.invalid")} />
          <div class="field">
            <label for="settings-language">{t("settings.language")}</label>
            <select id="settings-language" name="language">
              <option value="en" lang="en" selected={me.language === "en"}>English</option>
              <option value="zh" lang="zh-CN" selected={me.language === "zh"}>简体中文</option>
            </select>
          </div>
          <button type="submit" class="button button-primary" disabled={action.pending}>
            {action.pending ? t("state.saving") : t("action.save")}
          </button>
        </form>
      </section>
      <UsageCard />
      <section class="card" aria-labelledby="settings-look">
        <h2 id="settings-look">{t("settings.look")}</h2>
        <ThemeChoice />
      </section>
      <section class="card" aria-labelledby="settings-account">
        <h2 id="settings-account">{t("settings.account")}</h2>
        <dl class="facts">
          <dt>{t("field.email")}</dt><dd>{me.email}</dd>
          <dt>{t("settings.plan")}</dt><dd>{t(`plan.${me.subscription.plan}` as Key)}</dd>
          <dt>{t("settings.since")}</dt><dd>{formatDate(me.created_at)}</dd>
        </dl>
      </section>
    </div>
  );
}
