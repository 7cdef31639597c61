import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { lockedNode } from "./locked-node.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

/** The Node that runs the verifier: any may be named, since the tests themselves run on the lockfile's. */
export const NODE: string = resolve(process.env["PULLPROOF_NODE"] ?? lockedNode(ROOT));

/** Whether that Node reads ML-DSA: with Node 22's own, its OpenSSL could, and nothing tells. */
export const READS_ML_DSA: boolean =
  Number(execFileSync(NODE, ["-p", "parseInt(process.versions.node)"], { env: {} })) >= 24;

/** The built verifier: another build may be named, so that a damaged copy can be shown to fail. */
export const BUILT: string = resolve(
  process.env["PULLPROOF_BUILT"] ?? resolve(ROOT, "dist/origin-verifier"),
);

if (!existsSync(resolve(BUILT, "main.js"))) {
  throw new Error(`no built verifier in ${BUILT}: run npm run build`);
}
