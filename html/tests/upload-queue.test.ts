import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, type Paper } from "../src/api/client";
import { PARALLEL, sendByXhr, UploadQueue, uploadUrl, type Send, type Upload } from "../src/api/upload-queue";

const paper = { id: "p1" } as Paper;
const file = (name: string) => new File(["%PDF-1.7"], name);
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

interface Call {
  upload: Upload;
  signal: AbortSignal;
  done(created: boolean): void;
  fail(error: unknown): void;
}

function harness(retryMs = 1) {
  const calls: Call[] = [];
  const send: Send = (upload, signal) => new Promise((resolve, reject) => {
    calls.push({ upload, signal, done: (created) => resolve({ paper, created }), fail: reject });
    signal.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
  });

  return { calls, queue: new UploadQueue(send, retryMs) };
}

const states = (queue: UploadQueue) => queue.items.value.map((u) => u.state.value);

describe("UploadQueue", () => {
  it("sends three at a time, in order", async () => {
    const { calls, queue } = harness();

    queue.add(["a", "b", "c", "d", "e"].map(file), { analyze: true });
    expect(states(queue)).toEqual(["sending", "sending", "sending", "waiting", "waiting"]);
    expect(calls.length).toBe(PARALLEL);

    calls[1]!.done(true);
    await settle();
    expect(states(queue)).toEqual(["sending", "stored", "sending", "sending", "waiting"]);
    expect(queue.unfinished.value).toBe(4);
  });

  it("tells a duplicate from a new paper", async () => {
    const { calls, queue } = harness();

    queue.add([file("a")], { analyze: false });
    calls[0]!.done(false);
    await settle();
    expect(states(queue)).toEqual(["duplicate"]);
    expect(queue.items.value[0]!.paper.value).toBe(paper);
  });

  it.each([[413, "PAYLOAD_TOO_LARGE"], [415, "UNSUPPORTED_MEDIA_TYPE"], [422, "VALIDATION_ERROR"],
    [402, "QUOTA_EXCEEDED"]] as const)("takes %i for final, and the others go on", async (status, code) => {
    const { calls, queue } = harness();

    queue.add(["bad", "b", "c", "d"].map(file), { analyze: true });
    calls[0]!.fail(new ApiError(code, status, code));
    await settle();
    expect(states(queue)).toEqual(["failed", "sending", "sending", "sending"]);
    expect(queue.items.value[0]!.error.value?.code).toBe(code);
    expect(calls.length).toBe(4);
  });

  it("tries a broken connection three times, then leaves it to the user", async () => {
    const { calls, queue } = harness();

    queue.add([file("a")], { analyze: true });

    for (let n = 1; n <= 3; n++) {
      await vi.waitFor(() => expect(calls.length).toBe(n));
      calls[n - 1]!.fail(new ApiError("NETWORK_ERROR", 0, "broken"));
    }

    await vi.waitFor(() => expect(states(queue)).toEqual(["failed"]));
    expect(calls.length).toBe(3);

    queue.retry(queue.items.value[0]!);
    expect(states(queue)).toEqual(["sending"]);
    calls[3]!.done(true);
    await settle();
    expect(states(queue)).toEqual(["stored"]);
  });

  it("cancels a running one, and may start it again", async () => {
    const { calls, queue } = harness();

    queue.add(["a", "b", "c", "d"].map(file), { analyze: true });
    queue.cancel(queue.items.value[0]!);
    expect(calls[0]!.signal.aborted).toBe(true);
    await settle();
    expect(states(queue)).toEqual(["cancelled", "sending", "sending", "sending"]);

    queue.retry(queue.items.value[0]!);
    expect(states(queue)[0]).toBe("waiting");
    calls[1]!.done(true);
    await settle();
    expect(states(queue)[0]).toBe("sending");
  });

  it("clears only what has ended", async () => {
    const { calls, queue } = harness();

    queue.add(["a", "b"].map(file), { analyze: true });
    calls[0]!.done(true);
    await settle();
    queue.clear();
    expect(queue.items.value.map((u) => u.file.name)).toEqual(["b"]);
  });
});

describe("sendByXhr", () => {
  class FakeXhr {
    static last: FakeXhr;
    upload: { onprogress?: (e: { loaded: number }) => void } = {};
    headers: Record<string, string> = {};
    status = 0;
    responseText = "";
    url = "";
    onload?: () => void;
    onerror?: () => void;
    onabort?: () => void;
    body: unknown;
    constructor() {
      FakeXhr.last = this;
    }
    open(_method: string, url: string) {
      this.url = url;
    }
    setRequestHeader(name: string, value: string) {
      this.headers[name] = value;
    }
    getResponseHeader(name: string) {
      return name === "Retry-After" ? "7" : null;
    }
    send(body: unknown) {
      this.body = body;
    }
    abort() {
      this.onabort?.();
    }
    answer(status: number, body: string) {
      this.status = status;
      this.responseText = body;
      this.onload?.();
    }
  }

  beforeEach(() => vi.stubGlobal("XMLHttpRequest", FakeXhr));
  afterEach(() => vi.unstubAllGlobals());

  const start = (name = "a.pdf", analyze = true) => {
    const queue = new UploadQueue();

    queue.add([file(name)], { analyze });
    return { upload: queue.items.value[0]!, xhr: FakeXhr.last };
  };

  it("sends the raw bytes with the percent-encoded name", () => {
    const { xhr, upload } = start("土壤 & 水.pdf");

    expect(xhr.url).toBe("/api/v1/papers?analyze=true");
    expect(uploadUrl({ analyze: false })).toBe("/api/v1/papers");
    expect(uploadUrl({ analyze: false, unpublished: true })).toBe("/api/v1/papers?unpublished=true");
    expect(uploadUrl({ analyze: true, unpublished: true })).toBe("/api/v1/papers?analyze=true&unpublished=true");
    expect(xhr.headers).toEqual({ "Content-Type": "application/pdf",
      "X-Paperal-Filename": encodeURIComponent("土壤 & 水.pdf") });
    expect(xhr.body).toBe(upload.file);
  });

  it("shows progress, never beyond the file", () => {
    const { xhr, upload } = start();

    xhr.upload.onprogress!({ loaded: 4 });
    expect(upload.sent.value).toBe(4);
    xhr.upload.onprogress!({ loaded: 4000 });
    expect(upload.sent.value).toBe(upload.file.size);
  });

  it("maps the envelope of a refusal", async () => {
    const { xhr, upload } = start();

    xhr.answer(429, JSON.stringify({ success: false, error: { code: "RATE_LIMIT_EXCEEDED", message: "m" } }));
    await settle();
    expect(upload.state.value).toBe("failed");
    expect(upload.error.value).toMatchObject({ code: "RATE_LIMIT_EXCEEDED", status: 429, retryAfter: 7 });
  });

  it("survives an answer that is not JSON", async () => {
    const { xhr, upload } = start();

    xhr.answer(413, "<html>");
    await settle();
    expect(upload.error.value?.code).toBe("PAYLOAD_TOO_LARGE");
  });

  it("rejects when cancelled", async () => {
    const abort = new AbortController();
    const { upload } = start();
    const sent = sendByXhr(upload, abort.signal);

    abort.abort();
    await expect(sent).rejects.toMatchObject({ name: "AbortError" });
  });
});
