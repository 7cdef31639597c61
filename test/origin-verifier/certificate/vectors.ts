import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import { leafProblem } from "../../../origin-verifier/certificate/certificate-rules.ts";
import { findChain } from "../../../origin-verifier/certificate/find-chain.ts";
import { readCrls } from "../../../origin-verifier/certificate/read-crl.ts";
import { readPemCertificates } from "../../../origin-verifier/certificate/read-pem.ts";
import { chainRevocationState } from "../../../origin-verifier/certificate/revocation.ts";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import type { VettedIssuer } from "../../../origin-verifier/certificate/vetted-issuer.ts";
import type { Parsed } from "../../../shared/problem.ts";

/** One case of a vectors file. */
export interface VectorCase {
  readonly id: string;
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly crls: readonly string[];
  readonly validation_time: string | null;
  readonly expected_result: "SUCCESS" | "FAILURE";
}

/** The folder of the vectors, null where none is named. */
export const VECTORS: string | null = process.env["PULLPROOF_VECTORS"] ?? null;

/** The cases of a file; where a list of ids stands beside it, those of the list. */
export function readCases(folder: string, file: string): readonly VectorCase[] {
  const text = readFileSync(join(folder, `${file}.json`), "utf8");
  const { testcases } = JSON.parse(text) as { readonly testcases: readonly VectorCase[] };
  const list = join(folder, `${file}.ids.txt`);
  if (!existsSync(list)) return testcases;
  const ids = new Set(readFileSync(list, "utf8").split(/\s+/).filter(Boolean));
  return testcases.filter(({ id }) => ids.has(id));
}

/**
 * Where a case's intermediates are: `sent` by the peer, which the verifier never looks at; or `held` at the origin, in the
 * issuer file, as an operator has them who removes from it whatever the verifier names as a problem (but no trusted
 * certificate, and who adds no root that the case does not trust).
 */
export type Layout = "sent" | "held";

/** When a case is judged: its own time, or the middle of its leaf's days (the cases are valid then, today or not). */
export function momentOf({ validation_time, peer_certificate }: VectorCase): number {
  if (validation_time !== null) return Date.parse(validation_time);
  const leaf = readPemCertificates(peer_certificate);
  if (!leaf.ok) return Date.now();
  const [{ validFromDate, validToDate }] = leaf.value;
  return (validFromDate.getTime() + validToDate.getTime()) / 2;
}

/** The issuer file of a case, vetted. */
export function issuerOf(vector: VectorCase, layout: Layout): Parsed<VettedIssuer> {
  const now = momentOf(vector);
  const trusted = vector.trusted_certs;
  const vet = (held: readonly string[]): Parsed<VettedIssuer> => {
    const issuer = vetIssuer({ file: "issuer.pem", text: [...trusted, ...held].join("\n"), now });
    if (issuer.ok) return issuer;
    const wrong = new Set(issuer.problems.map(({ path }) => path));
    const rest = held.filter((_, index) => !wrong.has(`certificates[${trusted.length + index}]`));
    return rest.length < held.length ? vet(rest) : issuer;
  };
  return vet(layout === "held" ? vector.untrusted_intermediates.filter(isNoRoot) : []);
}

function isNoRoot(pem: string): boolean {
  const read = readPemCertificates(pem);
  return !read.ok || !read.value[0].verify(read.value[0].publicKey);
}

/** The first thing that refuses a case; null where nothing does. */
export function whyRefused(vector: VectorCase, layout: Layout): string | null {
  const now = momentOf(vector);
  const issuer = issuerOf(vector, layout);
  if (!issuer.ok) return `issuer file: ${issuer.problems[0].message}`;
  const leaf = readPemCertificates(vector.peer_certificate);
  if (!leaf.ok) return leaf.problems[0].message;
  const [certificate] = leaf.value;
  const facts = readCertificateFacts(certificate);
  const problem = leafProblem(facts);
  if (problem !== null) return `${problem.reason}: ${problem.detail}`;
  if ("unreadable" in facts) return facts.unreadable;
  if (now < facts.notBefore) return "certificate-not-yet-valid";
  if (now >= facts.notAfter) return "certificate-expired";
  const found = findChain({ certificate, facts }, issuer.value, now);
  if (!found.ok) return found.detail;
  if (vector.crls.length === 0) return null;
  const text = vector.crls.join("\n");
  const crls = readCrls({ file: "issuer.crl", text, issuer: issuer.value, now });
  if (!crls.ok) return `CRL: ${crls.problems[0].message}`;
  const state = chainRevocationState(facts, found.chain, crls.value, now);
  return state === "good" ? null : state;
}
