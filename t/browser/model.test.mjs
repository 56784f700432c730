/*
 * An analysis by a language model, from its cost preview to the ledger; what
 * people do with its result; and the page on which an inventor answers.
 * Needs the stand-in for a model's server: see with-model.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { assertAccessible, assertMarksOnWords, assertNoOverflow, DEADLINE, launch, openPage, pdf, register, screenshot,
  settled } from "./browser.mjs";

const HOST = process.env.MODEL_HOST;
let browser;
let tab;
let page;
const ids = {};

async function control(path, value) {
  const response = await fetch(process.env.MODEL_CONTROL + path,
      value === undefined ? {} : { method: "POST", body: JSON.stringify(value) });

  assert.equal(response.status, 200, path);
  return response.json();
}

const modelCalls = async () => (await control("/state")).calls;

function api(method, path, body) {
  return page.evaluate(async ([m, p, b]) => {
    const response = await fetch(`/api/v1${p}`, b === undefined ? { method: m }
      : { method: m, headers: { "Content-Type": "application/json" }, body: JSON.stringify(b) });

    return response.status === 204 ? null : (await response.json()).data;
  }, [method, path, body]);
}

async function waitFor(what, probe) {
  const end = Date.now() + DEADLINE;

  for (;;) {
    const value = await probe();

    if (value) {
      return value;
    }

    assert.ok(Date.now() < end, `waited in vain for ${what}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

async function readyPaper(name, query = "") {
  const id = await page.evaluate(async ([file, bytes, q]) => (await (await fetch(`/api/v1/papers${q}`, {
    method: "POST",
    headers: { "Content-Type": "application/pdf", "X-Paperal-Filename": file },
    body: Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)),
  })).json()).data.id, [name, readFileSync(pdf(name)).toString("base64"), query]);

  await waitFor(`${name} to be read`, async () => (await api("GET", `/papers/${id}`)).status === "ready");
  return id;
}

async function run(paper, body) {
  const { analysis_id: id } = await api("POST", `/papers/${paper}/analysis`, { engine: "openai", ...body });

  await waitFor("the analysis to end", async () =>
    !["pending", "processing"].includes((await api("GET", `/analysis/${id}`)).status));
  return id;
}

async function openStart(paper) {
  await page.goto(`/papers/${paper}`);
  await settled(page);
  await page.locator(".form-actions button:has-text('nalys')").first().click();
  await page.waitForSelector("form.run");
}

/* A micro-USD amount as the screen shows it, read back. */
const micro = (text) => Math.round(Number(/([\d.]+)/.exec(text.replaceAll(",", ""))[1]) * 1e6);

before(async () => {
  assert.ok(HOST, "MODEL_HOST must be set: start these tests with t/browser/run");
  browser = await launch();
  tab = await openPage(browser);
  page = tab.page;
  await register(page);
  ids.paper = await readyPaper("two-column-en.pdf");
  ids.secret = await readyPaper("one-page-en.pdf", "?unpublished=true");
});

after(() => browser?.close());

let failed = null;

function step(name, work) {
  test(name, async (context) => {
    if (failed !== null) {
      context.skip(`after the failure of "${failed}"`);
      return;
    }

    try {
      await work();
    } catch (error) {
      failed = name;
      await screenshot(page, "model-failure");
      throw error;
    }
  });
}

step("an upload sends nothing to the model unless it is told to", async () => {
  await page.goto("/upload");
  await page.waitForSelector("input[name=analyze]");
  await page.waitForFunction(() => !document.querySelector("input[name=analyze]").checked);
  await page.setInputFiles("input[type=file]", pdf("paper-zh.pdf"));
  await page.waitForSelector(".upload .badge:has-text('Ready')");
  await page.check("input[name=analyze]");
  await page.waitForSelector(`.drop-zone:has-text('their text is sent to ${HOST}')`);
  await assertAccessible(page, "upload with a model");
  await page.check("input[name=unpublished]");
  await page.waitForSelector(".drop-zone:has-text('is sent to')", { state: "detached" });
  await page.setInputFiles("input[type=file]", pdf("bilingual-meta.pdf"));
  await page.waitForSelector(".upload a:has-text('Open result')");
  await page.uncheck("input[name=unpublished]");
  await page.uncheck("input[name=analyze]");
  assert.equal(await modelCalls(), 0, "a confidential upload is read by the embedded analyser");
});

