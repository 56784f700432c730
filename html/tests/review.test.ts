import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, type Claim, type Evidence, type Results } from "../src/api/client";
import { queryClient } from "../src/api/query";
import { apart, pagesOf, SECTIONS } from "../src/results/context";
import { groupRemarks } from "../src/results/remarks";
import { bySection, groupDiff, linkState, plainValue, totalsOf } from "../src/review/grouping";
import { changedClaim, decide, withClaim, type StoredResults } from "../src/review/claims";
import type { Diff, Question, QuestionLink } from "../src/review/api";

afterEach(() => queryClient.clear());

/* A promise and its end; Promise.withResolvers is younger than our target. */
function pending<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });

  return { promise, resolve, reject };
}

const NOW = "2026-01-31T12:00:00Z";
const claim = (id: string, more: Partial<Claim> = {}): Claim => ({ id, kind: "result", text: `text of ${id}`,
  basis: "paper", confidence: "high", evidence_ids: [], verdict: "supported", decision: null, locked: false, ...more });

function results(): Results {
  const sections = Object.fromEntries(SECTIONS.map((name) => [name, { claims: [] as Claim[] }]));

  sections["risks"]!.claims = [claim("c1"), claim("c2")];

  return { ...sections, intellectual_property: { claims: [claim("c3")], signals: [claim("c3"), claim("c4")],
    protectable_elements: [] } } as unknown as Results;
}

const stored = () => queryClient.getQueryData<StoredResults>(["results", "a"])!.results;
const risks = () => stored().risks.claims!;

describe("remarks of the check", () => {
  const why = "A number that no verified quote and no source has was removed from";

  it("have one line for a figure, with the sections it was taken from", () => {
    expect(groupRemarks([`${why} risks.items[0].text: USD 4: 5 billion`, `${why} swot.claims[2].text: 12 %`,
      `${why} risks.claims[1].text: USD 4: 5 billion`, `${why} executive_summary.paragraphs: USD 4: 5 billion`,
      "A statement without support was removed from risks.claims: 12 %"])).toEqual([
      { why, text: "USD 4: 5 billion", sections: ["risks", "executive_summary"] },
      { why, text: "12 %", sections: ["swot"] },
      { why: "A statement without support was removed from", text: "12 %", sections: ["risks"] },
    ]);
  });

  it("are read in Chinese, over lines, and with an empty path", () => {
    expect(groupRemarks(["已删除没有经核实的引文或来源支持的数字： paper_profile.: 4\n%"])).toEqual([
      { why: "已删除没有经核实的引文或来源支持的数字：", text: "4\n%", sections: ["paper_profile"] }]);
  });

  it("are shown as they are when they name no section", () => {
    expect(groupRemarks(["hidden_text", "removed from elsewhere.text: 4", "hidden_text"])).toEqual([
      { why: null, text: "hidden_text", sections: [] },
      { why: null, text: "removed from elsewhere.text: 4", sections: [] }]);
  });
});

describe("a claim in a result", () => {
  it("is replaced in every list that holds it, and nothing else is made anew", () => {
    const before = results();
    const after = withClaim(before, "c3", (c) => ({ ...c, locked: true }));

    expect(after.intellectual_property.claims![0]!.locked).toBe(true);
    expect(after.intellectual_property.signals.map((c) => c.locked)).toEqual([true, false]);
    expect(after.risks).toBe(before.risks);
    expect(before.intellectual_property.signals[0]!.locked).toBe(false);
  });

  it("remembers who, when and the first words", () => {
    const accepted = changedClaim(claim("c1"), { decision: "accepted" }, "Ada", NOW);

    expect(accepted).toMatchObject({ decision: "accepted", decided_by: "Ada", decided_at: NOW });
    expect(changedClaim(accepted, { decision: null }, "Ada", NOW)).toMatchObject(
        { decision: null, decided_by: null, decided_at: null });

    const twice = changedClaim(changedClaim(claim("c1"), { text: "b" }, "Ada", NOW), { text: "c" }, "Bo", NOW);

    expect(twice).toMatchObject({ text: "c", original_text: "text of c1", edited_by: "Bo" });
    expect(changedClaim(twice, { text: "text of c1" }, "Bo", NOW)).toMatchObject(
        { text: "text of c1", original_text: null, edited_by: null });
  });
});

