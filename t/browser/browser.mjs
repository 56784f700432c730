/*
 * What the browser tests share: Chromium, a page that notices every console
 * error and policy violation, papers to upload, and the accessibility check.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const require = createRequire(join(root, "html/package.json"));
const { chromium } = require("playwright-core");
const axe = require("axe-core");

export const BASE = process.env.PAPERAL_URL;
export const PASSWORD = "correct horse battery staple";
export const DEADLINE = 30_000;

const OUTPUT = join(import.meta.dirname, "output");
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));

mkdirSync(OUTPUT, { recursive: true });

export async function launch() {
  assert.ok(BASE, "PAPERAL_URL must name a running Paperal: start these tests with t/browser/run");

  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

let pdfs = process.env.PAPERAL_PDFS;

/* Path of a paper made by t/pdf/make-pdfs. */
export function pdf(name) {
  if (pdfs === undefined) {
    pdfs = mkdtempSync(join(tmpdir(), "paperal-pdfs-"));
    process.on("exit", () => execFileSync("rm", ["-rf", pdfs]));
    execFileSync(join(root, "t/pdf/make-pdfs"), [pdfs]);
  }

  return join(pdfs, name);
}

/*
 * A page in a context of its own.  problems() are the console errors, broken
 * scripts and policy violations so far, failed requests that were announced
 * with expectStatus() left out.
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({
    baseURL: BASE, viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options,
  });
  const page = await context.newPage();
  const problems = [];
  const expected = new Set();

  page.setDefaultTimeout(DEADLINE);
  page.on("pageerror", (error) => problems.push(`script: ${error.stack}`));
  page.on("console", (message) => {
    const text = message.text();
    const status = /status of (\d+)/.exec(text)?.[1];

    if (message.type() === "error" && !(status && expected.has(Number(status)))
        && !(expected.has(0) && text.includes("net::ERR_"))) {
      problems.push(`console: ${text} ${message.location().url}`);
    }
  });

  await context.exposeFunction("reportViolation", (text) => problems.push(`policy: ${text}`));
  await context.addInitScript(() => addEventListener("securitypolicyviolation", (event) =>
    globalThis.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`)));

  return {
    context,
    page,
    problems: () => problems,
    /* An answer with an error status that the test provokes; 0: no answer. */
    expectStatus: (...codes) => codes.forEach((code) => expected.add(code)),
  };
}

export function uniqueEmail() {
  return `browser-${process.pid}-${Date.now()}-${Math.floor(Math.random() * 1e6)}@example.org`;
}

/* Registers through the page and ends on the overview. */
export async function register(page, { name = "Ada Example", email = uniqueEmail() } = {}) {
  await page.goto("/register");
  await page.fill("input[name=name]", name);
  await page.fill("input[name=email]", email);
  await page.fill("input[name=password]", PASSWORD);
  await page.click("form button[type=submit]");
  await page.waitForSelector(".drop-zone");
  return email;
}

/* Drops files on the window as a person would, anywhere but a drop zone. */
export async function dropFiles(page, paths) {
  const files = paths.map((path) => ({
    name: path.split("/").at(-1), bytes: readFileSync(path).toString("base64"),
  }));
  const transfer = await page.evaluateHandle((list) => {
    const data = new DataTransfer();

    for (const { name, bytes } of list) {
      data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name,
          { type: "application/pdf" }));
    }

    return data;
  }, files);

  await page.dispatchEvent("main", "dragenter", { dataTransfer: transfer });
  await page.waitForSelector(".drop-cover");
  await page.dispatchEvent("main", "dragover", { dataTransfer: transfer });
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
}

/* Uploads one paper and waits until its result is there; gives both ids. */
export async function analysedPaper(page, name) {
  const body = readFileSync(pdf(name)).toString("base64");

  return page.evaluate(async ([fileName, bytes, deadline]) => {
    const call = async (path, init) => (await (await fetch(`/api/v1${path}`, init)).json()).data;
    const paper = await call("/papers?analyze=true", {
      method: "POST",
      headers: { "Content-Type": "application/pdf", "X-Paperal-Filename": fileName },
      body: Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)),
    });
    const end = Date.now() + deadline;

    for (;;) {
      const { status, error, latest_analysis: analysis } = await call(`/papers/${paper.id}`);

      if (analysis?.status === "completed") {
        return { paper: paper.id, analysis: analysis.id };
      }

      if (Date.now() > end || status === "failed") {
        throw new Error(`${fileName} is ${status}, ${JSON.stringify(error)}, ${JSON.stringify(analysis)}`);
      }

      await new Promise((wake) => setTimeout(wake, 200));
    }
  }, [name, body, DEADLINE]);
}

