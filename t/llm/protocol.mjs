/* The official client against the stand-in; see t/llm/protocol. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

const require = createRequire(`${process.argv[2]}/package.json`);
const OpenAI = require("openai").default;
const { AzureOpenAI } = require("openai");

const KEY = "sk-protocol";
const MODEL = "gpt-4.1-mini";
const PAPER = Array.from({ length: 20 }, (_, n) =>
  `s${String(n + 1).padStart(4, "0")} The method raises the yield of sample ` +
  `${n + 1} by ${n + 11} percent over the baseline.`).join("\n");

const strings = { type: "array", items: { type: "string" } };
const evidence = {
  type: "array",
  items: {
    type: "object",
    properties: { sid: { type: "string" }, quote: { type: "string" } },
    required: ["sid", "quote"],
    additionalProperties: false,
  },
};
const SCHEMA = {
  name: "paperal_protocol_v1",
  strict: true,
  schema: {
    type: "object",
    properties: {
      text: { type: "string" },
      kind: { type: "string", enum: ["one", "two"] },
      index: { type: ["integer", "null"] },
      fields: strings,
      evidence,
    },
    required: ["text", "kind", "index", "fields", "evidence"],
    additionalProperties: false,
  },
};

let server;
let ports;
let client;

before(async () => {
  const path = fileURLToPath(new URL("server", import.meta.url));

  server = spawn(path, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(server.stdout)) {
    ports = JSON.parse(line);
    break;
  }
});

after(() => server.kill());

beforeEach(async () => {
  await control("/reset", {});
  client = make();
});

function make(options) {
  return new OpenAI({
    apiKey: KEY, baseURL: `http://127.0.0.1:${ports.port}/v1`, maxRetries: 0,
    timeout: 10000, ...options,
  });
}

async function control(path, value) {
  const url = `http://127.0.0.1:${ports.control}${path}`;
  const response = await fetch(url, value === undefined ? {}
    : { method: "POST", body: JSON.stringify(value) });

  assert.equal(response.status, 200);
  return response.json();
}

const fault = (what, more) => control("/rules", [{ do: what, ...more }]);

function question(more) {
  return {
    model: MODEL,
    messages: [{ role: "system", content: "Answer in JSON." },
      { role: "user", content: PAPER }],
    response_format: { type: "json_schema", json_schema: SCHEMA },
    ...more,
  };
}

/* Everything a stream says, put together. */
async function streamed(more, by = client) {
  const stream = await by.chat.completions.create(question({
    stream: true, stream_options: { include_usage: true }, ...more,
  }));
  const seen = { text: "", finish: null, usage: null, refusal: "", ids: [] };

  for await (const chunk of stream) {
    assert.equal(chunk.object, "chat.completion.chunk");
    seen.usage = chunk.usage ?? seen.usage;
    seen.ids.push(chunk.id);
    for (const choice of chunk.choices) {
      seen.text += choice.delta.content ?? "";
      seen.refusal += choice.delta.refusal ?? "";
      seen.finish = choice.finish_reason ?? seen.finish;
    }
  }

  return seen;
}

function check(text) {
  const value = JSON.parse(text);
  const lines = new Map(PAPER.split("\n").map((line) =>
    [line.slice(0, 5), line.slice(6)]));

  assert.deepEqual(Object.keys(value), SCHEMA.schema.required);
  assert.ok(value.evidence.length > 0);
  for (const { sid, quote } of value.evidence) {
    assert.equal(quote, lines.get(sid));
  }
}

async function refused(kind, status, code, call = () => client.chat.completions
  .create(question())) {
  const error = await call().then(() => null, (e) => e);

  assert.ok(error instanceof kind, `${error?.constructor?.name}: ${error}`);
  assert.equal(error.status, status);
  assert.equal(error.code ?? null, code);
}

/* The server sees that the client has left. */
async function aborted() {
  const end = Date.now() + 5000;

  while ((await control("/state")).aborted !== 1) {
    assert.ok(Date.now() < end, "the abort was not seen");
  }
}

test("models", async () => {
  const names = [];

  for await (const model of client.models.list()) {
    names.push(model.id);
  }
  assert.ok(names.includes(MODEL));
});

test("an answer in one piece", async () => {
  const answer = await client.chat.completions.create(question());
  const choice = answer.choices[0];

  assert.equal(answer.object, "chat.completion");
  assert.equal(answer.model, MODEL);
  assert.equal(choice.finish_reason, "stop");
  assert.equal(choice.message.refusal, null);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens
    + answer.usage.completion_tokens);
  check(choice.message.content);
});

test("the client's own parser of structured answers", async () => {
  const answer = await client.chat.completions.parse(question());

  check(JSON.stringify(answer.choices[0].message.parsed
    ?? JSON.parse(answer.choices[0].message.content)));
});

test("a streamed answer, byte-equal to the whole one", async () => {
  const seen = await streamed();
  const whole = await client.chat.completions.create(question());

  check(seen.text);
  assert.equal(seen.text, whole.choices[0].message.content);
  assert.equal(seen.finish, "stop");
  assert.equal(seen.usage.prompt_tokens, whole.usage.prompt_tokens);
  assert.equal(new Set(seen.ids).size, 1);
});

test("no usage unless it is asked for", async () => {
  assert.equal((await streamed({ stream_options: undefined })).usage, null);
});

test("the client's own collector of a stream", async () => {
  const runner = client.chat.completions.stream(question());
  const answer = await runner.finalChatCompletion();

  check(answer.choices[0].message.content);
});

