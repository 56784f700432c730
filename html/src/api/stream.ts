/*
 * One event stream that keeps itself open.  EventSource reconnects by itself
 * after a dropped connection (with Last-Event-ID) but gives up for good after
 * an HTTP error: then a new one is opened, with back-off.
 */
export interface StreamHandlers {
  /* Named events of the stream; the data is parsed JSON. */
  on: Record<string, (data: unknown) => void>;
  /* After a gap, and each time the stream is open again. */
  onResync(): void;
  onState(open: boolean): void;
}

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

export function retryDelay(failures: number, random = Math.random): number {
  const full = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);

  return full / 2 + (full / 2) * random();
}

export function openStream(url: string, handlers: StreamHandlers): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let opened = false;
  let closed = false;

  function retry(): void {
    source?.close();
    source = null;
    handlers.onState(false);

    if (!closed) {
      clearTimeout(timer);
      timer = setTimeout(connect, retryDelay(failures++));
    }
  }

  function connect(): void {
    const next = new EventSource(url);

    source = next;

    next.addEventListener("open", () => {
      failures = 0;
      handlers.onState(true);

      if (opened) {
        handlers.onResync();
      }

      opened = true;
    });

    next.addEventListener("error", () => {
      if (next.readyState === EventSource.CLOSED) {
        retry();
      } else {
        handlers.onState(false);
      }
    });

    next.addEventListener("resync", () => handlers.onResync());
    next.addEventListener("bye", retry);

    for (const [name, handle] of Object.entries(handlers.on)) {
      next.addEventListener(name, (event) => {
        let data: unknown;

        try {
          data = JSON.parse((event as MessageEvent<string>).data);
        } catch {
          return handlers.onResync();
        }

        handle(data);
      });
    }
  }

  connect();

  return () => {
    closed = true;
    clearTimeout(timer);
    source?.close();
    handlers.onState(false);
  };
}