step("says what it costs and what is sent where, before anything is", async () => {
  await openStart(ids.paper);
  await page.waitForSelector(".estimate-total");

  const text = await page.locator("form.run").innerText();

  assert.match(text, /Embedded extractive analysis: quotes from the paper, no AI model, no outside data\./);
  assert.match(text, /The paper's text leaves this house/);
  assert.ok(text.includes(`To ${HOST}: about `), text);
  assert.match(text, /11 calls/);
  assert.match(text, /Within your budget/);
  assert.ok((await page.locator("form.run button[type=submit]").innerText()).includes(`Send to ${HOST} and start`));
  await assertAccessible(page, "start dialog");

  const standard = micro(await page.locator(".estimate-total strong").innerText());

  await page.check("input[name=type][value=deep]");
  await page.waitForFunction((before) => {
    const shown = document.querySelector(".estimate-total strong")?.textContent;

    return shown !== undefined && shown !== before && document.querySelector(".estimate[aria-busy=true]") === null;
  }, await page.locator(".estimate-total strong").innerText());
  assert.ok(micro(await page.locator(".estimate-total strong").innerText()) > standard);
  await page.locator(".estimate summary").click();
  assert.equal(await page.locator(".estimate tbody tr").count(), 11);

  await page.fill("#run-limit", "0.0001");
  await page.waitForSelector(".badge:has-text('Not within your budget')");
  await page.waitForSelector(".warn-line:has-text('is left in the limit of this analysis')");
  await page.fill("#run-limit", "much");
  await page.waitForSelector("#run-limit-error");
  assert.ok(await page.locator("form.run button[type=submit]").isDisabled());

  await page.fill("#run-limit", "");
  await page.check("input[name=engine][value=embedded]");
  await page.waitForSelector(".outbound:has-text('The paper stays on this server')");
  assert.match(await page.locator("form.run button[type=submit]").innerText(), /nothing is sent/);
  assert.equal(await modelCalls(), 0);
});

step("runs live with its costs, and the result names the model", async () => {
  await page.check("input[name=engine][value=openai]");
  await page.check("input[name=type][value=standard]");
  await control("/rules", [{ match: { nth: [1], schema: "risks" }, do: { hold: true } }]);
  await page.click("form.run button[type=submit]");
  await page.waitForURL(/\/analyses\//);
  ids.first = page.url().split("/").at(-1);
  await page.waitForSelector(".stage-completed .stage-cost:has-text('US$')");
  await page.waitForSelector(".figures dt:has-text('Reserved')");
  await assertAccessible(page, "running analysis");
  await screenshot(page, "model-running");

  const spent = micro(await page.locator(".figures dd").first().innerText());

  assert.ok(spent > 0);
  await control("/release", {});
  await page.waitForSelector(".engine-note");
  assert.match(await page.locator(".engine-note").innerText(), /language model \(gpt-4\.1-mini\)/);
  assert.equal(await modelCalls(), 11);
  await page.waitForSelector("#provenance .facts");

  const cost = (await api("GET", `/analysis/${ids.first}`)).cost_micro_usd;

  assert.ok(cost >= spent, `${cost} in all, ${spent} on the way`);
});

step("a quote of the model lies on its words", async () => {
  await settled(page);

  const quote = page.locator("button.quote:visible").first();
  const text = await quote.locator(".quote-text").innerText();

  await quote.click();
  await assertMarksOnWords(page, text, "a model's quote");
});

step("the ledger has every request, and the month what it cost", async () => {
  await page.goto(`/papers/${ids.paper}`);
  await page.locator("section:has(#ledger-title) summary").click();
  assert.equal(await page.locator(".ledger tbody tr").count(), 11);
  assert.ok((await page.locator(".ledger tbody tr").first().innerText()).includes(HOST));

  const costs = await page.locator(".ledger tbody tr td:nth-child(5)").allInnerTexts();

  assert.ok(Math.abs(costs.reduce((sum, cost) => sum + micro(cost), 0)
    - (await api("GET", `/analysis/${ids.first}`)).cost_micro_usd) < 1000, costs.join(" "));

  const download = page.waitForEvent("download");

  await page.click("section:has(#ledger-title) a[download]");

  const csv = readFileSync(await (await download).path(), "utf8").trim().split("\r\n");

  assert.equal(csv.length, 12);
  await page.goto("/settings/profile");
  await page.waitForSelector(".usage dd");
  assert.ok(micro(await page.locator(".usage dd").first().innerText()) > 0);
});

step("a confidential paper goes nowhere until its host is allowed", async () => {
  const before = await modelCalls();

  await openStart(ids.secret);
  await page.waitForSelector(".confidential");
  assert.match(await page.locator(".confidential").innerText(), /No host is allowed/);
  assert.ok(await page.locator("form.run button[type=submit]").isDisabled());
  await assertAccessible(page, "confidential paper");
  await screenshot(page, "model-confidential");
  assert.ok(await page.locator(`.confidential button:has-text('Allow ${HOST}')`).isDisabled());
  await page.check(".confidential input[type=checkbox]");
  await page.click(`.confidential button:has-text('Allow ${HOST}')`);
  await page.waitForSelector(".confidential .tag");
  assert.ok(await page.locator("form.run button[type=submit]").isEnabled());
  assert.deepEqual((await api("GET", `/papers/${ids.secret}`)).llm_hosts, [HOST]);
  await page.click(".confidential .tag");
  await page.waitForSelector(".confidential:has-text('No host is allowed')");
  assert.ok(await page.locator("form.run button[type=submit]").isDisabled());
  assert.equal(await modelCalls(), before);
});

step("a budget that is reached says so, and a higher one goes on", async () => {
  const estimate = await api("POST", `/papers/${ids.paper}/analysis/estimate`, { engine: "openai",
    parameters: { focus_areas: ["budget"] } });

  ids.poor = await run(ids.paper, { parameters: { focus_areas: ["budget"],
    max_cost_micro_usd: estimate.total.likely + 100 } });
  await page.goto(`/analyses/${ids.poor}`);
  await page.waitForSelector(".ended:has-text('The budget was reached')");
  await assertAccessible(page, "budget reached");

  const calls = await modelCalls();
  const done = await page.locator(".stage-completed").count();

  assert.ok(done > 0);
  assert.ok(await page.locator(".resume button").isDisabled());
  await page.fill("#resume-limit", "1");
  await page.click(".resume button");
  await page.waitForSelector(".engine-note");
  assert.equal(await modelCalls(), calls + 11 - done, "no finished stage is paid again");
});

step("a provider's refusal is said in words, and can be continued", async () => {
  await control("/rules", [{ match: {}, do: { error: "insufficient_quota" } }]);
  ids.failed = await run(ids.paper, { parameters: { focus_areas: ["quota"] } });
  await control("/rules", []);
  await page.goto(`/analyses/${ids.failed}`);
  await page.waitForSelector(".ended:has-text('no credit left')");
  await page.click(".resume button");
  await page.waitForSelector(".engine-note");
});

step("invented quotes and numbers are shown for what they are", async () => {
  await control("/rules", [{ match: {}, do: { bend: ["fabricated", "market"] } }]);
  ids.bent = await run(ids.paper, { parameters: { industry_context: "invent" } });
  await control("/rules", []);
  await page.goto(`/analyses/${ids.bent}`);
  await page.waitForSelector(".claim-tool");

  const { quality } = (await api("GET", `/analysis/${ids.bent}/results`)).results;

  assert.ok(quality.unsupported_claims > 0);
  assert.equal(await page.locator(".figure-bad").innerText(), String(quality.unsupported_claims));

  if (await page.locator(".remarks[open]").count() === 0) {
    await page.locator(".remarks summary").click();
  }

  const remarks = await page.locator(".remarks li").allInnerTexts();

  assert.equal(remarks.filter((line) => line.endsWith(": $4.2 billion")).length, 1, remarks.join("\n"));
  assert.doesNotMatch(remarks.join("\n"), /\w\.\w+\[/, "names of sections, not of fields");
  assert.ok(await page.locator(".quote-lost:has-text('Could not be located')").count() > 0);
  assert.ok(await page.locator(".claim .badge:has-text('Unsupported')").count() > 0);
  await assertAccessible(page, "result with inventions");
  await screenshot(page, "model-invented");
});

step("decisions on claims are kept; one that is refused is put back", async () => {
  await page.goto(`/analyses/${ids.first}`);
  await page.waitForSelector(".claim-tool");

  const id = await page.locator("article[data-claim]:has(.claim-tools)").first().getAttribute("data-claim");
  const claim = page.locator(`article[data-claim=${id}]`).first();
  const words = await claim.locator(".claim-text").innerText();

  await claim.locator("button[aria-label=Accept]").click();
  await claim.locator(".claim-who:has-text('Accepted by Ada Example')").waitFor();
  await claim.locator("button[aria-label=Edit]").click();
  await claim.locator("textarea").fill("Said better by a person.");
  await assertAccessible(page, "claim editor");
  await claim.locator("form button[type=submit]").click();
  await claim.locator(".claim-text:has-text('Said better')").waitFor();
  await page.waitForFunction(async ([a, c]) => JSON.stringify((await (await fetch(`/api/v1/analysis/${a}/results?view=full`))
      .json()).data.results).includes("Said better by a person.") && c, [ids.first, id]);

  await page.reload();
  await claim.locator(".claim-original:has-text('Original:')").waitFor();
  assert.ok((await claim.locator(".claim-original").innerText()).includes(words));
  assert.match(await claim.locator(".claim-who").innerText(), /Accepted by Ada Example.*Edited by Ada Example/);

  tab.expectStatus(403);
  await page.route("**/claims/*", (route) => route.fulfill({ status: 403, contentType: "application/json",
    body: JSON.stringify({ success: false, error: { code: "AUTH_INSUFFICIENT_PERMISSIONS", message: "no" } }) }));
  await claim.locator("button[aria-label=Reject]").click();
  await page.waitForSelector(".toast:has-text('put back')");
  assert.equal(await claim.locator("button[aria-label=Accept]").getAttribute("aria-pressed"), "true");
  assert.equal(await claim.locator("button[aria-label=Reject]").getAttribute("aria-pressed"), "false");
  await page.unroute("**/claims/*");
});

step("an inventor answers by link, on a phone, without an account", async () => {
  await page.locator(".ask-link button:has-text('Make a link')").click();
  await page.waitForSelector(".made-link input");

  const link = await page.inputValue(".made-link input");

  assert.match(link, /^http:\/\/[^/]+\/q\/[\w-]{20,}$/);
  await assertAccessible(page, "questions with a link");

  const phone = await openPage(browser, { viewport: { width: 360, height: 740 }, hasTouch: true });
  const requests = [];

  phone.page.on("request", (request) => requests.push(request));

  const response = await phone.page.goto(link);

  assert.equal(response.headers()["referrer-policy"], "no-referrer");
  assert.equal(response.headers()["cache-control"], "no-store");
  await phone.page.waitForSelector(".ask-item");
  assert.ok(!(await phone.page.content()).includes("More than two hundred million"), "the paper's text is not shown");
  await assertAccessible(phone.page, "link page");
  await assertNoOverflow(phone.page, "link page");
  await phone.page.fill("#ask-name", "Grace Inventor");

  const item = phone.page.locator(".ask-item").first();
  const question = await item.locator("h2").innerText();

  await item.locator("textarea").fill("In 2027, with <b>two</b> partners.");
  await item.locator("button[type=submit]").tap();
  await item.locator(".ask-saved").waitFor();
  await phone.page.screenshot({ path: new URL("output/model-ask.png", import.meta.url).pathname });
  await phone.page.click(".ask-language");
  await phone.page.waitForSelector("h1:has-text('关于您论文的问题')");
  await assertAccessible(phone.page, "link page in Chinese");
  assert.ok(requests.every((r) => r.headers()["cookie"] === undefined && r.headers()["authorization"] === undefined));
  assert.deepEqual(requests.filter((r) => r.headers()["referer"]?.includes("/q/")).map((r) => r.url()), []);

  await page.reload();

  const answer = page.locator(".question", { hasText: question }).first().locator(".answer");

  await answer.waitFor();
  assert.match(await answer.innerText(), /In 2027, with <b>two<\/b> partners\.\s+Grace Inventor/);
  await page.locator(".ask-link button:has-text('Revoke')").first().click();
  await page.waitForSelector(".toast:has-text('no longer works')");
  phone.expectStatus(410);
  await phone.page.reload();
  await phone.page.waitForSelector("h1:has-text('此链接已失效')");
  assert.deepEqual(phone.problems(), []);
  await phone.context.close();
});

step("sources and answers stand on the paper's page", async () => {
  await page.goto(`/papers/${ids.paper}`);
  await page.click("button:has-text('Add a source')");
  await page.fill("dialog input[name=title]", "Market report");
  await page.fill("dialog input[name=url]", "https://example.org/report");
  await page.fill("dialog textarea[name=quote]", "The market was worth 5 million euros in 2024.");
  await assertAccessible(page, "source dialog");
  await page.click("dialog button[type=submit]");
  await page.waitForSelector(".source-quote:has-text('5 million euros')");
  await page.click("button[aria-label*='Market report']");
  await page.waitForSelector("section:has(#sources-title):has-text('None yet')");
  await page.click(".toast button:has-text('Undo')");
  await page.waitForSelector(".source-quote:has-text('5 million euros')");
});

step("recomputing costs nothing and gives the same; two analyses compare", async () => {
  const before = await modelCalls();

  await page.goto(`/analyses/${ids.poor}`);
  await page.locator("button:has-text('Recompute from the stored answers')").click();
  await page.waitForURL((url) => url.pathname.startsWith("/analyses/") && !url.pathname.endsWith(ids.poor));
  await page.waitForSelector("#provenance .notice:has-text('The result hash is the same')");
  assert.equal(await modelCalls(), before);

  await page.goto(`/analyses/${ids.first}/diff`);
  await page.selectOption("#diff-other", ids.bent);
  await page.waitForURL(new RegExp(`/diff/${ids.bent}$`));
  await page.waitForSelector(".diff-claim");
  await assertAccessible(page, "comparison");
  await assertNoOverflow(page, "comparison");
  await screenshot(page, "model-diff");

  const only = await page.locator(".diff-removed").count();

  await page.click("a:has-text('Swap sides')");
  await page.waitForURL(new RegExp(`/${ids.bent}/diff/${ids.first}$`));
  await page.waitForSelector(".diff-claim");
  assert.equal(await page.locator(".diff-added").count(), only, "the mirror image");
});

step("every screen in both languages, themes and at all widths", async () => {
  const link = (await api("POST", `/analysis/${ids.first}/questions/link`, {})).url;
  const state = await tab.context.storageState();

  await control("/rules", [{ match: {}, do: { error: "insufficient_quota" } }]);
  ids.broken = await run(ids.paper, { parameters: { focus_areas: ["broken"] } });
  await control("/rules", []);

  for (const [language, theme, width] of [["en", "light", 1280], ["en", "dark", 360], ["en", "light", 768],
    ["zh", "dark", 1280], ["zh", "light", 360], ["zh", "light", 1920]]) {
    const visit = await openPage(browser, { storageState: state, colorScheme: theme, reducedMotion: "reduce",
      viewport: { width, height: 900 } });
    const other = visit.page;
    const check = async (what) => {
      const name = `model-${what}-${language}-${theme}-${width}`;

      await assertNoOverflow(other, name);
      await assertAccessible(other, name);
      await screenshot(other, name);
    };

    await other.goto("/settings/profile");
    await other.selectOption("#settings-language", language);
    await other.click("form button[type=submit]");
    await other.waitForFunction((l) => document.documentElement.lang.startsWith(l), language);
    await other.waitForSelector(".usage dd");
    await check("usage");

    for (const [what, id] of [["start", ids.paper], ["start-secret", ids.secret]]) {
      await other.goto(`/papers/${id}`);
      await settled(other);
      await other.waitForSelector("#ledger-title");
      await other.locator("section:has(#ledger-title) summary, #ledger-title").last().click();
      await check(what.replace("start", "paper"));
      await other.locator(".form-actions button:has(svg)").first().click();
      await other.waitForSelector(".estimate-total");
      await other.locator(".run-settings summary").click();
      await other.locator(".estimate summary").click();
      await check(what);
    }

    await other.goto(`/analyses/${ids.broken}`);
    await other.waitForSelector(".ended");
    await check("failed");
    await other.goto(`/analyses/${ids.bent}`);
    await other.waitForSelector(".claim-tool");
    await other.waitForSelector("#questions li");
    await settled(other);
    await other.locator("#provenance summary").click();
    await other.waitForSelector(".recipe table");
    await check("result");
    await other.goto(`/analyses/${ids.first}/diff/${ids.bent}`);
    await other.waitForSelector(".diff-claim");
    await check("diff");
    await other.goto(link);
    await other.waitForSelector(".ask-item");
    await check("ask");
    assert.deepEqual(visit.problems(), []);
    await visit.context.close();
  }
});

step("erases for good what lies in the trash, by its title", async () => {
  await page.goto("/settings/profile");
  await page.selectOption("#settings-language", "en");
  await page.click("form button[type=submit]");
  await page.waitForSelector(".toast");

  const { title } = await api("GET", `/papers/${ids.secret}`);

  await api("DELETE", `/papers/${ids.secret}`);
  await page.goto("/papers?deleted=true");
  await page.click(`button[aria-label*='for good']`);
  await page.waitForSelector("#erase-title");
  await assertAccessible(page, "erase dialog");
  assert.ok(await page.locator("dialog button[type=submit]").isDisabled());
  await page.fill("#erase-title", title.toUpperCase());
  await page.click("dialog button[type=submit]");
  await page.waitForSelector(".empty");
  tab.expectStatus(404);
  await page.goto(`/papers/${ids.secret}`);
  await page.waitForSelector("h1:has-text('Not found')");
});

test("nothing broke a policy or logged an error on the way", () => {
  assert.deepEqual(tab.problems(), []);
});