for (const form of ["split", "split_crlf", "crlf", "comments", "no_done",
  "usage_in_last", "usage_in_every", "empty_choices", "connection_close",
  "reasoning"]) {
  test(`a stream in another form: ${form}`, async () => {
    await fault(form);
    const seen = await streamed();

    check(seen.text);
    assert.equal(seen.finish, "stop");
    assert.ok(seen.usage.prompt_tokens > 0);
  });
}

test("length, content_filter, refusal", async () => {
  await fault("length");
  assert.equal((await streamed()).finish, "length");
  await assert.rejects(client.chat.completions.parse(question()),
    OpenAI.LengthFinishReasonError ?? /length/);
  await fault("content_filter");
  assert.equal((await streamed()).finish, "content_filter");
  await fault("refusal");
  assert.match((await streamed()).refusal, /can't help/);
});

test("an output limit cuts the answer", async () => {
  const seen = await streamed({ max_tokens: 10 });

  assert.equal(seen.finish, "length");
  assert.equal(seen.text.length, 40);
});

for (const [name, kind, status, code] of [
  ["unauthorized", "AuthenticationError", 401, "invalid_api_key"],
  ["forbidden", "PermissionDeniedError", 403, "permission_denied"],
  ["not_found", "NotFoundError", 404, "model_not_found"],
  ["conflict", "ConflictError", 409, null],
  ["unprocessable", "UnprocessableEntityError", 422, null],
  ["rate_limit", "RateLimitError", 429, "rate_limit_exceeded"],
  ["insufficient_quota", "RateLimitError", 429, "insufficient_quota"],
  ["context", "BadRequestError", 400, "context_length_exceeded"],
  ["internal", "InternalServerError", 500, null],
  ["bad_gateway", "InternalServerError", 502, null],
  ["overloaded", "InternalServerError", 503, null],
]) {
  test(`${name} is a ${kind}`, async () => {
    await fault(name);
    await refused(OpenAI[kind], status, code);
  });
}

test("a wrong key, and none", async () => {
  await control("/settings", { keys: [KEY] });
  check((await streamed()).text);
  await refused(OpenAI.AuthenticationError, 401, "invalid_api_key", () =>
    make({ apiKey: "other" }).chat.completions.create(question()));
  await control("/settings", { keys: null });
});

for (const [name, more, param] of [
  ["reject_max_tokens", { max_tokens: 9 }, "max_tokens"],
  ["reject_temperature", { temperature: 0 }, "temperature"],
  ["reject_seed", { seed: 1 }, "seed"],
  ["reject_schema", {}, "response_format"],
]) {
  test(`${name} names the parameter`, async () => {
    await fault(name);
    await assert.rejects(client.chat.completions.create(question(more)),
      (e) => e instanceof OpenAI.BadRequestError && e.param === param);
  });
}

test("what a real server would not take either", async () => {
  const open = { ...SCHEMA, schema: { ...SCHEMA.schema, required: ["text"] } };

  for (const more of [
    { messages: [] }, { no_such_parameter: 1 },
    { stream_options: { include_usage: true } },
    { max_tokens: 1, max_completion_tokens: 1 },
    { response_format: { type: "json_schema", json_schema: open } },
    { response_format: { type: "json_object" },
      messages: [{ role: "user", content: "hello" }] },
  ]) {
    await refused(OpenAI.BadRequestError, 400,
      ("no_such_parameter" in more && "unknown_parameter")
      || ("max_tokens" in more && "invalid_parameter_combination") || null,
      () => client.chat.completions.create(question(more)));
  }
});

test("an error inside a stream", async () => {
  await fault("error_in_stream");
  await assert.rejects(streamed(), OpenAI.APIError);
});

test("a stream that is cut", async () => {
  await fault("reset");
  await assert.rejects(streamed());
});

test("the client retries what may be retried, and no more", async () => {
  const patient = make({ maxRetries: 2 });

  for (const name of ["rate_limit_ms", "internal", "timeout", "conflict"]) {
    await control("/reset", {});
    await fault(name, { times: 1 });
    check((await streamed({}, patient)).text);
    assert.equal((await control("/state")).calls, 2, name);
  }

  for (const name of ["unauthorized", "not_found", "context"]) {
    await control("/reset", {});
    await fault(name);
    await assert.rejects(streamed({}, patient));
    assert.equal((await control("/state")).calls, 1, name);
  }
});

test("a stall runs into the client's time limit", async () => {
  await fault("stall_headers");
  await assert.rejects(make({ timeout: 300 }).chat.completions
    .create(question()), OpenAI.APIConnectionTimeoutError);
  await aborted();
});

test("an abort is counted", async () => {
  await fault({ token_ms: 20 });
  const stream = await client.chat.completions.create(question({
    stream: true }));

  for await (const chunk of stream) {
    stream.controller.abort();
    assert.ok(chunk.id);
  }
  await aborted();
});

test("Azure's paths, key header and version", async () => {
  const azure = new AzureOpenAI({
    apiKey: KEY, apiVersion: "2024-10-21", deployment: "ours", maxRetries: 0,
    endpoint: `http://127.0.0.1:${ports.port}`,
  });

  check((await streamed({ model: "ours" }, azure)).text);
  const [call] = await control("/requests");

  assert.match(call.path, /^\/openai\/deployments\/ours\/chat\/completions\?/);
  assert.ok(call.headers.includes("api-key"));
  assert.equal(call.model, "ours");
});

test("calls are counted by schema and messages", async () => {
  await Promise.all([streamed(), streamed(), streamed()]);
  const state = await control("/state");

  assert.equal(state.calls, 3);
  assert.equal(state.now, 0);
  assert.deepEqual(Object.values(state.by), [3]);
  assert.match(Object.keys(state.by)[0], /^paperal_protocol_v1 [0-9a-f]{64}$/);
});