/* Nothing is loading any more, PDF pages included. */
export async function settled(page) {
  await page.waitForSelector("h1");
  await page.waitForFunction(() => document.querySelector(".skeleton, .page-loading") === null
    && document.querySelector("[aria-busy=true]") === null);
  await page.waitForFunction(() => {
    const box = document.querySelector(".pdf-scroll");

    if (box === null) {
      return true;
    }

    const view = box.getBoundingClientRect();
    const seen = [...box.querySelectorAll(".pdf-page")].filter((page) => {
      const { top, bottom } = page.getBoundingClientRect();

      return bottom > view.top && top < view.bottom;
    });

    return seen.length > 0 && seen.every((page) => page.querySelector("canvas") !== null);
  });
}

export async function screenshot(page, name) {
  await page.screenshot({ path: join(OUTPUT, `${name}.png`) });
}

export async function assertAccessible(page, what) {
  await page.evaluate(axe.source);

  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations"] }));

  assert.deepEqual(violations.map((v) => `${what}: ${v.id}: ${v.nodes[0].html.slice(0, 200)}`), []);
}

/* What moved after it was shown, by no doing of the user. */
export async function assertStable(page, what) {
  const shift = await page.evaluate(() => new Promise((resolve) => {
    let sum = 0;
    const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
      sum += entry.hadRecentInput ? 0 : entry.value;
    }));

    observer.observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => {
      observer.takeRecords().forEach((entry) => {
        sum += entry.hadRecentInput ? 0 : entry.value;
      });
      observer.disconnect();
      resolve(sum);
    }));
  }));

  assert.ok(shift <= 0.05, `${what}: layout shift ${shift.toFixed(3)}`);
}

/* No page is wider than its window. */
export async function assertNoOverflow(page, what) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

  assert.ok(over <= 0, `${what}: ${over} px too wide`);
}

/*
 * The words that lie under the active marks, read from the text layer letter
 * by letter, and how much of the page the marks cover.
 */
export async function wordsUnderMarks(page) {
  return page.evaluate(() => {
    const marks = [...document.querySelectorAll(".pdf-mark-active")].map((m) => m.getBoundingClientRect());
    let text = "";

    for (const mark of marks) {
      for (const span of document.querySelectorAll(".pdf-text span")) {
        const rect = span.getBoundingClientRect();

        if (rect.bottom < mark.top || rect.top > mark.bottom || rect.right < mark.left || rect.left > mark.right) {
          continue;
        }

        const range = document.createRange();

        for (let i = 0; i < span.firstChild.length; i++) {
          range.setStart(span.firstChild, i);
          range.setEnd(span.firstChild, i + 1);

          const letter = range.getBoundingClientRect();
          const x = (letter.left + letter.right) / 2;
          const y = (letter.top + letter.bottom) / 2;

          if (x >= mark.left && x <= mark.right && y >= mark.top && y <= mark.bottom) {
            text += span.firstChild.data[i];
          }
        }
      }

      text += " ";
    }

    return { text, marks: marks.map(({ x, y, width, height }) => ({ x, y, width, height })) };
  });
}

/* Letters and digits only: line breaks, hyphens and ligatures do not count. */
export function letters(text) {
  return text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/* Share of the quote's three-letter pieces that lie under the marks. */
export function coverage(quote, covered) {
  const wanted = letters(quote);
  const found = letters(covered);
  let hits = 0;

  for (let i = 0; i + 3 <= wanted.length; i++) {
    hits += found.includes(wanted.slice(i, i + 3)) ? 1 : 0;
  }

  return hits / Math.max(1, wanted.length - 2);
}

/* The marks of the selected quote lie on its words, and on little else. */
export async function assertMarksOnWords(page, quote, what) {
  await page.waitForFunction(() => {
    const mark = document.querySelector(".pdf-mark-active");

    return mark !== null && mark.closest(".pdf-page").querySelector(".pdf-text span") !== null;
  });

  const { text, marks } = await wordsUnderMarks(page);

  assert.ok(marks.length > 0, `${what}: no marks`);
  assert.ok(coverage(quote, text) >= 0.9, `${what}: "${quote}" is not under the marks, but "${text}"`);
  assert.ok(letters(text).length <= letters(quote).length * 1.25 + 8,
      `${what}: the marks cover more than the quote: "${text}"`);
}
