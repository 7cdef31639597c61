import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { runIn } from "./support/run-pullproof.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const folder = useTemporaryFolders();
const HOST = ["--host", "shop.example.com=origin-shop.example.net"];

test.each([
  ["check", "--mapping"],
  ["check", "--config"],
  ["plan", "--certificates"],
  ["issue", "--out", "shop.example.com"],
  ["issue", "--issuer", "shop.example.com"],
  ["render", "--out", "nginx"],
  ["fetch", "--out", "addresses"],
])("%s: an empty %s is a wrong command line", async (command, flag, ...rest) => {
  const place = folder();
  const { status, stderr } = await runIn(place, command, ...rest, flag, "");
  expect(status).toBe(2);
  expect(stderr).toContain(`${flag} is empty`);
  expect(stderr).toContain("next: ");
  expect(readdirSync(place)).toEqual([]);
});

test.each([
  ["empty", ""],
  ["blank", "  "],
  ["on two lines", "a\nb"],
  ["longer than 64 characters", "x".repeat(65)],
])("init: an issuer's name is not %s", async (_what, name) => {
  const place = folder();
  const { status, stderr } = await runIn(place, "init", ...HOST, "--issuer-name", name);
  expect(status).toBe(2);
  expect(stderr).toContain("1 to 64 characters");
  expect(stderr).toContain("next: pullproof init");
  expect(readdirSync(place)).toEqual([]);
});
