/* A failure in the user's words: by code, never the server's English. */
import { ApiError } from "../api/client";
import { t, tOptional } from "../i18n";
import { Icon } from "./icons";

export function errorText(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.code === "RATE_LIMIT_EXCEEDED" && error.retryAfter !== null) {
      return t("error.retry_in", { n: error.retryAfter });
    }

    if (error.details["reason"] === "csrf") {
      return t("error.csrf");
    }

    return tOptional(`error.${error.code}`) ?? t("error.SERVER_ERROR");
  }

  return t("error.unexpected");
}

/* Why a paper or an analysis failed. */
export function failureText(code: string): string {
  return tOptional(`failure.${code}`) ?? tOptional(`error.${code}`) ?? t("failure.unknown", { code });
}

interface Props {
  error: unknown;
  onRetry?: () => void;
}

export function ErrorBox({ error, onRetry }: Props) {
  const requestId = error instanceof ApiError ? error.requestId : null;

  return (
    <div class="notice notice-error" role="alert">
      <Icon name="warn" />
      <div>
        <p>{errorText(error)}</p>
        {requestId !== null && <p class="small muted">{t("error.request_id", { id: requestId })}</p>}
      </div>
      {onRetry !== undefined && (
        <button type="button" class="button" onClick={onRetry}>{t("action.retry")}</button>
      )}
    </div>
  );
}
