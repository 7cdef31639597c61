import type { X509Certificate } from "node:crypto";
import { failed, parsed, pathTo } from "../../shared/problem.ts";
import type { Parsed, Problem } from "../../shared/problem.ts";
import type { Profile } from "../profile/profile.ts";
import { readCertificateFacts } from "./certificate-facts.ts";
import type { CertificateFacts } from "./certificate-facts.ts";
import { anchorsOf, reachedFrom, signersWithin } from "./issuer-graph.ts";
import { isSelfSigned, issuerProblems } from "./issuer-rules.ts";
import { readPemCertificates } from "./read-pem.ts";
import type { VettedCa, VettedIssuer } from "./vetted-issuer.ts";

/** A file of more CAs than this is a public bundle; to trust all of those for one hostname is always a mistake. */
const MOST_CERTIFICATES = 64;

/**
 * Reads an issuer file and holds every certificate in it against the rules of a CA. All problems at once, each with its
 * index within the file (`certificates[1]`); one problem is enough for the whole file to be refused.
 *
 * @param input.file the file's name, for logs; it is not opened here.
 * @param input.now ms since the epoch: an issuer that is expired, or not yet valid, is a problem.
 * @param input.profile what keys and signatures may be. Default `standard`: all that is accepted at all.
 */
export function vetIssuer(input: {
  readonly file: string;
  readonly text: string;
  readonly now: number;
  readonly profile?: Profile;
}): Parsed<VettedIssuer> {
  const read = readPemCertificates(input.text);
  if (!read.ok) return read;
  if (read.value.length > MOST_CERTIFICATES) {
    const count = `${read.value.length} certificates, more than ${MOST_CERTIFICATES}`;
    return failed(
      "",
      `${count}: is this a public bundle? Name the issuer of the pull certificates alone`,
    );
  }
  const problems: Problem[] = [];
  const places = new Map<VettedCa, string>();
  const seen = new Map<string, string>();
  for (const [index, certificate] of read.value.entries()) {
    const path = pathTo("certificates", index);
    const facts = readCertificateFacts(certificate);
    if ("unreadable" in facts) {
      problems.push({ path, message: `unreadable: ${facts.unreadable}` });
      continue;
    }
    const twin = seen.get(facts.fingerprint);
    seen.set(facts.fingerprint, twin ?? path);
    const found =
      twin === undefined
        ? issuerProblems(certificate, facts, input.now, input.profile ?? "standard")
        : [`the same certificate as ${twin}: remove one`];
    problems.push(...found.map((what) => ({ path, message: `${facts.subjectText}: ${what}` })));
    const ca = twin === undefined ? toCa(certificate, facts) : null;
    if (ca !== null) places.set(ca, path);
  }
  const signers = signersWithin([...places.keys()]);
  const anchors = anchorsOf(signers);
  const reached = reachedFrom(anchors, signers);
  const blamed = new Set(problems.map(({ path }) => path));
  for (const [ca, path] of places) {
    // A CA that is wrong by itself leads nowhere either; to say so would only bury what is wrong.
    const what = blamed.has(path) ? null : placeProblem(ca, anchors, reached);
    if (what !== null) problems.push({ path, message: `${ca.facts.subjectText}: ${what}` });
  }
  const [problem, ...others] = problems;
  if (problem !== undefined) return { ok: false, problems: [problem, ...others] };
  const [first, ...rest] = places.keys();
  if (first === undefined) return failed("", "not one usable CA");
  const partialChain = [...anchors].some(({ selfSigned }) => !selfSigned);
  return parsed({
    file: input.file,
    certificates: [first, ...rest],
    anchors,
    signers,
    partialChain,
  });
}

/** What is wrong with a CA's place among the others of its file; null where nothing is. */
function placeProblem(
  ca: VettedCa,
  anchors: ReadonlySet<VettedCa>,
  reached: ReadonlySet<VettedCa>,
): string | null {
  if (!reached.has(ca)) {
    return "no anchor of this file leads to it: add the CA that signed it, or remove it";
  }
  // RFC 5280 4.2.1.1 lets the self-signed alone leave it out; an anchor of which nobody can say who issued it is none.
  return anchors.has(ca) && !ca.selfSigned && ca.facts.authorityKeyId === null
    ? "neither self-signed nor, for lack of an authorityKeyIdentifier, anybody's intermediate: add the CA that signed it"
    : null;
}

/** Null for what signs nothing: no CA, or a key that the engine cannot read. */
function toCa(certificate: X509Certificate, facts: CertificateFacts): VettedCa | null {
  if (!facts.isCa) return null;
  try {
    const { publicKey } = certificate;
    const selfSigned = isSelfSigned(certificate, facts);
    return { certificate, facts, publicKey, pem: certificate.toString(), selfSigned };
  } catch {
    return null;
  }
}
