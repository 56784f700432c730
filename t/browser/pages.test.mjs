/*
 * Every page in both languages and themes: accessible, no wider than its
 * window, no error in the console.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { analysedPaper, assertAccessible, assertNoOverflow, assertStable, launch, openPage, register, screenshot, settled }
  from "./browser.mjs";

const NOBODY = "00000000-0000-4000-8000-000000000000";
let browser;
let state;
let ids;

before(async () => {
  browser = await launch();

  const { page, context } = await openPage(browser);

  await register(page);
  ids = await analysedPaper(page, "two-column-en.pdf");
  state = await context.storageState();
  await context.close();
});

after(() => browser?.close());

const visitor = { login: "/login", register: "/register" };
const member = () => ({
  home: "/",
  papers: "/papers",
  "papers-found": "/papers?search=the",
  "papers-none": "/papers?search=zzzzzzzzzz",
  trash: "/papers?deleted=true",
  upload: "/upload",
  paper: `/papers/${ids.paper}`,
  analysis: `/analyses/${ids.analysis}`,
  settings: "/settings/profile",
  "no-page": "/nowhere",
  "no-paper": `/papers/${NOBODY}`,
  "no-analysis": `/analyses/${NOBODY}`,
});

async function visit(pages, signedIn, language, theme, width) {
  const tab = await openPage(browser, {
    viewport: { width, height: 900 }, colorScheme: theme, reducedMotion: "reduce",
    storageState: signedIn ? state : undefined,
  });
  const { page, context } = tab;

  tab.expectStatus(404);

  if (signedIn) {
    await page.goto("/settings/profile");
    await page.selectOption("#settings-language", language);
    await page.click("form button[type=submit]");
    await page.waitForFunction((l) => document.documentElement.lang.startsWith(l), language);
    await page.waitForSelector(".toast");
  } else {
    await context.addInitScript((l) => localStorage.setItem("paperal.language", l), language);
  }

  for (const [name, url] of Object.entries(pages)) {
    const what = `${name}-${language}-${theme}-${width}`;

    await page.goto(url);
    await settled(page);
    assert.ok((await page.locator("html").getAttribute("lang")).startsWith(language), what);
    assert.match(await page.title(), /· Paperal$/, what);
    await assertNoOverflow(page, what);
    await assertStable(page, what);
    await assertAccessible(page, what);
    await screenshot(page, what);
  }

  assert.deepEqual(tab.problems(), []);
  await context.close();
}

for (const language of ["en", "zh"]) {
  for (const theme of ["light", "dark"]) {
    test(`${language}, ${theme}`, async () => {
      await visit(visitor, false, language, theme, 1280);
      await visit(member(), true, language, theme, 1280);
    });
  }

  for (const width of [360, 768, 1920]) {
    test(`${language}, ${width} px`, async () => {
      await visit(visitor, false, language, "light", width);
      await visit(member(), true, language, "light", width);
    });
  }
}

test("dialogs, menu and error states are accessible", async () => {
  for (const theme of ["light", "dark"]) {
    const tab = await openPage(browser, { storageState: state, colorScheme: theme });
    const { page, context } = tab;

    await page.goto(`/papers/${ids.paper}`);
    await settled(page);
    await page.click(".split-main .form-actions button:has(svg) >> nth=2");
    await page.waitForSelector("dialog[open] form");
    await assertAccessible(page, `editor ${theme}`);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    await page.click("button[popovertarget=menu]");
    await assertAccessible(page, `menu ${theme}`);
    await page.keyboard.press("Escape");

    tab.expectStatus(503);
    await page.route("**/api/v1/papers?*", (route) => route.fulfill({
      status: 503, contentType: "application/json",
      body: JSON.stringify({ success: false, error: { code: "SERVICE_UNAVAILABLE", message: "busy" } }),
    }));
    await page.goto("/papers?status=failed");
    await page.waitForSelector("[role=alert]");
    await assertAccessible(page, `server error ${theme}`);
    await screenshot(page, `error-${theme}`);
    await page.unroute("**/api/v1/papers?*");
    await page.click("[role=alert] button");
    await page.waitForSelector("[role=alert]", { state: "detached" });
    assert.deepEqual(tab.problems(), []);
    await context.close();
  }
});

test("on a phone the PDF opens over the page, at the quote", async () => {
  const { page, context, problems } = await openPage(browser, {
    storageState: state, viewport: { width: 360, height: 740 }, hasTouch: true,
  });

  await page.goto(`/analyses/${ids.analysis}`);
  await page.waitForSelector("button.quote");
  assert.equal(await page.locator(".pdf").count(), 0, "the PDF is not loaded before it is wanted");
  await page.locator("button.quote").first().tap();
  await page.waitForSelector("dialog .pdf-mark-active");
  await settled(page);
  await assertAccessible(page, "PDF dialog");
  await screenshot(page, "phone-quote");
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.deepEqual(problems(), []);
  await context.close();
});
