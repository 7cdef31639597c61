import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";

/**
 * Builds the Worker as it would be deployed, into dist/worker-bundle, and measures what its visitors wait for: how many
 * bytes are loaded, and how long the module takes to start (by `wrangler check startup`, in the local runtime).
 *
 * Prints both and exits 1 over a bound. The profiler's clock is the wall's, and whatever else the machine does is counted
 * too: so the Worker is started several times, and the quickest start is what it takes.
 */
const ROOT = path.resolve(import.meta.dirname, "..");
const BUNDLE = "dist/worker-bundle";
const MAX_GZIP_KIB = 40;
const MAX_STARTUP_MS = 20;
const STARTS = 9;

interface CpuProfile {
  readonly nodes: readonly { id: number; callFrame: { functionName: string } }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

function wrangler(...args: readonly string[]): void {
  const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" };
  const { status, stdout, stderr } = spawnSync("wrangler", args, {
    cwd: ROOT,
    encoding: "utf8",
    env,
  });
  if (status !== 0) throw new Error(`wrangler ${args.join(" ")} failed:\n${stdout}${stderr}`);
}

function startupMilliseconds(folder: string): number {
  const file = path.join(folder, "startup.cpuprofile");
  wrangler("check", "startup", `--outfile=${file}`);
  const profile = JSON.parse(readFileSync(file, "utf8")) as CpuProfile;
  const idle = new Set(
    profile.nodes.filter((node) => node.callFrame.functionName === "(idle)").map(({ id }) => id),
  );
  const active = profile.samples.map((id, index) =>
    idle.has(id) ? 0 : (profile.timeDeltas[index] ?? 0),
  );
  return active.reduce((sum, microseconds) => sum + microseconds, 0) / 1000;
}

function report(what: string, value: number, most: number, unit: string): boolean {
  const holds = value <= most;
  const verdict = holds ? "holds" : "TOO MUCH";
  console.log(`${what}: ${value.toFixed(1)} ${unit} (at most ${most} ${unit}): ${verdict}`);
  return holds;
}

const scratch = mkdtempSync(path.join(tmpdir(), "pullproof-bundle-"));
try {
  wrangler("deploy", "--dry-run", `--outdir=${BUNDLE}`);
  const bundle = readFileSync(path.join(ROOT, BUNDLE, "index.js"));
  const starts = Array.from({ length: STARTS }, () => startupMilliseconds(scratch));
  const small = report("bundle, gzip", gzipSync(bundle).byteLength / 1024, MAX_GZIP_KIB, "KiB");
  const quick = report(`start-up, best of ${STARTS}`, Math.min(...starts), MAX_STARTUP_MS, "ms");
  process.exitCode = small && quick ? 0 : 1;
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
