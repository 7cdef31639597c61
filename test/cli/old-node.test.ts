import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { runPullproof } from "./support/run-pullproof.ts";

/** Runs before everything else in the process, as if its engine were this one. */
const NODE_20 = `data:text/javascript,${encodeURIComponent(
  'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });',
)}`;

it("an older Node is told which one it takes, and nothing is loaded", async () => {
  const environment = { NODE_OPTIONS: `--import ${NODE_20}` };
  const { status, stdout, stderr } = await runPullproof(["--help"], tmpdir(), environment);
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^✗ Node 20\.20\.2 is too old for pullproof\n {2}next: .*>=22/);
});
