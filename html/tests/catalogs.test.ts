import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "../src/i18n/en";
import { enAsk } from "../src/i18n/en-ask";
import { enResult } from "../src/i18n/en-result";
import { enReview } from "../src/i18n/en-review";
import { enRun } from "../src/i18n/en-run";
import { fill, type Message } from "../src/i18n";
import { zhCN } from "../src/i18n/zh-CN";
import { zhCNAsk } from "../src/i18n/zh-CN-ask";
import { zhCNResult } from "../src/i18n/zh-CN-result";
import { zhCNReview } from "../src/i18n/zh-CN-review";
import { zhCNRun } from "../src/i18n/zh-CN-run";

const parts = { en, enAsk, enResult, enReview, enRun };
const english: Record<string, Message> = Object.assign({}, ...Object.values(parts));
const chinese: Record<string, Message> = { ...zhCN, ...zhCNAsk, ...zhCNResult, ...zhCNReview, ...zhCNRun };

const texts = (message: Message): string[] => typeof message === "string" ? [message] : Object.values(message);
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).sort();

describe("catalogs", () => {
  it("have the same keys", () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
  });

  it("do not share a key between their parts", () => {
    expect(Object.values(parts).reduce((n, part) => n + Object.keys(part).length, 0)).toBe(Object.keys(english).length);
  });

  it("have words for every way in which an analysis by a model ends", () => {
    for (const code of ["LLM_HOST_NOT_ALLOWED", "LLM_UNAUTHORIZED", "LLM_QUOTA", "LLM_RATE_LIMITED", "LLM_UNAVAILABLE",
      "LLM_MODEL_NOT_FOUND", "LLM_BAD_REQUEST", "LLM_REFUSED", "LLM_TRUNCATED", "LLM_CONTEXT_EXCEEDED",
      "LLM_CONTEXT_TRUNCATED", "LLM_BAD_ANSWER", "BUDGET_EXCEEDED", "CONFLICT", "SERVER_ERROR"]) {
      expect(Object.keys(enRun)).toContain(`failure.${code}`);
    }
  });

  it("have words for everything that the reader of a PDF warns of", () => {
    const sources = join(import.meta.dirname, "../../worker/extract");
    const warned = readdirSync(sources).filter((name) => name.endsWith(".c"))
      .flatMap((name) => [...readFileSync(join(sources, name), "utf8").matchAll(/doc_warn\(doc, "(\w+)"\)/g)])
      .map((m) => `remark.${m[1]}`);

    expect(warned).toContain("remark.hidden_text");
    expect(Object.keys(enResult)).toEqual(expect.arrayContaining(warned));
  });

  it("say of the embedded engine exactly what it is", () => {
    expect(enRun["run.embedded_note"]).toBe(
        "Embedded extractive analysis: quotes from the paper, no AI model, no outside data.");
    expect(enResult["result.embedded"]).toBe(enRun["run.embedded_note"]);
    expect(zhCNResult["result.embedded"]).toBe(zhCNRun["run.embedded_note"]);
  });

  it.each(Object.keys(english))("%s has the same holes in both", (key) => {
    const wanted = [...new Set(texts(english[key]!).flatMap(holes))];

    for (const text of [...texts(english[key]!), ...texts(chinese[key]!)]) {
      expect(text.trim()).not.toBe("");
      expect([...new Set(holes(text))]).toEqual(wanted);
    }
  });

  it("are in their language", () => {
    expect(Object.entries(english).filter(([, m]) => texts(m).some((s) => /[\u4e00-\u9fff]/.test(s)))).toEqual([]);

    const same = Object.keys(english).filter((key) => texts(english[key]!)[0] === texts(chinese[key]!)[0]);

    expect(same.sort()).toEqual(["meta.arxiv_id", "meta.doi", "trl.level", "trl.range"]);
  });
});

describe("fill", () => {
  it("puts parameters into holes and leaves unknown holes", () => {
    expect(fill("{n} of {of}, {what}", { n: 2, of: 1200 }, (n) => n.toFixed(1))).toBe("2.0 of 1200.0, {what}");
  });

  it("takes a value for text, whatever it looks like", () => {
    expect(fill("“{title}”", { title: "{title} $& <b>" }, String)).toBe("“{title} $& <b>”");
  });
});
