import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { editorsSchema, isValid } from "./json-schema.ts";
import { accept, entry, everyForm, mapping, shopWith } from "./written-mapping.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
test("the editors' schema is the one that the parser's schema makes", () => {
  expect(() =>
    execFileSync(process.execPath, ["scripts/generate-schema.ts", "--check"], {
      cwd: root,
      stdio: "pipe",
    }),
  ).not.toThrow();
});

describe("an editor", () => {
  test("finds no fault with any form that the parser takes", () => {
    expect(isValid(editorsSchema, everyForm)).toBe(true);
    expect(isValid(editorsSchema, mapping({ "shop.example.com": entry() }))).toBe(true);
  });

  test.each([
    ["a list", []],
    ["no hosts", { version: 1, issuers: {} }],
    ["another version", mapping({}, { version: 2 })],
    ["an unknown key", mapping({}, { host: {} })],
    ["an unknown key of an entry", shopWith({ helth: "/" })],
    ["an unknown key of accept", shopWith({ accept: accept({ name: [] }) })],
    ["nothing presented", mapping({ "a.test": { origin: "https://a.test", accept: accept() } })],
    ["a list that accepts nothing", shopWith({ accept: accept({ certificates: [] }) })],
    ["a word that accepts everything", shopWith({ accept: accept({ certificates: "any" }) })],
    ["report mode without its end", shopWith({ accept: accept({ mode: "report" }) })],
    ["no origin", shopWith({ origin: [] })],
    ["more origins than a pull may ask", shopWith({ origin: Array(5).fill("https://a.test") })],
    ["no binding", shopWith({ present: { by: "worker" } })],
    [
      "a binding beside the edge",
      shopWith({ present: { by: "edge", level: "zone", binding: "A" } }),
    ],
    ["a level that does not exist", shopWith({ present: { by: "edge", level: "host" } })],
    ["a path with a query", shopWith({ health: "/health?a" })],
    ["an issuer without its file", mapping({}, { issuers: { own: {} } })],
  ])("underlines %s", (_, input) => {
    expect(isValid(editorsSchema, input)).toBe(false);
  });
});
