/* Hostile papers, lost sessions, dropped networks, keyboards, and leaks. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { analysedPaper, assertMarksOnWords, launch, openPage, PASSWORD, pdf, register, screenshot, settled }
  from "./browser.mjs";

let browser;

before(async () => {
  browser = await launch();
});

after(() => browser?.close());

test("HTML in a paper and in metadata stays text", async () => {
  const { page, context, problems } = await openPage(browser);
  const hostile = `<img src=x onerror="document.title='owned'"> ‮drawkcab‬ 😀 ${"long".repeat(60)}`;
  let dialogs = 0;

  page.on("dialog", (dialog) => {
    dialogs++;
    void dialog.dismiss();
  });

  await register(page, { name: hostile.slice(0, 120) });

  const ids = await analysedPaper(page, "xss.pdf");

  await page.goto(`/papers/${ids.paper}`);
  await settled(page);
  await page.click("button:has-text('Correct metadata')");
  await page.fill("dialog input[name=title]", hostile);
  await page.fill("dialog textarea[name=abstract]", hostile.repeat(30));
  await page.click("dialog button[type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector("h1:has-text('<img src=x')");

  for (const url of ["/", "/papers", `/papers/${ids.paper}`, `/analyses/${ids.analysis}`]) {
    await page.goto(url);
    await settled(page);
    assert.equal(await page.locator("main img").count(), 0, url);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${url} is too wide`);
  }

  await screenshot(page, "hostile");
  assert.doesNotMatch(await page.title(), /^owned/);
  assert.equal(dialogs, 0);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("a lost session asks for the password and keeps what was typed", async () => {
  const { page, context, problems, expectStatus } = await openPage(browser);

  await register(page);
  await page.goto("/settings/profile");
  /* The last thing that the page asks for by itself. */
  await page.waitForSelector(".usage dd");
  await page.fill("input[name=organization]", "Institute of Long Words");
  await context.clearCookies();
  expectStatus(401);
  await page.click("form button[type=submit]");
  await page.waitForSelector("dialog[open]");
  await page.fill("dialog input[name=password]", PASSWORD);
  await page.click("dialog button[type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.equal(await page.inputValue("input[name=organization]"), "Institute of Long Words");
  await page.click("form button[type=submit]");
  await page.waitForSelector(".toast:has-text('saved')");
  assert.deepEqual(problems(), []);
  await context.close();
});

test("an upload survives a network that comes back", async () => {
  const { page, context, problems, expectStatus } = await openPage(browser);
  let broken = 0;

  await register(page);
  expectStatus(0);
  await page.route("**/api/v1/papers?analyze=true", (route) => ++broken === 1 ? route.abort("connectionreset")
    : route.continue());
  await page.goto("/upload");
  await page.setInputFiles("input[type=file]", pdf("one-page-en.pdf"));
  await page.waitForSelector(".upload a:has-text('Open result')");
  assert.equal(broken, 2);
  assert.deepEqual(problems(), []);
  await context.close();
});

test("without streams the page polls", async () => {
  const { page, context, expectStatus } = await openPage(browser);

  await register(page);
  expectStatus(0, 503);
  await page.route(/\/events$/, (route) => route.fulfill({ status: 503, body: "" }));
  await page.goto("/upload");
  await page.setInputFiles("input[type=file]", pdf("one-page-en.pdf"));
  await page.waitForSelector(".upload a:has-text('Open result')");
  await context.close();
});

test("works with the keyboard alone", async () => {
  const { page, context, problems } = await openPage(browser);

  await register(page);

  const ids = await analysedPaper(page, "two-column-en.pdf");

  await page.goto(`/analyses/${ids.analysis}`);
  await page.waitForSelector("button.quote");
  await settled(page);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip-link");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");

  for (let i = 0; i < 80; i++) {
    await page.keyboard.press("Tab");

    if (await page.evaluate(() => document.activeElement.matches("button.quote"))) {
      break;
    }
  }

  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);

  assert.equal(outline, "solid", "focus is visible");

  const quote = await page.evaluate(() => document.activeElement.querySelector(".quote-text").textContent);

  await page.keyboard.press("Enter");
  await assertMarksOnWords(page, quote, "by keyboard");
  assert.deepEqual(problems(), []);
  await context.close();
});

test("forty openings of the PDF leave nothing behind", async () => {
  const { page, context, problems } = await openPage(browser);

  await register(page);

  const ids = await analysedPaper(page, "one-page-en.pdf");
  const client = await context.newCDPSession(page);
  const measure = async () => {
    await client.send("HeapProfiler.collectGarbage");

    const { metrics } = await client.send("Performance.getMetrics");
    const value = (name) => metrics.find((m) => m.name === name).value;

    return { nodes: value("Nodes"), heap: value("JSHeapUsedSize") };
  };
  /* Locators only: an element handle would keep its page alive. */
  const cycle = async () => {
    await page.locator(".bar-nav a[href='/papers']").click();
    await page.locator("table.papers").waitFor();
    await page.locator("table.papers a.title").first().click();
    await page.locator(".pdf-paper canvas").first().waitFor();
  };

  await client.send("Performance.enable");
  await page.goto(`/papers/${ids.paper}`);

  for (let i = 0; i < 8; i++) {
    await cycle();
  }

  const start = await measure();

  for (let i = 0; i < 40; i++) {
    await cycle();
  }

  const end = await measure();

  assert.ok(end.nodes <= start.nodes * 1.1, `nodes ${start.nodes} → ${end.nodes}`);
  assert.ok(end.heap <= start.heap + 3_000_000, `heap ${start.heap} → ${end.heap}`);
  assert.deepEqual(problems(), []);
  await context.close();
});
