/*
 * The main job in a browser: from registration to the quote on its page, in
 * the order in which a person does it.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessible, assertMarksOnWords, dropFiles, launch, openPage, PASSWORD, pdf, register, screenshot,
  settled } from "./browser.mjs";

let browser;
let tab;
let page;
let email;

before(async () => {
  browser = await launch();
  tab = await openPage(browser);
  page = tab.page;
});

after(() => browser?.close());

/* Each step stands on those before: after a failure the rest say only that. */
let failed = null;

function step(name, run) {
  test(name, async (context) => {
    if (failed !== null) {
      context.skip(`after the failure of "${failed}"`);
      return;
    }

    try {
      await run();
    } catch (error) {
      failed = name;
      await screenshot(page, "failure");
      throw error;
    }
  });
}

/* The row of a file in the upload queue. */
const row = (name, nth = 0) => page.locator(".upload", { hasText: name }).nth(nth);

step("a visitor is asked to sign in", async () => {
  await page.goto("/papers?search=soil");
  await page.waitForURL(/\/login\?next=/);
  assert.equal(new URL(page.url()).searchParams.get("next"), "/papers?search=soil");
});

step("registers, and lands on the overview", async () => {
  email = await register(page, { name: "Ada Example" });
  assert.match(await page.locator("h1").innerText(), /Ada Example/);

  const cookies = await tab.context.cookies();
  const session = cookies.find((c) => c.name.endsWith("paperal_session"));

  assert.ok(session?.httpOnly, "the session is a cookie that no script sees");
});

step("signs out and in again", async () => {
  await page.click("button[popovertarget=menu]");
  await page.click("#menu button:has-text('Sign out')");
  await page.waitForURL(/\/login/);

  tab.expectStatus(401);
  await page.fill("input[name=email]", email);
  await page.fill("input[name=password]", "not the password");
  await page.click("form button[type=submit]");
  await page.waitForSelector("[role=alert]");
  assert.match(await page.locator("[role=alert]").innerText(), /wrong/);

  await page.fill("input[name=password]", PASSWORD);
  await page.click("form button[type=submit]");
  await page.waitForSelector(".drop-zone");
});

step("drops several PDFs anywhere; each has its outcome", async () => {
  tab.expectStatus(415);
  await page.click(".bar-nav a[href='/papers']");
  await page.waitForSelector("h1:has-text('Papers')");
  await dropFiles(page, [pdf("two-column-en.pdf"), pdf("paper-zh.pdf"), pdf("encrypted.pdf"),
    pdf("not-a-pdf.pdf"), pdf("one-page-en.pdf")]);
  await page.waitForURL(/\/upload$/);

  await row("not-a-pdf.pdf").locator("text=This file is not a PDF").waitFor();
  await row("encrypted.pdf").locator("text=protected by a password").waitFor();

  for (const name of ["two-column-en.pdf", "paper-zh.pdf", "one-page-en.pdf"]) {
    await row(name).locator("a:has-text('Open result')").waitFor();
  }

  await screenshot(page, "upload");
});

step("the same file again is the same paper", async () => {
  await dropFiles(page, [pdf("two-column-en.pdf")]);
  await row("two-column-en.pdf", 1).locator("text=uploaded this file before").waitFor();
});

step("the library shows title, state and authors, and finds words of the text", async () => {
  await page.click(".bar-nav a[href='/papers']");
  await page.waitForSelector("table.papers");
  assert.equal(await page.locator("table.papers tbody tr").count(), 4);
  await screenshot(page, "papers");

  await page.selectOption("#papers-status", "failed");
  await page.waitForFunction(() => document.querySelectorAll("table.papers tbody tr").length === 1);
  assert.match(page.url(), /status=failed/);

  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("table.papers tbody tr").length === 4);
});

step("a paper shows its metadata, outline and pages", async () => {
  await page.click("table.papers a.title >> nth=0");
  await page.waitForSelector(".outline-link");
  await settled(page);
  assert.equal(await page.locator(".outline-link").count() > 0, true);
  await screenshot(page, "paper");
});

step("corrected metadata is kept", async () => {
  await page.click("button:has-text('Correct metadata')");
  await page.fill("dialog input[name=title]", "A corrected title");
  await page.fill("dialog input[name=tags]", "sensors, soil");
  await page.click("dialog button[type=submit]");
  await page.waitForSelector("dialog", { state: "detached" });
  await page.waitForSelector("h1:has-text('A corrected title')");
  await page.reload();
  await page.waitForSelector("h1:has-text('A corrected title')");
  await page.click("a.tag:has-text('soil')");
  await page.waitForURL(/tags=soil/);
  await page.waitForSelector("table.papers a.title:has-text('A corrected title')");
});

