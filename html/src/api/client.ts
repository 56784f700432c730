/*
 * The typed HTTP client.  Types come from openapi.json alone; every call goes
 * through unwrap(), which returns `data` or throws an ApiError.
 */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type User = Schemas["User"];
export type Paper = Schemas["Paper"];
export type PaperSummary = Schemas["PaperSummary"];
export type PaperUpdate = Schemas["PaperUpdate"];
export type Structure = Schemas["PaperStructure"];
export type Analysis = Schemas["Analysis"];
export type AnalysisStage = Schemas["AnalysisStage"];
export type Results = Schemas["Results"];
export type Claim = Schemas["Claim"];
export type Evidence = Schemas["Evidence"];
export type Box = Schemas["Box"];
export type Pagination = Schemas["Pagination"];
export type ErrorCode = Schemas["ErrorCode"] | "NETWORK_ERROR";

export const API_BASE = "/api/v1";

/* A failed call: the contract's error, or NETWORK_ERROR with status 0. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: Record<string, string>;
  readonly requestId: string | null;
  readonly retryAfter: number | null;

  constructor(code: ErrorCode, status: number, message: string,
      details: Record<string, string> = {}, headers: Headers | null = null) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.details = details;
    this.requestId = headers?.get("X-Request-ID") ?? null;

    const wait = Number.parseInt(headers?.get("Retry-After") ?? "", 10);
    this.retryAfter = Number.isNaN(wait) ? null : wait;
  }

  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function errorFromBody(body: unknown, status: number, headers: Headers | null): ApiError {
  const error = (body as { error?: Partial<Schemas["Error"]["error"]> } | null)?.error;

  if (typeof error?.code === "string") {
    return new ApiError(error.code, status, error.message ?? error.code, error.details ?? {}, headers);
  }

  return new ApiError(status === 413 ? "PAYLOAD_TOO_LARGE" : "SERVER_ERROR", status,
      `HTTP ${status}`, {}, headers);
}

export const client = createClient<paths>({
  baseUrl: API_BASE,
  /* Looked up at each call, so that tests can replace it. */
  fetch: (request) => globalThis.fetch(request),
});

/* Called with each AUTH_* failure of a signed-in session. */
let onSessionLost: () => void = () => undefined;

export function setSessionLostHandler(handler: () => void): void {
  onSessionLost = handler;
}

export interface Answer<D, M = undefined> {
  data: D;
  meta: M;
  etag: string | null;
}

type Raw<B> = { data?: B; error?: unknown; response: Response };
type DataOf<B> = B extends { data: infer D } ? D : undefined;
type MetaOf<B> = B extends { meta?: infer M } ? M : undefined;

export async function unwrap<B>(call: Promise<Raw<B>>, signIn = false):
    Promise<Answer<DataOf<B>, MetaOf<B>>> {
  let raw: Raw<B>;

  try {
    raw = await call;
  } catch (cause) {
    if ((cause as Error).name === "AbortError") {
      throw cause;
    }

    throw new ApiError("NETWORK_ERROR", 0, String(cause));
  }

  if (!raw.response.ok) {
    const error = errorFromBody(raw.error, raw.response.status, raw.response.headers);

    if (error.status === 401 && !signIn) {
      onSessionLost();
    }

    throw error;
  }

  const body = raw.data as { data?: unknown; meta?: unknown } | undefined;

  return {
    data: body?.data as DataOf<B>,
    meta: body?.meta as MetaOf<B>,
    etag: raw.response.headers.get("ETag"),
  };
}

/* A key for Idempotency-Key; crypto.randomUUID exists on secure origins only. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));

  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
