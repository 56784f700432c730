/*
 * Words of the interface.  The English catalog defines the keys; the Chinese
 * one must have the same (a missing key does not compile).  A catalog is a
 * chunk of its own, loaded before the first render; the words of results are
 * another, loaded with the first result.
 *
 * A message is a string with {name} holes, or a plural with the forms of
 * Intl.PluralRules, chosen by the parameter `n`.
 */
import { batch, signal } from "@preact/signals";
import { store } from "../app/store";
import type { en } from "./en";
import type { enResult } from "./en-result";

export type Language = "en" | "zh";
export type Message = string | { one?: string; other: string };
export type BaseKey = keyof typeof en;
export type ResultKey = keyof typeof enResult;
export type Key = BaseKey | ResultKey;
export type BaseCatalog = Record<BaseKey, Message>;
export type ResultCatalog = Record<ResultKey, Message>;
export type Params = Record<string, string | number>;

const KEY = "paperal.language";
const LOCALES: Record<Language, string> = { en: "en-GB", zh: "zh-CN" };

export const language = signal<Language>("en");
const catalog = signal<Partial<Record<Key, Message>> | null>(null);
let withResults = false;

const loaders: Record<Language, () => Promise<BaseCatalog>> = {
  en: async () => (await import("./en")).en,
  zh: async () => (await import("./zh-CN")).zhCN,
};

const resultLoaders: Record<Language, () => Promise<ResultCatalog>> = {
  en: async () => (await import("./en-result")).enResult,
  zh: async () => (await import("./zh-CN-result")).zhCNResult,
};

async function load(next: Language): Promise<void> {
  const parts = await Promise.all([loaders[next](), withResults ? resultLoaders[next]() : {}]);

  batch(() => {
    language.value = next;
    catalog.value = { ...parts[0], ...parts[1] };
  });
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
  if (catalog.peek() === null || next !== language.peek()) {
    await load(next);
  }

  store.set(KEY, next);
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
}

export async function loadResultWords(): Promise<void> {
  if (!withResults) {
    withResults = true;
    await load(language.peek());
  }
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
