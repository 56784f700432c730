/* Money is integer micro-USD everywhere but on the screen. */
import { formatNumber, locale } from "../i18n";

export const MICRO = 1_000_000;

/* Cents above a dollar; below it enough digits to tell small costs apart. */
function digits(usd: number): number {
  if (usd === 0 || usd >= 1) {
    return 2;
  }

  return usd >= 0.01 ? 3 : usd >= 0.001 ? 4 : 6;
}

function style(usd: number): Intl.NumberFormatOptions {
  return { style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: digits(usd) };
}

/* For tables that say elsewhere what currency it is: digits in columns. */
export function formatUsdPlain(micro: number): string {
  return formatNumber(micro / MICRO, { minimumFractionDigits: 4,
    maximumFractionDigits: micro > 0 && micro < 100 ? 6 : 4 });
}

export function formatUsd(micro: number): string {
  return formatNumber(micro / MICRO, style(Math.abs(micro / MICRO)));
}

export function formatUsdRange(low: number, high: number): string {
  return new Intl.NumberFormat(locale(), style(high / MICRO)).formatRange(low / MICRO, high / MICRO);
}

/* What a person typed, in dollars; null when it is not an amount. */
export function parseUsd(text: string): number | null {
  const plain = text.trim().replace(/^(US)?\$\s*/i, "").replace(/\s*(USD|美元)$/i, "").replace(",", ".");

  if (!/^(\d{1,7}(\.\d{0,6})?|\.\d{1,6})$/.test(plain)) {
    return null;
  }

  return Math.round(Number(plain) * MICRO);
}
