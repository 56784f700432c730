/* The lock file installs with Debian's npm, from whatever registry it has. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

interface Entry {
  resolved?: string;
  link?: boolean;
  optional?: boolean;
  engines?: object;
  integrity?: string;
  version?: string;
}

const lock = JSON.parse(readFileSync(join(import.meta.dirname, "../package-lock.json"), "utf8")) as
  { packages: Record<string, Entry> };
const entries = Object.entries(lock.packages);

it("names no registry", () => {
  expect(entries.filter(([, e]) => /:\/\//.test(e.resolved ?? "")).map(([name]) => name)).toEqual([]);
});

it("pins every package by digest", () => {
  expect(entries.filter(([name, e]) => name.includes("node_modules/") && !e.link && !e.integrity)
      .map(([name]) => name)).toEqual([]);
});

it("lets an old npm keep the optional packages of the pinned Node", () => {
  expect(entries.filter(([, e]) => e.optional && e.engines).map(([name]) => name)).toEqual([]);
});

it("pins Node 22 for both platforms", () => {
  for (const platform of ["x64", "arm64"]) {
    expect(lock.packages[`node_modules/node-linux-${platform}`]?.version).toMatch(/^22\./);
  }
});
