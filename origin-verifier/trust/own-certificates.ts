import { X509Certificate } from "node:crypto";
import type { Hostname } from "../../shared/hostname.ts";
import { pathTo } from "../../shared/problem.ts";
import { readCertificateFacts } from "../certificate/certificate-facts.ts";
import {
  readOriginCertificate,
  type OriginCertificate,
} from "../certificate/read-origin-certificate.ts";
import { readPemCertificates } from "../certificate/read-pem.ts";
import { outsideKey, outsideProfile } from "../profile/outside-profile.ts";
import { PROFILE_RULES, type Profile } from "../profile/profile.ts";
import type { Terms } from "./read-issuers.ts";
import type { TrustSources } from "./trust-sources.ts";
import type { FileReports } from "./file-reports.ts";
import type { OriginFiles } from "./origin-files.ts";

/** An origin certificate with its key, and the file it came from. */
export interface OwnCertificate extends OriginCertificate {
  readonly file: string;
}

/**
 * Reads the origin certificates: of each origin hostname that is named, or of all that one certificate covers.
 * Origin hostnames of the mapping that have none are missing from the result: they are served on another machine.
 */
export async function readOwnCertificates(
  { mapping, origins }: TrustSources,
  hostnames: readonly Hostname[],
  terms: Terms,
  reports: FileReports,
): Promise<ReadonlyMap<Hostname, OwnCertificate>> {
  const wanted =
    origins.by === "name"
      ? named(origins.files, hostnames, mapping, reports)
      : await covered(origins.files, hostnames, reports);
  const read = await Promise.all(
    wanted.map(async ([hostname, files]) => ({
      hostname,
      own: await readOwn(files, hostname, terms, reports),
    })),
  );
  return new Map(read.flatMap(({ hostname, own }) => (own === null ? [] : [[hostname, own]])));
}

type Wanted = readonly (readonly [Hostname, OriginFiles])[];

function named(
  files: ReadonlyMap<Hostname, OriginFiles>,
  hostnames: readonly Hostname[],
  mapping: string,
  reports: FileReports,
): Wanted {
  return [...files].filter(([hostname]) => {
    if (hostnames.includes(hostname)) return true;
    const message = `no entry has the origin hostname ${hostname}: map it, or take it out of the verifier's origins`;
    reports.add({ file: mapping, path: "hosts", message });
    return false;
  });
}

/** A certificate may be for one of many origins of the mapping; for none of them, it is the wrong certificate. */
async function covered(
  files: OriginFiles,
  hostnames: readonly Hostname[],
  reports: FileReports,
): Promise<Wanted> {
  const text = await reports.read(files.certificate, "--certificate");
  if (text === null) return [];
  const leaf = firstCertificate(text);
  const fitting =
    leaf === null
      ? []
      : hostnames.filter((name) => leaf.checkHost(name, { subject: "never" }) !== undefined);
  // Where it fits nowhere, or does not parse, the first hostname's reading says what is wrong with it.
  return (fitting.length > 0 ? fitting : hostnames.slice(0, 1)).map((hostname) => [
    hostname,
    files,
  ]);
}

function firstCertificate(text: string): X509Certificate | null {
  try {
    return new X509Certificate(text);
  } catch {
    return null;
  }
}

/** The listener's own bounds, by which its handshakes fail: not every engine says so when it is given the key. */
function unfitKeyOf(leaf: X509Certificate, profile: Profile): string | null {
  const facts = readCertificateFacts(leaf);
  return "unreadable" in facts ? null : (facts.weakKey ?? outsideKey(facts, profile));
}

/**
 * What of the chain is outside a profile that is about every certificate; null where nothing is, and in the others, where
 * whoever pulls looks at it by rules of his own.
 */
function outsideOfChain(chainPem: string, profile: Profile): string | null {
  if (!PROFILE_RULES[profile].everyCertificate) return null;
  const chain = readPemCertificates(chainPem);
  if (!chain.ok) return chain.problems[0].message;
  for (const [index, certificate] of chain.value.entries()) {
    const facts = readCertificateFacts(certificate);
    const what =
      "unreadable" in facts
        ? facts.unreadable
        : (facts.weakKey ?? facts.weakSignature ?? outsideProfile(facts, profile));
    if (what !== null) return `${pathTo("certificates", index)}: ${what}`;
  }
  return null;
}

async function readOwn(
  files: OriginFiles,
  hostname: Hostname,
  { now, profile }: Terms,
  reports: FileReports,
): Promise<OwnCertificate | null> {
  const place = pathTo("origins", hostname);
  const certificate = await reports.read(files.certificate, `the certificate of ${place}`);
  const key = await reports.read(files.key, `the key of ${place}`);
  if (certificate === null || key === null) return null;
  const read = readOriginCertificate({ certificate, key, hostname, now });
  if (read.ok) {
    const file = files.certificate;
    const unfit = unfitKeyOf(read.value.leaf, profile);
    if (unfit !== null) {
      const message = `${unfit}: no handshake comes to its end with it; issue it with another key`;
      reports.add({ file, path: "", message });
      return null;
    }
    const outside = outsideOfChain(read.value.chainPem, profile);
    if (outside === null) return { ...read.value, file };
    const message = `${outside}: have it issued again, or choose another profile`;
    reports.add({ file, path: "", message });
    return null;
  }
  for (const { path, message } of read.problems) {
    const file = path.startsWith("key") ? files.key : files.certificate;
    // The file says which of the two it is; what is left of the path is the place within it.
    reports.add({ file, path: path.replace(/^(?:certificate|key)\.?/, ""), message });
  }
  return null;
}
