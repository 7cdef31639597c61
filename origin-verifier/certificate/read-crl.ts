import { AsnConvert } from "@peculiar/asn1-schema";
import { parsedUnless, pathTo } from "../../shared/problem.ts";
import type { Parsed, Problem } from "../../shared/problem.ts";
import type { Profile } from "../profile/profile.ts";
import type { CertificateFacts } from "./certificate-facts.ts";
import { crlSignatureProblem } from "./crl-signature.ts";
import { RevocationList } from "./crl-structure.ts";
import { parseExactly } from "./exact-asn1.ts";
import { readPemBlocks, toPem } from "./pem-blocks.ts";
import type { VettedIssuer } from "./vetted-issuer.ts";

/** One whole revocation list, signed by a CA of the issuer's file. Its dates are for `revocationState`. */
export interface VettedCrl {
  readonly file: string;
  /** The CA's distinguished name, DER in lower-case hex. */
  readonly issuer: string;
  /** ms since the epoch (RFC 5280 5.1.2.4, 5.1.2.5). */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Serial numbers, as in `CertificateFacts.serialNumber`. */
  readonly revoked: ReadonlySet<string>;
  /** This list alone, written anew: one member of a secure context's `crl` array. */
  readonly pem: string;
}

/** RFC 7468 6, and what @peculiar/x509 writes in its place. */
const LABELS: ReadonlySet<string> = new Set(["X509 CRL", "CRL"]);

/** About 100,000 entries; such a list takes some seconds to read, at load. */
const LIMITS = { maxDepth: 16, maxNodes: 1_000_000, maxContentLength: 1 << 24 } as const;

/**
 * Reads a file of CRLs: every PEM block of it (Node takes the first of a string and drops the others in silence), each
 * signed by a CA of the issuer's file, whole, and understood. All problems at once, with their index (`crls[1]`).
 * A stale list is read all the same: what to do about it is a policy.
 *
 * @param input.now ms since the epoch: a list from the future is a problem.
 * @param input.profile what signatures may be. Default `standard`: all that is accepted at all.
 */
export function readCrls(input: {
  readonly file: string;
  readonly text: string;
  readonly issuer: VettedIssuer;
  readonly now: number;
  readonly profile?: Profile;
}): Parsed<readonly VettedCrl[]> {
  const { profile = "standard" } = input;
  const blocks = readPemBlocks(input.text);
  if (!blocks.ok) return blocks;
  const problems: Problem[] = [];
  const crls: VettedCrl[] = [];
  for (const [index, { label, der }] of blocks.value.entries()) {
    const path = pathTo("crls", index);
    const crl = LABELS.has(label) ? parseExactly(der, RevocationList, LIMITS) : null;
    if (crl === null) {
      const message = LABELS.has(label)
        ? "not exactly one DER CRL with a nextUpdate (RFC 5280 5.1)"
        : `this is a ${label}, not an X509 CRL`;
      problems.push({ path, message });
      continue;
    }
    const found = [
      ...contentProblems(crl, input.now),
      crlSignatureProblem(crl, input.issuer, profile),
    ];
    problems.push(...found.filter((what) => what !== null).map((message) => ({ path, message })));
    const { tbsCertList: tbs } = crl;
    crls.push({
      file: input.file,
      issuer: Buffer.from(AsnConvert.serialize(tbs.issuer)).toString("hex"),
      thisUpdate: tbs.thisUpdate.getTime().getTime(),
      nextUpdate: tbs.nextUpdate.getTime().getTime(),
      revoked: new Set(
        (tbs.revokedCertificates ?? []).map((entry) =>
          Buffer.from(entry.userCertificate).toString("hex"),
        ),
      ),
      pem: toPem("X509 CRL", der),
    });
  }
  return parsedUnless(problems, () => crls);
}

// RFC 5280 5.2.4, 5.2.5, 5.3.3: with these a list is not the whole list of one CA's revocations, and to read it as that would be
// to call a revoked certificate good.
const PARTIAL: ReadonlyMap<string, string> = new Map([
  ["2.5.29.27", "a delta CRL"],
  ["2.5.29.28", "a CRL with an issuing distribution point (partial or indirect)"],
  ["2.5.29.29", "an indirect CRL"],
]);

/** What is wrong with a list by itself. The CRL number is not asked for: it orders lists, and here every list counts. */
function contentProblems({ tbsCertList: tbs }: RevocationList, now: number): readonly string[] {
  const problems = new Set<string>();
  const own = tbs.crlExtensions ?? [];
  const inEntries = (tbs.revokedCertificates ?? []).flatMap(
    ({ crlEntryExtensions }) => crlEntryExtensions ?? [],
  );
  for (const { extnID, critical } of [...own, ...inEntries]) {
    const partial = PARTIAL.get(extnID);
    if (partial !== undefined) problems.add(`${partial} is not understood: export the whole list`);
    else if (critical) problems.add(`a critical extension that is not understood (${extnID})`);
  }
  if (new Set(own.map(({ extnID }) => extnID)).size !== own.length) {
    problems.add("the same extension twice (RFC 5280 4.2)");
  }
  if (tbs.thisUpdate.getTime().getTime() > now)
    problems.add("from the future: is the clock right?");
  return [...problems];
}

/** Whether a certificate is on a list of its issuer, a stale one too: a revocation does not lapse. */
export function isRevoked(
  facts: Pick<CertificateFacts, "issuer" | "serialNumber">,
  crls: readonly VettedCrl[],
): boolean {
  return crls.some(
    ({ issuer, revoked }) => issuer === facts.issuer && revoked.has(facts.serialNumber),
  );
}
