import { beforeAll, describe, expect, it } from "vitest";
import type { Analysis } from "../src/api/client";
import { setLanguage } from "../src/i18n";
import { costsOf } from "../src/run/costs";
import { sameTitle } from "../src/run/erase-dialog";
import { formatUsd, formatUsdPlain, formatUsdRange, parseUsd } from "../src/run/money";
import { firstSettings, hostRefused, limitIsBad, requestOf, WEIGHTS, type RunSettings } from "../src/run/settings";
import { safeUrl } from "../src/run/sources";

beforeAll(() => setLanguage("en"));

describe("money", () => {
  it.each([[0, "US$0.00"], [7, "US$0.000007"], [1_250, "US$0.0013"], [34_567, "US$0.035"], [250_000, "US$0.25"],
    [123_456, "US$0.123"], [1_000_000, "US$1.00"], [1_239_999, "US$1.24"], [12_345_678_900, "US$12,345.68"]])(
      "%i micro-USD", (micro, text) => {
        expect(formatUsd(micro)).toBe(text);
      });

  it("never shows a cost as nothing", () => {
    for (let micro = 1; micro < 2_000_000; micro = Math.ceil(micro * 1.7)) {
      expect(formatUsd(micro)).toMatch(/[1-9]/);
    }
  });

  it("stands in columns", () => {
    expect([0, 7, 3_000, 1_234_567].map(formatUsdPlain)).toEqual(["0.0000", "0.000007", "0.0030", "1.2346"]);
  });

  it("shows a range once", () => {
    expect(formatUsdRange(20_000, 50_000)).toBe("US$0.02–0.05");
    expect(formatUsdRange(0, 0)).toMatch(/0\.00/);
  });

  it.each([["0.50", 500_000], [" 1,5 ", 1_500_000], ["$2", 2_000_000], ["US$ 0.000001", 1], [".25", 250_000],
    ["3.", 3_000_000], ["0", 0], ["12 USD", 12_000_000], ["5美元", 5_000_000]])("reads %s", (text, micro) => {
    expect(parseUsd(text)).toBe(micro);
  });

  it.each(["", "abc", "-1", "1.2.3", "1,234.50", "1e3", "0.0000001", "99999999", "∞", "NaN"])("does not read %j", (text) => {
    expect(parseUsd(text)).toBeNull();
  });
});

describe("settings of a run", () => {
  const base: RunSettings = { engine: "openai", type: "standard", language: "zh", focus: "", context: "",
    weights: { ...WEIGHTS }, limit: "" };

  it("send no more than what was chosen", () => {
    expect(requestOf(base)).toEqual({ engine: "openai", analysis_type: "standard", parameters: { language: "zh" } });
    expect(requestOf({ ...base, type: "deep", focus: " costs \n\n regulation\n", context: " medical ", limit: "0.5",
      weights: { ...WEIGHTS, readiness: 40 } })).toEqual({ engine: "openai", analysis_type: "deep", parameters: {
      language: "zh", focus_areas: ["costs", "regulation"], industry_context: "medical", weights: { readiness: 40 },
      max_cost_micro_usd: 500_000 } });
  });

  it("give the embedded analyser nothing that it cannot use", () => {
    expect(requestOf({ ...base, engine: "embedded", type: "deep", focus: "a", context: "b", limit: "1" })).toEqual(
        { engine: "embedded", analysis_type: "standard", parameters: { language: "zh" } });
  });

  it("keep within the API's limits", () => {
    const focus = requestOf({ ...base, focus: `${"x".repeat(300)}\n${"y\n".repeat(40)}` }).parameters!.focus_areas!;

    expect(focus.length).toBe(20);
    expect(focus[0]!.length).toBe(200);
  });

  it("begin with the configured engine", () => {
    const models = { engine: "openai", engines: ["embedded", "openai"] } as Parameters<typeof firstSettings>[0];

    expect(firstSettings(models, "en").engine).toBe("openai");
    expect(firstSettings(undefined, "en").engine).toBe("embedded");
  });

  it("refuse an amount that is none", () => {
    expect(limitIsBad({ ...base, limit: "much" })).toBe(true);
    expect(limitIsBad({ ...base, limit: "" })).toBe(false);
    expect(limitIsBad({ ...base, engine: "embedded", limit: "much" })).toBe(false);
  });

  it("know which host a confidential paper may go to", () => {
    const paper = (unpublished: boolean, ...hosts: string[]) => ({ unpublished, llm_hosts: hosts });

    expect(hostRefused(paper(false), "api.example")).toBe(false);
    expect(hostRefused(paper(true), "api.example")).toBe(true);
    expect(hostRefused(paper(true, "API.example"), "api.example:8443")).toBe(false);
    expect(hostRefused(paper(true, "evil.example"), "api.example")).toBe(true);
    expect(hostRefused({ unpublished: true, llm_hosts: null }, "api.example")).toBe(true);
  });
});

describe("costs of a run", () => {
  const analysis = (cost: number, stages: object[], max?: number) => ({ cost_micro_usd: cost, stages,
    parameters: max === undefined ? {} : { max_cost_micro_usd: max } }) as unknown as Analysis;

  it("are never behind the stages' own", () => {
    expect(costsOf(analysis(5, [{ cost_micro_usd: 4 }, { cost_micro_usd: null }, { cost_micro_usd: 3,
      in_doubt_micro_usd: 2 }], 10))).toEqual({ spent: 7, reserved: 0, inDoubt: 2, limit: 10 });
    expect(costsOf(analysis(9, [{ cost_micro_usd: 4 }]))).toEqual({ spent: 9, reserved: 0, inDoubt: 0, limit: null });
  });
});

describe("small guards", () => {
  it("the title must be typed, spelling of space and width aside", () => {
    expect(sameTitle(" a ﬁne  Title ", "A fine Title")).toBe(true);
    expect(sameTitle("A fine Titl", "A fine Title")).toBe(false);
    expect(sameTitle("", "A fine Title")).toBe(false);
  });

  it("only web addresses become links", () => {
    expect(safeUrl("https://example.org/a")).toBe("https://example.org/a");
    expect(safeUrl("HTTP://example.org")).toBe("HTTP://example.org");
    expect(safeUrl("javascript:alert(1)")).toBeNull();
    expect(safeUrl(" https://x")).toBeNull();
    expect(safeUrl(null)).toBeNull();
  });
});
