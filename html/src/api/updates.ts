/*
 * The caller's own stream, GET /events, shared by all tabs: the tab that
 * holds the lock keeps the one connection open and tells the others.  A
 * hidden tab gives it up after five minutes.  Each update is put into the
 * query cache at once; what an update does not carry is fetched again.
 */
import { API_BASE, type Analysis, type Paper, type PaperSummary, type Schemas } from "./client";
import { live } from "./live";
import { queryClient } from "./query";
import { openStream } from "./stream";

export type Update = Schemas["UpdateEvent"];

const LOCK = "paperal-events";
const HIDDEN_CLOSE_MS = 5 * 60_000;
const REFETCH_MS = 400;
const PAPER_STATUSES = ["uploaded", "extracting", "ready", "analyzing", "completed", "failed"];

type Message = { kind: "update"; update: Update } | { kind: "resync" } | { kind: "state"; open: boolean }
  | { kind: "hello" };

const pending = new Set<string>();
let refetchTimer: ReturnType<typeof setTimeout> | undefined;

/* Several updates in a row cost one request for each query they touch. */
function refetchSoon(...keys: string[][]): void {
  for (const key of keys) {
    pending.add(JSON.stringify(key));
  }

  refetchTimer ??= setTimeout(() => {
    refetchTimer = undefined;

    for (const key of pending) {
      void queryClient.invalidateQueries({ queryKey: JSON.parse(key) as string[] });
    }

    pending.clear();
  }, REFETCH_MS);
}

export function applyUpdate(update: Update): void {
  const { type, id } = update;
  const progress = update.progress ?? 0;

  if (type === "analysis") {
    const status = update.status as Schemas["AnalysisStatus"];
    const patch = <A extends { id: string }>(a: A): A => a.id === id ? { ...a, status, progress } : a;
    let paperId: string | undefined;

    queryClient.setQueriesData<{ analyses: Analysis[] }>({ queryKey: ["analyses"] },
        (old) => old && { ...old, analyses: old.analyses.map(patch) });

    queryClient.setQueryData<Analysis>(["analysis", id], (old) => {
      paperId = old?.paper_id;
      return old && patch(old);
    });

    queryClient.setQueriesData<{ papers: PaperSummary[] }>({ queryKey: ["papers"] },
        (old) => old && { ...old, papers: old.papers.map((p) =>
          p.latest_analysis?.id === id ? { ...p, latest_analysis: patch(p.latest_analysis) } : p) });

    queryClient.setQueriesData<{ paper: Paper; etag: string | null }>({ queryKey: ["paper"] },
        (old) => old?.paper.latest_analysis?.id === id
          ? { ...old, paper: { ...old.paper, latest_analysis: patch(old.paper.latest_analysis) } } : old);

    refetchSoon(["analysis", id], ["analyses"]);

    if (status !== "processing") {
      refetchSoon(["papers"], paperId === undefined ? ["paper"] : ["paper", paperId]);
    }

    return;
  }

  const status = update.status as Schemas["PaperStatus"];

  /* An erased paper has no status any more. */
  if (!PAPER_STATUSES.includes(status)) {
    refetchSoon(["papers"], ["paper", id], ["analyses"]);
    return;
  }

  queryClient.setQueriesData<{ papers: PaperSummary[] }>({ queryKey: ["papers"] },
      (old) => old && { ...old, papers: old.papers.map((p) => p.id === id ? { ...p, status } : p) });

  refetchSoon(["papers"], ["paper", id]);
}

function resync(): void {
  for (const key of ["papers", "paper", "analyses", "analysis"]) {
    void queryClient.invalidateQueries({ queryKey: [key] });
  }
}

/* Runs until the returned function is called. */
export function watchUpdates(): () => void {
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("paperal-events");
  const stop = new AbortController();
  let closeStream: (() => void) | null = null;
  let release: (() => void) | null = null;
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined;

  function receive(message: Message): void {
    switch (message.kind) {
    case "update":
      return applyUpdate(message.update);
    case "resync":
      return resync();
    case "state":
      live.value = message.open;
      return;
    case "hello":
      if (closeStream !== null) {
        channel?.postMessage({ kind: "state", open: live.peek() } satisfies Message);
      }
    }
  }

  function tell(message: Message): void {
    receive(message);
    channel?.postMessage(message);
  }

  function lead(): Promise<void> {
    closeStream = openStream(`${API_BASE}/events`, {
      on: { update: (data) => tell({ kind: "update", update: data as Update }) },
      onResync: () => tell({ kind: "resync" }),
      onState: (open) => tell({ kind: "state", open }),
    });

    return new Promise((resolve) => {
      release = resolve;
    });
  }

  function enter(): void {
    if (closeStream !== null || stop.signal.aborted) {
      return;
    }

    /* Web Locks need a secure origin; without them each tab has its own. */
    if (navigator.locks === undefined) {
      void lead();
      return;
    }

    navigator.locks.request(LOCK, { signal: stop.signal }, lead).catch((error: Error) => {
      if (error.name !== "AbortError") {
        void lead();
      }
    });
  }

  function leave(): void {
    closeStream?.();
    closeStream = null;
    release?.();
    release = null;
  }

  function visibility(): void {
    clearTimeout(hiddenTimer);

    if (document.hidden) {
      hiddenTimer = setTimeout(leave, HIDDEN_CLOSE_MS);

    } else if (closeStream === null) {
      enter();
      channel?.postMessage({ kind: "hello" } satisfies Message);
      resync();
    }
  }

  channel?.addEventListener("message", (event: MessageEvent<Message>) => receive(event.data));
  document.addEventListener("visibilitychange", visibility);
  enter();
  channel?.postMessage({ kind: "hello" } satisfies Message);

  return () => {
    stop.abort();
    clearTimeout(hiddenTimer);
    clearTimeout(refetchTimer);
    refetchTimer = undefined;
    document.removeEventListener("visibilitychange", visibility);
    leave();
    channel?.close();
    live.value = false;
  };
}
