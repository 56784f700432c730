import { describe, expect, it } from "vitest";
import { en } from "../src/i18n/en";
import { enResult } from "../src/i18n/en-result";
import { fill, type Message } from "../src/i18n";
import { zhCN } from "../src/i18n/zh-CN";
import { zhCNResult } from "../src/i18n/zh-CN-result";

const english: Record<string, Message> = { ...en, ...enResult };
const chinese: Record<string, Message> = { ...zhCN, ...zhCNResult };

const texts = (message: Message): string[] => typeof message === "string" ? [message] : Object.values(message);
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).sort();

describe("catalogs", () => {
  it("have the same keys", () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
  });

  it("do not share a key between their two parts", () => {
    expect(Object.keys(en).filter((key) => key in enResult)).toEqual([]);
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
