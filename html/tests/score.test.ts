import { beforeAll, describe, expect, it } from "vitest";
import { loadWords, setLanguage } from "../src/i18n";
import { scoreText } from "../src/results/score";

const score = (overall: number | null, low: number | null, high: number | null) => scoreText(
    { overall, low, high, formula_version: "2", confidence: "low", parts: [] });

beforeAll(async () => {
  await setLanguage("en");
  await loadWords("result");
});

describe("the words of a score", () => {
  it("never show the middle of an interval alone", () => {
    expect(score(45, 25.6, 64.5)).toBe("45 (26 to 65)");
  });

  it("are the interval where it is too wide for a middle", () => {
    expect(score(null, 8.3, 52.7)).toBe("8 to 53");
  });

  it("are one number where nothing is unknown", () => {
    expect(score(40, 40, 40)).toBe("40");
  });

  it("say that there is none", () => {
    expect(score(null, null, null)).toBe("Not determined");
  });
});
