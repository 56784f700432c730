import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStream, retryDelay } from "../src/api/stream";

class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 0;

  constructor(readonly url: string) {
    super();
    FakeSource.all.push(this);
  }

  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  message(name: string, data = "{}") {
    this.dispatchEvent(new MessageEvent(name, { data }));
  }

  /* The browser reconnects by itself, unless the answer was an HTTP error. */
  drop(forGood: boolean) {
    this.readyState = forGood ? 2 : 0;
    this.dispatchEvent(new Event("error"));
  }

  close() {
    this.readyState = 2;
  }
}

beforeEach(() => {
  FakeSource.all = [];
  vi.stubGlobal("EventSource", FakeSource);
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function start() {
  const seen = { updates: [] as unknown[], states: [] as boolean[], resyncs: 0 };
  const close = openStream("/api/v1/events", {
    on: { update: (data) => seen.updates.push(data) },
    onResync: () => seen.resyncs++,
    onState: (open) => seen.states.push(open),
  });

  return { seen, close, source: () => FakeSource.all.at(-1)! };
}

describe("openStream", () => {
  it("hands on parsed events", () => {
    const { seen, source } = start();

    source().open();
    source().message("update", '{"type":"paper","id":"p"}');
    expect(seen).toEqual({ updates: [{ type: "paper", id: "p" }], states: [true], resyncs: 0 });
  });

  it("asks for everything again after data it cannot read", () => {
    const { seen, source } = start();

    source().message("update", "{");
    source().message("resync");
    expect(seen).toEqual({ updates: [], states: [], resyncs: 2 });
  });

  it("leaves a dropped connection to the browser, and refetches once it is back", () => {
    const { seen, source } = start();

    source().open();
    source().drop(false);
    expect(FakeSource.all.length).toBe(1);
    source().open();
    expect(seen.states).toEqual([true, false, true]);
    expect(seen.resyncs).toBe(1);
  });

  it("opens a new one with back-off after an HTTP error", () => {
    const { source } = start();

    for (let n = 1; n <= 4; n++) {
      source().drop(true);
      expect(FakeSource.all.length).toBe(n);
      vi.advanceTimersByTime(30_000);
      expect(FakeSource.all.length).toBe(n + 1);
    }
  });

  it("connects again when the server says bye", () => {
    const { seen, source } = start();

    source().open();
    source().message("bye");
    expect(FakeSource.all[0]!.readyState).toBe(2);
    vi.advanceTimersByTime(2_000);
    source().open();
    expect(FakeSource.all.length).toBe(2);
    expect(seen.resyncs).toBe(1);
  });

  it("stays closed once closed", () => {
    const { close, source } = start();

    source().drop(true);
    close();
    vi.advanceTimersByTime(60_000);
    expect(FakeSource.all.length).toBe(1);
  });
});

it("the back-off doubles, with jitter, to half a minute", () => {
  expect(retryDelay(0, () => 0)).toBe(500);
  expect(retryDelay(0, () => 1)).toBe(1_000);
  expect(retryDelay(3, () => 1)).toBe(8_000);
  expect(retryDelay(40, () => 1)).toBe(30_000);
});
