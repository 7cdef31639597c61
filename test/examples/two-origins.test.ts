import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseMappingText } from "../../shared/mapping-text.ts";
import { visit } from "../local-mtls/support/visit.ts";
import type { ExampleProgram } from "./support/example-program.ts";
import { TWO_ORIGINS, useExample } from "./support/example-world.ts";

const example = useExample("two-origins");

const HOSTNAME = "two-0.example.com";
const [A, B] = TWO_ORIGINS;

const by = (method: string, host: string): string => `200 ${method} / for ${HOSTNAME} at ${host}`;

/** One of the two machines, with its own origin certificate. */
async function machine(name: string): Promise<ExampleProgram> {
  const folder = join(example.folder, name);
  mkdirSync(folder);
  const files = example.filesForWorker(HOSTNAME, [`https://${A}`, `https://${B}`], name);
  for (const [file, text] of Object.entries(files))
    writeFileSync(join(folder, file), text, { mode: 0o600 });
  return await example.start(folder);
}

it("the mapping beside it has both origins in one entry", () => {
  const mapping = parseMappingText(readFileSync(join(example.folder, "mapping.json"), "utf8"));
  expect(mapping).toMatchObject({ ok: true });
  const origins = mapping.ok ? mapping.value.entries.map((one) => one.origins.length) : [];
  expect(origins).toEqual([2]);
});

it("the second goes on while the first is away, and no POST is made twice", async () => {
  expect(await example.complaints()).toBe("");
  const [first, second] = [await machine(A), await machine(B)];
  const worker = await example.startWorker(first.port, second.port);
  const asked = async (method: string): Promise<string> => {
    const { status, body } = await visit(worker.url, HOSTNAME, "/", { method });
    return `${status} ${body.split("\n", 1)[0]}`;
  };
  expect(await asked("GET")).toBe(by("GET", A));
  expect(await asked("POST")).toBe(by("POST", A));
  expect(await first.stop()).toBe(0);
  expect(await asked("POST")).toContain("502");
  expect(await asked("GET")).toBe(by("GET", B));
  expect(await asked("POST")).toBe(by("POST", B));
  expect(worker.unbound).toEqual([]);
});
