/* Sizes of the build, compressed as nginx sends them. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

interface Chunk {
  file: string;
  src?: string;
  isEntry?: boolean;
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
const entry = withImports(Object.keys(manifest).find((key) => manifest[key]!.isEntry)!);
const fresh = (source: string): Set<string> =>
  new Set([...withImports(keyOf(source))].filter((key) => !entry.has(key)));

describe("budgets", () => {
  it.each(["en", "zh-CN"])("first load in %s: at most 40 kB of script", (catalog) => {
    const first = new Set([...entry, ...fresh(`src/i18n/${catalog}.ts`), ...fresh("src/pages/login.tsx")]);

    expect(total(first)).toBeLessThanOrEqual(40 * KB);
  });

  const pages = readdirSync(join(import.meta.dirname, "../src/pages")).map((name) => `src/pages/${name}`)
      .filter((source) => keyOf(source) !== undefined);

  it("knows all pages", () => {
    expect(pages.length).toBeGreaterThanOrEqual(9);
  });

  it.each(pages)("%s: at most 15 kB more", (page) => {
    const words = page.endsWith("/analysis.tsx") ? [...fresh("src/i18n/zh-CN-result.ts")] : [];

    expect(total(new Set([...fresh(page), ...words]))).toBeLessThanOrEqual(15 * KB);
  });

  it("style sheets: at most 10 kB", () => {
    const css = [...entry].flatMap((key) => manifest[key]!.css ?? []);

    expect(css.length).toBeGreaterThan(0);
    expect(css.reduce((sum, file) => sum + size(file), 0)).toBeLessThanOrEqual(10 * KB);
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

  it("the page has no inline script or style", () => {
    const html = readFileSync(join(dist, "index.html"), "utf8");

    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)/);
  });
});
