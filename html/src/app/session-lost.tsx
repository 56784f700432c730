/* The session ended while working: sign in again in place, nothing is lost. */
import { t } from "../i18n";
import { Dialog } from "../ui/dialog";
import { SignInForm } from "../ui/sign-in-form";
import { endSession, sessionLost, user } from "./session";

export function SessionLostDialog() {
  if (!sessionLost.value || !user.value) {
    return null;
  }

  return (
    <Dialog title={t("session.lost_title")}>
      <p>{t("session.lost_text")}</p>
      <SignInForm email={user.value.email} />
      <p class="small"><button type="button" class="link" onClick={endSession}>{t("session.other")}</button></p>
    </Dialog>
  );
}
