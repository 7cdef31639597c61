import type { KeyObject } from "node:crypto";
import {
  readCertificateFacts,
  type CertificateFacts,
} from "../../origin-verifier/certificate/certificate-facts.ts";
import { readPemBlocks, type PemBlock } from "../../origin-verifier/certificate/pem-blocks.ts";
import {
  readCertificate,
  readPemCertificates,
  readPemKey,
} from "../../origin-verifier/certificate/read-pem.ts";
import type { ReadCertificate } from "../../origin-verifier/certificate/signed-directly.ts";
import type { Profile } from "../../origin-verifier/profile/profile.ts";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import type { Problem } from "../../shared/problem.ts";
import { chainFindings, misplacedLeaf, timeFindings } from "./chain.ts";
import { keyFileFindings, rewrite } from "./key-file.ts";
import { keyKindFindings, keyMatchFindings } from "./key-kind.ts";
import { leafFindings, nameFindings } from "./leaf.ts";
import {
  inFile,
  refusedAs,
  UNREADABLE,
  type Found,
  type Level,
  type LintFinding,
  type LintRule,
} from "./lint-finding.ts";
import { formFindings, keyInCertificateFile } from "./pem-form.ts";
import { profileFindings } from "./profile.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** A file with what it holds, read by whoever asks. */
export interface LintedFile {
  readonly file: string;
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
}

/** What is about to be uploaded. */
export interface LintRequest {
  readonly certificate: LintedFile;
  /** Null: the certificate alone is looked at. */
  readonly key: LintedFile | null;
  readonly level: Level;
  /** Whom the certificate is for, where that is known. */
  readonly hostname: Hostname | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** By which the origin's verifier judges. Default `standard`. */
  readonly profile?: Profile;
}

/** What was found, and what the leaf is; pure, and never throws, whatever is in the files. */
export interface LintResult {
  readonly findings: readonly LintFinding[];
  /** Null where it cannot be read. */
  readonly facts: CertificateFacts | null;
}

/** Looks for everything that Cloudflare or the origin would stumble over, all at once, before anything is uploaded. */
export function lint(request: LintRequest): LintResult {
  const { certificate, key, hostname } = request;
  const read = readChain(certificate);
  const facts = read.chain[0]?.facts ?? null;
  const whose = hostname ?? parseHostname(facts?.names.dns[0] ?? "");
  const inCertificate = (rule: LintRule, found: readonly Found[]): readonly LintFinding[] =>
    inFile(certificate.file, rule, found, whose);
  return {
    facts,
    findings: [
      ...inCertificate("form", read.found),
      ...contentFindings(read.chain, request).flatMap(([rule, found]) =>
        inCertificate(rule, found),
      ),
      ...(key === null ? [] : keyFindings(key, read.chain, whose)),
    ],
  };
}

function keyFindings(
  key: LintedFile,
  chain: readonly ReadCertificate[],
  whose: Hostname | null,
): readonly LintFinding[] {
  const read = readKey(key);
  const certificates = chain.map(({ certificate }) => certificate);
  const match = certificates.length === 0 ? [] : keyMatchFindings(certificates, read.key);
  return [
    ...inFile(key.file, "key-file", read.found, whose),
    ...inFile(key.file, "pair", match, whose),
  ];
}

function contentFindings(
  chain: readonly ReadCertificate[],
  { level, hostname, now, profile = "standard", certificate: { file } }: LintRequest,
): readonly (readonly [LintRule, readonly Found[]])[] {
  const [leaf] = chain;
  if (leaf === undefined) return [];
  const misplaced = misplacedLeaf(chain);
  if (misplaced.length > 0) return [["chain", misplaced]];
  return [
    ["leaf", leafFindings(leaf.facts, leaf.certificate.raw)],
    ["names", nameFindings(leaf.facts, hostname)],
    ["key", keyKindFindings(leaf.certificate, leaf.facts, level)],
    ["profile", profileFindings(leaf.facts, profile)],
    ["chain", chainFindings(chain, level, file)],
    ["time", chain.flatMap(({ facts }, index) => timeFindings(facts, index, now))],
  ];
}

function readChain({ file, text }: LintedFile): {
  readonly chain: readonly ReadCertificate[];
  readonly found: readonly Found[];
} {
  const again = `openssl x509 -in ${shellQuote(file)} -out ${shellQuote(`${file}.new`)} (for a chain: each of its certificates, leaf first)`;
  const blocks = readPemBlocks(text);
  const found = [...formFindings(text, again)];
  if (!blocks.ok) return { chain: [], found: [...found, ...unreadable(blocks.problems)] };
  const keys = keyInCertificateFile(blocks.value, file);
  found.push(...keys);
  // What is said of the certificates holds beside a key that does not belong there.
  const others = blocks.value.filter(({ label }) => !label.endsWith("PRIVATE KEY"));
  const read = others.length === 0 ? null : readPemCertificates(textOf(others));
  if (read !== null && !read.ok) found.push(...unreadable(read.problems));
  if (read === null && keys.length === 0)
    found.push(...unreadable([{ path: "", message: "no certificate" }]));
  const chain: ReadCertificate[] = [];
  for (const { label, der } of others) {
    const engine = label === "CERTIFICATE" ? readCertificate(der) : null;
    if (engine === null) continue;
    const facts = readCertificateFacts(engine);
    if ("unreadable" in facts) {
      const message = `cannot be read: ${facts.unreadable}`;
      const otherwise = refusedAs("malformed-certificate");
      found.push({ path: "", message, otherwise, next: "pullproof issue HOSTNAME" });
    } else chain.push({ certificate: engine, facts });
  }
  return { chain, found };
}

function readKey({ file, text, mode }: LintedFile): {
  readonly key: KeyObject | null;
  readonly found: readonly Found[];
} {
  const again = rewrite(file);
  const blocks = readPemBlocks(text);
  const form = formFindings(text, again);
  if (!blocks.ok) return { key: null, found: [...form, ...unreadable(blocks.problems)] };
  const found = [...form, ...keyFileFindings(blocks.value, file, mode)];
  const key = readPemKey(text);
  if (key.ok) return { key: key.value, found };
  return { key: null, found: [...found, ...unreadable(key.problems, again)] };
}

function textOf(blocks: readonly PemBlock[]): string {
  return blocks.map(({ text }) => text).join("");
}

function unreadable(problems: readonly Problem[], next: string | null = null): readonly Found[] {
  return problems.map((problem) => ({
    ...problem,
    otherwise: UNREADABLE,
    next: next ?? "export it again, as PEM; or make one: pullproof issue HOSTNAME",
  }));
}
