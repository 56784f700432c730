/*
 * The upload queue: any number of files, three at a time, each by XHR (fetch
 * tells no progress) with the raw bytes as body.  An answer of the server is
 * final; a broken connection is tried again, three times, then by hand.
 *
 *   waiting → sending → stored | duplicate | failed     (retry: → waiting)
 *   waiting | sending → cancelled
 */
import { computed, signal, type Signal } from "@preact/signals";
import { API_BASE, ApiError, errorFromBody, type Paper } from "./client";

export const PARALLEL = 3;
const MAX_ATTEMPTS = 3;
const RETRY_MS = 1_500;

export type UploadState = "waiting" | "sending" | "stored" | "duplicate" | "failed" | "cancelled";

export interface Upload {
  key: number;
  file: File;
  options: UploadOptions;
  state: Signal<UploadState>;
  /* Bytes that have left, 0..file.size. */
  sent: Signal<number>;
  paper: Signal<Paper | null>;
  error: Signal<ApiError | null>;
}

export type Send = (upload: Upload, signal: AbortSignal) => Promise<{ paper: Paper; created: boolean }>;

export interface UploadOptions {
  analyze: boolean;
  unpublished?: boolean;
}

export function uploadUrl({ analyze, unpublished = false }: UploadOptions): string {
  const query = [analyze && "analyze=true", unpublished && "unpublished=true"].filter(Boolean).join("&");

  return `${API_BASE}/papers${query && `?${query}`}`;
}

export const sendByXhr: Send = (upload, abort) => new Promise((resolve, reject) => {
  const xhr = new XMLHttpRequest();
  const broken = () => reject(new ApiError("NETWORK_ERROR", 0, "the connection broke"));

  xhr.open("POST", uploadUrl(upload.options));
  xhr.responseType = "text";
  xhr.setRequestHeader("Content-Type", "application/pdf");
  xhr.setRequestHeader("X-Paperal-Filename", encodeURIComponent(upload.file.name.normalize()));
  xhr.upload.onprogress = (event) => {
    upload.sent.value = Math.min(event.loaded, upload.file.size);
  };
  xhr.onerror = broken;
  xhr.ontimeout = broken;
  xhr.onabort = () => reject(new DOMException("cancelled", "AbortError"));
  xhr.onload = () => {
    let body: { data?: Paper } | null;

    try {
      body = JSON.parse(xhr.responseText) as { data?: Paper };
    } catch {
      body = null;
    }

    if ((xhr.status === 200 || xhr.status === 201) && body?.data !== undefined) {
      return resolve({ paper: body.data, created: xhr.status === 201 });
    }

    const headers = new Headers();

    for (const name of ["X-Request-ID", "Retry-After"]) {
      const value = xhr.getResponseHeader(name);

      if (value !== null) {
        headers.set(name, value);
      }
    }

    reject(errorFromBody(body, xhr.status, headers));
  };

  abort.addEventListener("abort", () => xhr.abort());
  xhr.send(upload.file);
});

export class UploadQueue {
  readonly items = signal<Upload[]>([]);
  readonly unfinished = computed(() =>
    this.items.value.filter((u) => u.state.value === "waiting" || u.state.value === "sending").length);

  private nextKey = 1;
  private active = 0;
  private readonly aborts = new Map<number, AbortController>();

  constructor(private readonly send: Send = sendByXhr, private readonly retryMs = RETRY_MS,
      private readonly onStored: (paper: Paper) => void = () => undefined) {}

  add(files: Iterable<File>, options: UploadOptions): void {
    const added: Upload[] = [];

    for (const file of files) {
      added.push({ key: this.nextKey++, file, options, state: signal("waiting"), sent: signal(0),
        paper: signal(null), error: signal(null) });
    }

    this.items.value = [...this.items.peek(), ...added];
    this.pump();
  }

  retry(upload: Upload): void {
    if (upload.state.peek() === "failed" || upload.state.peek() === "cancelled") {
      upload.error.value = null;
      upload.sent.value = 0;
      upload.state.value = "waiting";
      this.pump();
    }
  }

  cancel(upload: Upload): void {
    if (upload.state.peek() === "waiting" || upload.state.peek() === "sending") {
      upload.state.value = "cancelled";
      this.aborts.get(upload.key)?.abort();
    }
  }

  /* Takes what has ended off the list. */
  clear(): void {
    this.items.value = this.items.peek().filter(
        (u) => u.state.peek() === "waiting" || u.state.peek() === "sending");
  }

  /* Ends and forgets everything: at sign-out. */
  reset(): void {
    this.items.peek().forEach((u) => this.cancel(u));
    this.items.value = [];
  }

  private pump(): void {
    for (const upload of this.items.peek()) {
      if (this.active >= PARALLEL) {
        return;
      }

      if (upload.state.peek() === "waiting") {
        void this.run(upload);
      }
    }
  }

  private async run(upload: Upload): Promise<void> {
    const abort = new AbortController();

    this.active++;
    this.aborts.set(upload.key, abort);
    upload.state.value = "sending";

    for (let attempt = 1; ; attempt++) {
      try {
        const { paper, created } = await this.send(upload, abort.signal);

        upload.sent.value = upload.file.size;
        upload.paper.value = paper;
        upload.state.value = created ? "stored" : "duplicate";
        this.onStored(paper);
        break;
      } catch (error) {
        if (abort.signal.aborted) {
          break;
        }

        const failure = error instanceof ApiError ? error
          : new ApiError("NETWORK_ERROR", 0, String(error));

        if (failure.status !== 0 || attempt === MAX_ATTEMPTS) {
          upload.error.value = failure;
          upload.state.value = "failed";
          break;
        }

        upload.sent.value = 0;
        await new Promise((wake) => {
          setTimeout(wake, this.retryMs * attempt);
          abort.signal.addEventListener("abort", wake);
        });

        if (abort.signal.aborted) {
          break;
        }
      }
    }

    /* A retry may have started meanwhile, with a controller of its own. */
    if (this.aborts.get(upload.key) === abort) {
      this.aborts.delete(upload.key);
    }

    this.active--;
    this.pump();
  }
}