describe("deciding", () => {
  it("shows at once, and keeps what the server answers", async () => {
    queryClient.setQueryData(["results", "a"], { id: "a", results: results() });

    const answer = pending<Claim>();
    const done = decide("a", claim("c1"), { decision: "rejected" }, "Ada", () => answer.promise);

    expect(risks()[0]).toMatchObject({ decision: "rejected", decided_by: "Ada" });
    answer.resolve(claim("c1", { decision: "rejected", decided_by: "Ada L.", decided_at: NOW }));
    await done;
    expect(risks()[0]).toMatchObject({ decision: "rejected", decided_by: "Ada L.", decided_at: NOW });
  });

  it("puts back what was there when the server refuses, and only that", async () => {
    queryClient.setQueryData(["results", "a"], { id: "a", results: results() });

    const refuse = vi.fn(() => Promise.reject(new ApiError("AUTH_INSUFFICIENT_PERMISSIONS", 403, "no")));
    const answer = pending<Claim>();
    const editing = decide("a", claim("c1"), { text: "edited" }, "Ada", () => answer.promise);
    const locking = decide("a", claim("c1"), { locked: true }, "Ada", refuse);
    const other = decide("a", claim("c2"), { decision: "accepted" }, "Ada", () => Promise.resolve(claim("c2",
        { decision: "accepted" })));

    expect(risks()[0]).toMatchObject({ text: "edited", locked: true });
    await expect(locking).rejects.toMatchObject({ status: 403 });
    await other;
    expect(risks()[0]).toMatchObject({ text: "edited", original_text: "text of c1", locked: false });
    expect(risks()[1]).toMatchObject({ decision: "accepted" });

    answer.reject(new ApiError("NETWORK_ERROR", 0, "gone"));
    await expect(editing).rejects.toMatchObject({ code: "NETWORK_ERROR" });
    expect(risks()[0]!.text).toBe("text of c1");
    expect(risks()[0]!.original_text).toBeUndefined();
  });

  it("changes nothing that is no longer shown", async () => {
    await decide("gone", claim("c1"), { locked: true }, "Ada", () => Promise.resolve(claim("c1", { locked: true })));
    expect(queryClient.getQueryData(["results", "gone"])).toBeUndefined();
  });
});

describe("what is set apart", () => {
  it("is what comes from elsewhere", () => {
    const items = [{ verdict: "supported" as const, n: 1 }, { verdict: "not_from_paper" as const, n: 2 }, { n: 3 }];

    expect(apart<{ verdict?: Claim["verdict"]; n: number }>(items)).toEqual(
        { own: [items[0], items[2]], outside: [items[1]] });
  });

  it("a quote over several pages has each once", () => {
    const box = (page: number) => ({ page, x0: 0, y0: 0, x1: 1, y1: 1 });

    expect(pagesOf({ boxes: [box(4), box(3), box(4)] } as Evidence)).toEqual([3, 4]);
  });
});

describe("questions", () => {
  const question = (id: string, section: string | null) => ({ id, section, question: id, answer: null }) as Question;

  it("stand in the order of the result, the summary's late, people's own last", () => {
    const groups = bySection([question("1", null), question("2", "executive_summary"), question("3", "risks"),
      question("4", "paper_profile"), question("5", "risks"), question("6", "of_tomorrow")]);

    expect(groups.map((g) => [g.section, g.questions.map((q) => q.id)])).toEqual([["paper_profile", ["4"]],
      ["risks", ["3", "5"]], ["executive_summary", ["2"]], ["of_tomorrow", ["6"]], [null, ["1"]]]);
  });

  it("links work until they expire or are revoked", () => {
    const link = (expires: string, revoked: string | null) => ({ expires_at: expires, revoked_at: revoked }) as QuestionLink;
    const now = Date.parse(NOW);

    expect(linkState(link("2026-02-01T00:00:00Z", null), now)).toBe("active");
    expect(linkState(link(NOW, null), now)).toBe("expired");
    expect(linkState(link("2026-02-01T00:00:00Z", NOW), now)).toBe("revoked");
  });
});

describe("a difference", () => {
  const diff = {
    score: { parts: [{ id: "readiness", left: 0.5, right: 0.5 }, { id: "ip_room", left: null, right: 0.2 }] },
    trl: { answers: [{ criterion_id: "trl1.principle", left: "yes", right: "yes" },
      { criterion_id: "trl3.poc", left: "unclear", right: "yes" }] },
    sections: [
      { section: "risks", added: [claim("c1")], removed: [], changed: [{ left: claim("c2"), right: claim("c2") }], same: 3 },
      { section: "swot", added: [], removed: [], changed: [], same: 4 },
      { section: "competition", added: [], removed: [claim("c5")], changed: [], same: 0 },
    ],
  } as unknown as Diff;

  it("is grouped by section, equal ones only counted", () => {
    expect(groupDiff(diff)).toMatchObject({ differences: 3, same: 7, sections: [{ section: "risks" },
      { section: "competition" }], parts: [{ id: "ip_room" }], answers: [{ criterion_id: "trl3.poc" }] });
    expect(groupDiff(diff).sections.length).toBe(2);
  });

  it("of recipes is shown in one line", () => {
    expect(plainValue(null)).toBe("");
    expect(plainValue("en")).toBe("en");
    expect(plainValue({ language: "zh" })).toBe('{"language":"zh"}');
  });
});

it("tokens and costs of stages add up, unknown ones left out", () => {
  expect(totalsOf([{ input_tokens: 100, cached_tokens: 40, output_tokens: 7, cost_micro_usd: 9 },
    { input_tokens: null, cost_micro_usd: 1 }, {}])).toEqual({ input: 100, cached: 40, output: 7, cost: 10 });
});
