/*
 * Words of the interface.  The English catalog defines the keys; the Chinese
 * one must have the same (a missing key does not compile).  A catalog is made
 * of parts, each a chunk of its own in each language: "base" is loaded before
 * the first render, the others with the first thing that speaks them.
 *
 * A message is a string with {name} holes, or a plural with the forms of
 * Intl.PluralRules, chosen by the parameter `n`.
 */
import { batch, signal } from "@preact/signals";
import { store } from "../app/store";
import type { en } from "./en";
import type { enAsk } from "./en-ask";
import type { enResult } from "./en-result";
import type { enReview } from "./en-review";
import type { enRun } from "./en-run";

export type Language = "en" | "zh";
export type Message = string | { one?: string; other: string };
export type BaseKey = keyof typeof en;
export type Key = BaseKey | keyof typeof enResult | keyof typeof enRun | keyof typeof enReview | keyof typeof enAsk;
export type CatalogOf<E> = Record<keyof E, Message>;
export type Params = Record<string, string | number>;

const KEY = "paperal.language";
const LOCALES: Record<Language, string> = { en: "en-GB", zh: "zh-CN" };

type Load = () => Promise<Partial<Record<Key, Message>>>;

const loaders = {
  base: {
    en: async () => (await import("./en")).en,
    zh: async () => (await import("./zh-CN")).zhCN,
  },
  result: {
    en: async () => (await import("./en-result")).enResult,
    zh: async () => (await import("./zh-CN-result")).zhCNResult,
  },
  run: {
    en: async () => (await import("./en-run")).enRun,
    zh: async () => (await import("./zh-CN-run")).zhCNRun,
  },
  review: {
    en: async () => (await import("./en-review")).enReview,
    zh: async () => (await import("./zh-CN-review")).zhCNReview,
  },
  ask: {
    en: async () => (await import("./en-ask")).enAsk,
    zh: async () => (await import("./zh-CN-ask")).zhCNAsk,
  },
} satisfies Record<string, Record<Language, Load>>;

export type WordPart = keyof typeof loaders;

export const language = signal<Language>("en");
const catalog = signal<Partial<Record<Key, Message>> | null>(null);
const wanted = new Set<WordPart>(["base"]);
let target: Language = "en";
let latest: Promise<void> = Promise.resolve();

/* A load that was overtaken by another one changes nothing, and ends with it. */
async function load(): Promise<void> {
  const next = target;
  const run = Promise.all([...wanted].map((part) => (loaders[part][next] as Load)())).then((parts) => {
    if (latest === run) {
      batch(() => {
        language.value = next;
        catalog.value = Object.assign({}, ...parts) as Partial<Record<Key, Message>>;
      });
    }
  });

  latest = run;
  await run;
  await latest;
}

export function initialLanguage(): Language {
  const stored = store.get(KEY);

  if (stored === "en" || stored === "zh") {
    return stored;
  }

  return navigator.languages.some((l) => l.toLowerCase().startsWith("zh"))
    && !navigator.language.toLowerCase().startsWith("en") ? "zh" : "en";
}

export async function setLanguage(next: Language): Promise<void> {
  if (catalog.peek() === null || next !== target) {
    target = next;

    try {
      await load();
    } catch (error) {
      target = language.peek();
      throw error;
    }
  }

  store.set(KEY, next);
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
}

/* Without effect for parts that are there. */
export async function loadWords(...parts: WordPart[]): Promise<void> {
  const missing = parts.filter((part) => !wanted.has(part));

  if (missing.length === 0) {
    return parts.length === 0 ? undefined : latest;
  }

  missing.forEach((part) => wanted.add(part));

  try {
    await load();
  } catch (error) {
    missing.forEach((part) => wanted.delete(part));
    throw error;
  }
}

/* For a page apart from the application: these parts and no other. */
export function onlyWords(...parts: WordPart[]): void {
  wanted.clear();
  parts.forEach((part) => wanted.add(part));
}

export function locale(): string {
  return LOCALES[language.value];
}

export function fill(text: string, params: Params, number: (n: number) => string): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = params[name];

    return value === undefined ? hole : typeof value === "number" ? number(value) : value;
  });
}

export function t(key: Key, params: Params = {}): string {
  const message = catalog.value?.[key];

  if (message === undefined) {
    return key;
  }

  if (typeof message === "string") {
    return fill(message, params, formatNumber);
  }

  const form = new Intl.PluralRules(locale()).select(Number(params["n"] ?? 0));

  return fill(form === "one" && message.one !== undefined ? message.one : message.other, params, formatNumber);
}

/* The message of a key made from a value of the server, or null if unknown. */
export function tOptional(key: string): string | null {
  const message = catalog.value?.[key as Key];

  return typeof message === "string" ? message : null;
}

/* A name of the server without a message: "end_users" → "end users". */
export function tName(prefix: string, name: string): string {
  return tOptional(`${prefix}.${name}`) ?? name.replaceAll("_", " ");
}

export function formatNumber(n: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(locale(), options).format(n);
}

export function formatPercent(share: number): string {
  return formatNumber(share, { style: "percent", maximumFractionDigits: 0 });
}

export function formatBytes(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));

  return formatNumber(bytes / 1000 ** step, {
    style: "unit", unit: units[step]!, unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 1 ? 1 : 0,
  });
}

export function formatDate(iso: string, style: "date" | "time" = "date"): string {
  return new Intl.DateTimeFormat(locale(), style === "date"
    ? { dateStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

export function formatSeconds(seconds: number): string {
  return formatNumber(seconds, {
    style: "unit", unit: "second", unitDisplay: "narrow", maximumFractionDigits: seconds < 10 ? 1 : 0,
  });
}

export function formatList(items: string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction", style: "narrow" }).format(items);
}