step("an analysis is watched live, without a reload", async () => {
  const streams = [];
  const loads = [];
  let stale = 0;

  page.on("request", (request) => {
    if (request.url().includes("/events")) {
      streams.push(new URL(request.url()).pathname);
    }

    if (request.isNavigationRequest()) {
      loads.push(request.url());
    }
  });

  /* Small papers are done before the page asks: the first answer is held to
     the state at the start, so that only the stream can tell the rest. */
  await page.route(/\/api\/v1\/analysis\/[0-9a-f-]{36}$/, async (route) => {
    const response = await route.fetch();
    const body = await response.json();

    if (stale++ === 0) {
      body.data.status = "processing";
      body.data.progress = 0;
      body.data.stages.forEach((stage) => Object.assign(stage, { status: "pending", completed_at: null }));
    }

    await route.fulfill({ response, json: body });
  });

  await page.click("table.papers a.title >> nth=0");
  await page.click("button:has-text('Analyse again')");
  await page.click("dialog form.run button[type=submit]");
  await page.waitForURL(/\/analyses\//);
  loads.length = 0;
  await page.waitForSelector(".figures");
  await page.unroute(/\/api\/v1\/analysis\/[0-9a-f-]{36}$/);
  assert.deepEqual(loads, []);
  assert.ok(streams.some((path) => /^\/api\/v1\/analysis\/[^/]+\/events$/.test(path)),
      `streams opened: ${streams.join(" ")}`);
});

for (const [name, label, atLeast] of [["two-column-en.pdf", "two-column", 3], ["paper-zh.pdf", "chinese", 1]]) {
  step(`a click on a quote marks its words on the page: ${label}`, async () => {
    await page.goto("/upload");

    const id = await page.evaluate(async (fileName) => {
      const { data } = await (await fetch("/api/v1/papers?limit=100")).json();
      const size = { "two-column-en.pdf": (p) => p.page_count === 12,
        "paper-zh.pdf": (p) => /[\u4e00-\u9fff]/.test(p.title) }[fileName];

      return data.find((p) => p.latest_analysis?.status === "completed" && size(p))?.latest_analysis.id;
    }, name);

    assert.ok(id, `${name} has a finished analysis`);
    await page.goto(`/analyses/${id}`);
    await page.waitForSelector("button.quote");
    await settled(page);
    assert.ok(await page.locator(".engine-note:has-text('no AI model')").isVisible());

    /* Quotes of the visible sections, from different places of the paper. */
    const quotes = page.locator("button.quote:visible");
    const count = await quotes.count();
    let checked = 0;

    assert.ok(count >= atLeast, `${count} quotes`);

    for (let i = 0; i < count && checked < 6; i += Math.max(1, Math.floor(count / 6))) {
      const quote = await quotes.nth(i).locator(".quote-text").innerText();

      await quotes.nth(i).click();
      await page.waitForFunction((n) => [...document.querySelectorAll("button.quote")]
          .filter((b) => b.checkVisibility())[n].getAttribute("aria-pressed") === "true", i);
      assert.match(page.url(), /[?&]e=e\d+/);
      await assertMarksOnWords(page, quote, `${label} quote ${i}`);
      checked++;
    }

    const quote = await page.locator("button.quote[aria-pressed=true]").first().locator(".quote-text").innerText();

    await settled(page);
    await screenshot(page, `result-${label}`);

    for (const [action, what] of [["Zoom in", "after zooming"], ["Fit the width", "fitted again"]]) {
      await page.click(`.pdf-bar button[aria-label='${action}']`);
      await assertMarksOnWords(page, quote, `${label} ${what}`);
    }

    await page.setViewportSize({ width: 1700, height: 1000 });
    await page.waitForFunction(() => document.querySelector(".pdf-page").offsetWidth > 620);
    await assertMarksOnWords(page, quote, `${label} in a larger window`);
    await page.setViewportSize({ width: 1280, height: 900 });
  });
}

step("a mark clicked on the page leads back to its quote", async () => {
  await page.waitForSelector(".pdf-mark");

  const id = await page.evaluate(() => {
    const view = document.querySelector(".pdf-scroll").getBoundingClientRect();
    const mark = [...document.querySelectorAll(".pdf-mark")].find((m) => {
      const { top, bottom } = m.getBoundingClientRect();

      return top > view.top && bottom < view.bottom;
    });

    mark.click();
    return mark.dataset.mark;
  });

  await page.waitForFunction((e) => document.activeElement?.closest("[data-evidence]")?.dataset.evidence === e, id);
  assert.match(page.url(), new RegExp(`e=${id}\\b`));
});

step("gaps and questions are shown as such", async () => {
  assert.ok(await page.locator(".gaps h3:has-text('Not in the paper')").count() > 0);
  await page.locator("#questions li").first().waitFor();
  assert.equal(await page.locator(".trl-rung").count(), 9);
});

step("switches to Chinese in place, quotes and selection stay", async () => {
  const url = page.url();
  const quote = await page.locator("button.quote .quote-text").first().innerText();

  await page.click(".bar-end button:has-text('中文')");
  await page.waitForSelector("h2:has-text('技术可行性')");
  assert.equal(page.url(), url);
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  assert.equal(await page.locator("button.quote .quote-text").first().innerText(), quote);
  await assertAccessible(page, "result in Chinese");
  await settled(page);
  await screenshot(page, "result-zh");
  await page.click(".bar-end button:has-text('English')");
  await page.waitForSelector("h2:has-text('Technical feasibility')");
});

step("moves a paper to the trash and takes it back, twice", async () => {
  await page.goto("/papers");
  await page.waitForSelector("table.papers");

  const failed = page.locator("table.papers tr", { hasText: "protected by a password" });

  await failed.locator("button[aria-label*='trash']").click();
  await page.locator(".toast button:has-text('Undo')").click();
  await failed.waitFor();

  await failed.locator("button[aria-label*='trash']").click();
  await failed.waitFor({ state: "detached" });
  await page.click(".filters a:has-text('Trash')");
  await failed.waitFor();
  await failed.locator("button:has-text('Restore')").click();
  await page.waitForSelector(".empty");
});

test("nothing broke a policy or logged an error on the way", () => {
  assert.deepEqual(tab.problems(), []);
});
