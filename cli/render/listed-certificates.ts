import type { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  readCertificateFacts,
  type CertificateFacts,
} from "../../origin-verifier/certificate/certificate-facts.ts";
import { leafProblem } from "../../origin-verifier/certificate/certificate-rules.ts";
import { findChain } from "../../origin-verifier/certificate/find-chain.ts";
import { readPemBlocks } from "../../origin-verifier/certificate/pem-blocks.ts";
import { isRevoked, type VettedCrl } from "../../origin-verifier/certificate/read-crl.ts";
import { readCertificate } from "../../origin-verifier/certificate/read-pem.ts";
import type { VettedIssuer } from "../../origin-verifier/certificate/vetted-issuer.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Problem } from "../../shared/problem.ts";
import { codeOf, failure, messageOf } from "../manners/failure.ts";
import type { ListedFacts } from "./facts.ts";

/** A certificate that lies on this machine. */
export interface FoundCertificate {
  readonly certificate: X509Certificate;
  readonly facts: CertificateFacts;
}

/** Where certificates were looked for, and what was there. */
export interface Searched {
  readonly folders: readonly string[];
  readonly found: ReadonlyMap<Fingerprint, FoundCertificate>;
  /** Files that may not be read. */
  readonly unreadable: readonly string[];
}

/** Every certificate in the PEM files of some folders, by fingerprint. Keys are not opened: a `.key` is no `.pem`. */
export function findCertificates(folders: readonly string[]): Searched {
  const found = new Map<Fingerprint, FoundCertificate>();
  const unreadable: string[] = [];
  for (const folder of new Set(folders)) {
    for (const name of namesIn(folder)) {
      if (!/\.(?:pem|crt|cer)$/.test(name)) continue;
      const file = join(folder, name);
      const certificates = certificatesIn(file);
      if (certificates === null) unreadable.push(file);
      for (const one of certificates ?? []) found.set(one.facts.fingerprint, one);
    }
  }
  return { folders: [...new Set(folders)], found, unreadable };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (thrown) {
    const code = codeOf(thrown);
    // A folder of an issuer that is not there: what lies in it is missed below, certificate by certificate.
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw failure({
      file: folder,
      message: `cannot be read (${messageOf(thrown)})`,
      next: "name another folder with --pull-certificates",
    });
  }
}

/** Null for a file that may not be read; a folder of such a name holds none. */
function certificatesIn(file: string): readonly FoundCertificate[] | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (thrown) {
    return codeOf(thrown) === "EISDIR" ? [] : null;
  }
  const blocks = readPemBlocks(text);
  if (!blocks.ok) return [];
  return blocks.value.flatMap(({ label, der }) => {
    const certificate = label === "CERTIFICATE" ? readCertificate(der) : null;
    const facts = certificate === null ? null : readCertificateFacts(certificate);
    return certificate === null || facts === null || "unreadable" in facts
      ? []
      : [{ certificate, facts }];
  });
}

/**
 * Holds a listed certificate against the verifier's own rules: servers that compare certificates would let pull what is
 * listed, whatever it is. So what the verifier would refuse is not written at all.
 *
 * @param path its place in the mapping.
 */
export function vetListed(
  fingerprint: Fingerprint,
  searched: Searched,
  issuer: VettedIssuer,
  crls: readonly VettedCrl[],
  now: number,
  path: string,
): ListedFacts | Problem {
  const found = searched.found.get(fingerprint);
  if (found === undefined) return { path, message: missing(fingerprint, searched) };
  const defect = leafProblem(found.facts);
  if (defect !== null) return { path, message: `the verifier refuses it: ${defect.detail}` };
  if (!(now < found.facts.notAfter))
    return {
      path,
      message: `it expired on ${new Date(found.facts.notAfter).toISOString()}: take it out of the list`,
    };
  const chain = findChain(found, issuer, now);
  if (!chain.ok) return { path, message: `not signed by its entry's issuer (${chain.detail})` };
  if (isRevoked(found.facts, crls))
    return { path, message: "it is revoked: take it out of the list" };
  return {
    fingerprint,
    der: found.certificate.raw.toString("base64"),
    notAfter: found.facts.notAfter,
  };
}

function missing(fingerprint: Fingerprint, { folders, unreadable }: Searched): string {
  const here = folders.map((folder) => JSON.stringify(folder)).join(" or ");
  const denied =
    unreadable.length === 0
      ? ""
      : ` (${unreadable.map((file) => JSON.stringify(file)).join(", ")} cannot be read by you)`;
  return `no .pem, .crt or .cer file in ${here} has the certificate ${fingerprint}${denied}: servers compare the certificate itself, so it is needed here (its key is not)`;
}
