import { getFips } from "node:crypto";

/**
 * The Node versions on which the promises were measured. Earlier ones resume TLS sessions, or read HTTP, in ways that
 * the verifier's tests have never seen.
 */
export const SUPPORTED_NODE = ">=22.23.3 <23 || >=24.21 <25 || >=26.10";

/** Least minor and patch for each supported major; above the last, any. */
const LEAST = new Map<number, readonly [number, number]>([
  [22, [23, 3]],
  [24, [21, 0]],
  [26, [10, 0]],
]);

/** Options that take a lock out of the engine below us, which no option of ours puts back. */
const DANGEROUS = [
  ["--security-revert", "undoes a security fix of Node's"],
  ["--tls-keylog", "writes the keys of every TLS session to a file"],
  ["--openssl-legacy-provider", "brings back broken algorithms"],
  ["--openssl-shared-config", "lets the machine's openssl.cnf weaken the listener"],
  ["--openssl-config", "lets a file weaken the listener"],
  ["--experimental-config-file", "takes options from a file that is not looked at here"],
  ["--experimental-default-config-file", "takes options from a file that is not looked at here"],
  ["--inspect", "lets whoever reaches the inspector's port run code here"],
] as const;

/** What this process says of itself. */
export interface ProcessFacts {
  readonly nodeVersion: string;
  readonly execArgv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What this process says of itself, now. */
export function thisProcess(): ProcessFacts {
  const { execArgv, env: environment, versions } = process;
  return { nodeVersion: versions.node, execArgv, environment };
}

/**
 * What keeps the verifier from starting in this process, each with the next step; empty where nothing does.
 *
 * What an option of our own overrides is no problem and not named: `--insecure-http-parser`,
 * `--max-http-header-size`, `--tls-min-v1.0` and `NODE_TLS_REJECT_UNAUTHORIZED` change nothing here.
 */
export function environmentProblems({
  nodeVersion,
  execArgv,
  environment,
}: ProcessFacts): readonly string[] {
  const problems: string[] = [];
  if (!isSupportedNode(nodeVersion)) {
    problems.push(
      `Node ${nodeVersion} is not one of ${SUPPORTED_NODE}: start the verifier with one that is`,
    );
  }
  const options = [...execArgv, ...wordsOf(environment["NODE_OPTIONS"] ?? "")].map(asNodeReads);
  for (const [option, why] of DANGEROUS) {
    if (
      options.some(
        (given) =>
          given === option || given.startsWith(`${option}=`) || given.startsWith(`${option}-`),
      )
    ) {
      problems.push(`${option} ${why}: start the verifier without it`);
    }
  }
  if (environment["OPENSSL_CONF"])
    problems.push("OPENSSL_CONF lets a file weaken the listener: unset it");
  if (getFips() === 1)
    problems.push(
      "Node is in FIPS mode, which breaks its own hashes: start it without --enable-fips",
    );
  return problems;
}

/** NODE_OPTIONS in words. Quotes and backslashes are Node's to take off; an option is one with or without them. */
function wordsOf(options: string): readonly string[] {
  return options.replaceAll(/["\\]/g, "").split(/\s+/);
}

/** To Node `--tls_keylog` is `--tls-keylog`. */
function asNodeReads(word: string): string {
  const [name = "", ...value] = word.split("=");
  return [name.replaceAll("_", "-"), ...value].join("=");
}

/** Whether a version (`24.21.0`, with or without `v`) is one that was measured, or a later one of its line. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.replace(/^v/, "").split(/[.-]/).map(Number);
  const least = LEAST.get(major);
  if (least === undefined) return major > Math.max(...LEAST.keys());
  return minor > least[0] || (minor === least[0] && patch >= least[1]);
}
