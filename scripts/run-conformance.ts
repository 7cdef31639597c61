import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { installNodes, type InstalledNode } from "./install-nodes.ts";

/**
 * Builds the verifier and runs the conformance battery against it, as a black box, on every Node version that is there.
 * Arguments go to vitest (`npm run test:conformance -- certificates`). Exits 1 where a test failed, or nothing ran; with
 * PULLPROOF_NO_SKIP=1 also where a Node version or a tool is missing.
 */
const ROOT = path.resolve(import.meta.dirname, "..");

interface Outcome {
  readonly version: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly success: boolean;
}

const built = await run("tsc", ["-b", "origin-verifier"], {});
if (built !== 0) {
  console.error("the verifier does not build\nnext: npm run build");
  process.exit(1);
}
const nodes = await installNodes();
const outcomes: Outcome[] = [];
for (const node of nodes) {
  if (node.binary !== null) outcomes.push(await runOn(node.version, node.binary));
}
const holds = summary(nodes, outcomes);
process.exitCode = holds ? 0 : 1;

async function runOn(version: string, binary: string): Promise<Outcome> {
  console.error(`\n== Node ${version}`);
  const scratch = await mkdtemp(path.join(tmpdir(), "pullproof-report-"));
  const began = performance.now();
  try {
    const file = path.join(scratch, "report.json");
    const args = ["run", "--config", "vitest.conformance.config.ts", ...process.argv.slice(2)];
    args.push("--reporter=default", "--reporter=json", `--outputFile.json=${file}`);
    const code = await run("vitest", args, { PULLPROOF_NODE: binary });
    const seconds = (performance.now() - began) / 1000;
    const report = JSON.parse(await readFile(file, "utf8").catch(() => "null")) as Report | null;
    return {
      version,
      seconds,
      passed: report?.numPassedTests ?? 0,
      // What fails outside of a test (a file that does not load, an error nobody caught) is a failure like any other.
      failed: report?.numFailedTests || (code === 0 && report?.success === true ? 0 : 1),
      skipped: report?.numPendingTests ?? 0,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function run(tool: string, args: readonly string[], more: Record<string, string>): Promise<number> {
  const env: NodeJS.ProcessEnv = { ...process.env, ...more };
  env["PATH"] = `${path.join(ROOT, "node_modules/.bin")}${path.delimiter}${env["PATH"] ?? ""}`;
  const child = spawn(tool, args, { cwd: ROOT, env, stdio: "inherit" });
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code ?? 1));
  });
}

function summary(all: readonly InstalledNode[], ran: readonly Outcome[]): boolean {
  const strict = process.env["PULLPROOF_NO_SKIP"] === "1";
  console.log("\nNode        passed  failed  skipped  seconds");
  let fine = ran.length > 0;
  for (const { version, problem } of all) {
    const outcome = ran.find((one) => one.version === version);
    if (outcome === undefined) {
      console.log(`${version.padEnd(10)}  SKIPPED: could not be had: ${problem}`);
      fine &&= !strict;
      continue;
    }
    const { passed, failed, skipped, seconds } = outcome;
    const columns = [
      String(passed).padStart(6),
      String(failed).padStart(6),
      String(skipped).padStart(7),
      seconds.toFixed(0).padStart(7),
    ];
    console.log(`${version.padEnd(10)}  ${columns.join("  ")}`);
    fine &&= failed === 0 && passed > 0 && !(strict && skipped > 0);
  }
  return fine;
}
