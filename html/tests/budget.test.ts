/* Sizes of the build, compressed as nginx sends them. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

interface Chunk {
  file: string;
  src?: string;
  isEntry?: boolean;
  isDynamicEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
  css?: string[];
}

const KB = 1000;
const dist = join(import.meta.dirname, "../dist");
const manifest = JSON.parse(readFileSync(join(dist, ".vite/manifest.json"), "utf8")) as Record<string, Chunk>;
const size = (file: string): number => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

function withImports(key: string, seen = new Set<string>()): Set<string> {
  if (!seen.has(key)) {
    seen.add(key);
    manifest[key]!.imports?.forEach((next) => withImports(next, seen));
  }

  return seen;
}

const keyOf = (source: string): string => Object.keys(manifest).find((key) => manifest[key]!.src === source)!;
const total = (keys: Iterable<string>): number =>
  [...keys].reduce((sum, key) => sum + size(manifest[key]!.file), 0);
const entry = withImports("index.html");
const fresh = (source: string): Set<string> =>
  new Set([...withImports(keyOf(source))].filter((key) => !entry.has(key)));

/* The catalogs that a page speaks beside the base, in the larger language. */
const speaks: Record<string, string[]> = { analysis: ["result"], diff: ["result", "review", "run"] };
const wordsOf = (page: string): string[] => (speaks[/(\w+)\.tsx$/.exec(page)![1]!] ?? [])
    .flatMap((part) => [...fresh(`src/i18n/zh-CN-${part}.ts`)]);

describe("budgets", () => {
  it.each(["en", "zh-CN"])("first load in %s: at most 40 kB of script", (catalog) => {
    const first = new Set([...entry, ...fresh(`src/i18n/${catalog}.ts`), ...fresh("src/pages/login.tsx")]);

    expect(total(first)).toBeLessThanOrEqual(40 * KB);
  });

  it.each(["en", "zh-CN"])("the page of a link to questions in %s: at most 25 kB of script", (catalog) => {
    const ask = withImports("ask.html");

    expect(total(ask) + size(manifest[keyOf(`src/i18n/${catalog}-ask.ts`)]!.file)).toBeLessThanOrEqual(25 * KB);
    /* Nothing of the application, above all not who is signed in. */
    expect([...ask].filter((key) => key.startsWith("_app"))).toEqual([]);
    expect([...ask].map((key) => readFileSync(join(dist, manifest[key]!.file), "utf8")).join("")).not.toMatch(
        /users\/me|auth\/session/);
  });

  const pages = readdirSync(join(import.meta.dirname, "../src/pages")).map((name) => `src/pages/${name}`)
      .filter((source) => keyOf(source) !== undefined);

  it("knows all pages", () => {
    expect(pages.length).toBeGreaterThanOrEqual(10);
  });

  it.each(pages)("%s: at most 15 kB more", (page) => {
    expect(total(new Set([...fresh(page), ...wordsOf(page)]))).toBeLessThanOrEqual(15 * KB);
  });

  const parts = ["run", "review"].flatMap((folder) => readdirSync(join(import.meta.dirname, "../src", folder))
      .map((name) => `src/${folder}/${name}`)).filter((source) => manifest[keyOf(source)]?.isDynamicEntry);

  it("knows the parts that are loaded when they are shown", () => {
    expect(parts.length).toBeGreaterThanOrEqual(9);
  });

  it.each(parts)("%s: at most 15 kB more, its words counted", (part) => {
    const spoken = part.startsWith("src/run/") ? ["run", "result"] : ["review", "run", "result"];
    const words = spoken.flatMap((name) => [...fresh(`src/i18n/zh-CN-${name}.ts`)]);

    expect(total(new Set([...fresh(part), ...words]))).toBeLessThanOrEqual(15 * KB);
  });

  it("style sheets: at most 10 kB", () => {
    for (const page of ["index.html", "ask.html"]) {
      const css = [...readFileSync(join(dist, page), "utf8").matchAll(/href="\/(assets\/[^"]+\.css)"/g)].map((m) => m[1]!);

      expect(css.length).toBeGreaterThan(0);
      expect(css.reduce((sum, file) => sum + size(file), 0)).toBeLessThanOrEqual(10 * KB);
      /* What both pages share must not come after what is special to one. */
      expect(css[0]).toMatch(/^assets\/base-/);
    }
  });

  it("one font of at most 50 kB", () => {
    const fonts = readdirSync(join(dist, "assets")).filter((name) => name.endsWith(".woff2"));

    expect(fonts.length).toBe(1);
    expect(statSync(join(dist, "assets", fonts[0]!)).size).toBeLessThanOrEqual(50 * KB);
  });

  it("every larger text file has its compressed twin", () => {
    for (const name of readdirSync(join(dist, "assets"))) {
      if (/\.(js|mjs|css)$/.test(name) && statSync(join(dist, "assets", name)).size >= 1024) {
        expect(existsSync(join(dist, "assets", `${name}.gz`)), name).toBe(true);
      }
    }
  });

  it.each(["index.html", "ask.html"])("%s has no inline script or style", (page) => {
    const html = readFileSync(join(dist, page), "utf8");

    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)/);
  });
});
