import { QueryClient } from "@tanstack/query-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, client, errorFromBody, setSessionLostHandler, unwrap, type Analysis, type Paper }
  from "../src/api/client";
import { queryClient } from "../src/api/query";
import { analysisQuery, paperQuery, pollInterval } from "../src/api/resources";
import { live } from "../src/api/live";
import { applyUpdate } from "../src/api/updates";
import { setLanguage } from "../src/i18n";
import { errorText, failureText } from "../src/ui/errors";

afterEach(() => {
  vi.unstubAllGlobals();
  queryClient.clear();
  live.value = false;
});

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response(body === null ? null : JSON.stringify(body),
      { status, headers: { "Content-Type": "application/json", ...headers } }))));
}

const path = { params: { path: { paper_id: "p" } } };

describe("unwrap", () => {
  it("gives data, meta and the entity tag", async () => {
    answer(200, { success: true, data: { id: "p" } }, { ETag: '"v1"' });
    expect(await unwrap(client.GET("/papers/{paper_id}", path))).toMatchObject({ data: { id: "p" }, etag: '"v1"' });
  });

  it("accepts an answer without a body", async () => {
    answer(204, null);
    expect((await unwrap(client.DELETE("/papers/{paper_id}", path))).data).toBeUndefined();
  });

  it("throws the contract's error", async () => {
    answer(422, { success: false, error: { code: "VALIDATION_ERROR", message: "m", details: { email: "taken" } } },
        { "X-Request-ID": "request-1" });
    await expect(unwrap(client.GET("/papers/{paper_id}", path))).rejects.toMatchObject(
        { code: "VALIDATION_ERROR", status: 422, details: { email: "taken" }, requestId: "request-1", retryable: false });
  });

  it("calls a dead connection by its name", async () => {
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("failed"))));
    await expect(unwrap(client.GET("/papers/{paper_id}", path))).rejects.toMatchObject(
        { code: "NETWORK_ERROR", status: 0, retryable: true });
  });

  it("reports a lost session, but not a wrong password", async () => {
    const lost = vi.fn();

    setSessionLostHandler(lost);
    answer(401, { success: false, error: { code: "AUTH_TOKEN_EXPIRED", message: "m" } });
    await expect(unwrap(client.GET("/users/me"), true)).rejects.toThrow();
    expect(lost).not.toHaveBeenCalled();
    await expect(unwrap(client.GET("/users/me"))).rejects.toThrow();
    expect(lost).toHaveBeenCalledOnce();
  });
});

describe("words for errors", () => {
  it("come from the code, in the language of the interface", async () => {
    const wrong = errorFromBody({ error: { code: "AUTH_INVALID_CREDENTIALS", message: "server words" } }, 401, null);

    await setLanguage("en");
    expect(errorText(wrong)).toBe("The e-mail address or the password is wrong.");
    await setLanguage("zh");
    expect(errorText(wrong)).toBe("邮箱或密码错误。");
    expect(failureText("PDF_ENCRYPTED")).toBe("PDF 受密码保护，请上传未加密的副本。");
    await setLanguage("en");
  });

  it("tell how long to wait", () => {
    const busy = new ApiError("RATE_LIMIT_EXCEEDED", 429, "m", {}, new Headers({ "Retry-After": "12" }));

    expect(errorText(busy)).toBe("Too many requests. Try again in 12 s.");
  });

  it("exist for codes nobody foresaw", () => {
    expect(errorText(errorFromBody(null, 502, null))).toBe("The server failed to do this. Try again later.");
    expect(errorText(new Error("x"))).toBe("Something unexpected happened in this page.");
    expect(failureText("NEW_CODE")).toBe("It ended with the error NEW_CODE.");
  });
});

describe("updates of the stream", () => {
  const paper = (status: string) => ({ id: "p", title: "T", status,
    latest_analysis: { id: "a", status: "pending", progress: 0 } });

  it("reach lists and single objects at once", () => {
    vi.useFakeTimers();
    queryClient.setQueryData(["papers", {}], { papers: [paper("analyzing")] });
    queryClient.setQueryData(["paper", "p"], { paper: paper("analyzing"), etag: null });
    queryClient.setQueryData(["analysis", "a"], { id: "a", paper_id: "p", status: "pending", progress: 0 });

    applyUpdate({ type: "analysis", id: "a", status: "processing", progress: 40 });

    expect(queryClient.getQueryData<Analysis>(["analysis", "a"])).toMatchObject({ status: "processing", progress: 40 });
    expect(queryClient.getQueryData<{ papers: Paper[] }>(["papers", {}])!.papers[0]!.latest_analysis)
        .toEqual({ id: "a", status: "processing", progress: 40 });
    expect(queryClient.getQueryData<{ paper: Paper }>(["paper", "p"])!.paper.latest_analysis!.progress).toBe(40);

    applyUpdate({ type: "paper", id: "p", status: "completed", progress: null });
    expect(queryClient.getQueryData<{ papers: Paper[] }>(["papers", {}])!.papers[0]!.status).toBe("completed");

    applyUpdate({ type: "paper", id: "p", status: "erased", progress: null } as never);
    expect(queryClient.getQueryData<{ papers: Paper[] }>(["papers", {}])!.papers[0]!.status).toBe("completed");
    vi.useRealTimers();
  });
});

describe("polling", () => {
  it("is quick without a stream, a safety net with one, off when nothing moves", () => {
    expect(pollInterval(true)).toBe(2_000);
    live.value = true;
    expect(pollInterval(true)).toBe(30_000);
    expect(pollInterval(false)).toBe(false);
  });

  it("goes on while a paper or an analysis moves", () => {
    const cache = new QueryClient();
    const interval = (options: object, key: string[], data: unknown) => {
      const query = cache.getQueryCache().build(cache, { queryKey: key });

      query.setData(data);
      return (options as { refetchInterval(q: unknown): number | false }).refetchInterval(query);
    };

    expect(interval(paperQuery("p"), ["1"], { paper: { status: "extracting" } })).toBe(2_000);
    expect(interval(paperQuery("p"), ["2"], { paper: { status: "failed" } })).toBe(false);
    expect(interval(analysisQuery("a"), ["3"], { status: "pending" })).toBe(2_000);
    expect(interval(analysisQuery("a"), ["4"], { status: "cancelled" })).toBe(false);
  });
});
