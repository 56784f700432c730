/* The published contract is complete in itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

interface Operation {
  operationId: string;
  security?: object[];
  responses: Record<string, unknown>;
  requestBody?: unknown;
}

const text = readFileSync(join(import.meta.dirname, "../public/openapi.json"), "utf8");
const document = JSON.parse(text) as { openapi: string; paths: Record<string, Record<string, Operation>> };
const operations = Object.values(document.paths).flatMap((item) => Object.values(item));

describe("openapi.json", () => {
  it("resolves every reference", () => {
    for (const [, pointer] of text.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
      const target = pointer!.split("/").reduce<unknown>((at, key) =>
        (at as Record<string, unknown> | undefined)?.[key], document);

      expect(target, pointer).toBeDefined();
    }
  });

  it("uses every schema, parameter and response it defines, events apart", () => {
    const parts = (document as unknown as { components: Record<string, Record<string, unknown>> }).components;
    const spoken = ["AnalysisProgressEvent", "AnalysisDoneEvent", "UpdateEvent"];

    for (const kind of ["schemas", "parameters", "responses", "headers"]) {
      for (const name of Object.keys(parts[kind]!)) {
        expect(spoken.includes(name) || text.includes(`"#/components/${kind}/${name}"`), `${kind}/${name}`).toBe(true);
      }
    }
  });

  it("names each operation once, verb first", () => {
    const ids = operations.map((o) => o.operationId);

    expect(new Set(ids).size).toBe(ids.length);
    ids.forEach((id) => expect(id).toMatch(/^[a-z]+(_[a-z]+)+$/));
  });

  it("says for each operation who may call it and how it fails", () => {
    for (const operation of operations) {
      expect(operation.security, operation.operationId).toBeDefined();
      expect(Object.keys(operation.responses), operation.operationId).toEqual(
          expect.arrayContaining(["429", "500", "503", "504"]));

      if (operation.security!.length > 0) {
        expect(Object.keys(operation.responses), operation.operationId).toContain("401");
      }
    }
  });
});
