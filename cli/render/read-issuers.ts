import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readCrls, type VettedCrl } from "../../origin-verifier/certificate/read-crl.ts";
import { vetIssuerFile } from "../../origin-verifier/certificate/vet-issuer-file.ts";
import type { VettedIssuer } from "../../origin-verifier/certificate/vetted-issuer.ts";
import type { IssuerName, Mapping } from "../../shared/mapping.ts";
import { checkIssuers } from "../check/check-issuers.ts";
import type { Finding } from "../manners/finding.ts";

/** An issuer whose files keep every rule. */
export interface ReadIssuer {
  readonly issuer: VettedIssuer;
  readonly crls: readonly VettedCrl[];
}

/** The mapping's issuers, by the rules by which the verifier starts; what breaks them is among the findings. */
export function readIssuers(
  mapping: Mapping,
  mappingFile: string,
  now: number,
): { readonly read: ReadonlyMap<IssuerName, ReadIssuer>; readonly findings: readonly Finding[] } {
  const findings = checkIssuers(mapping, mappingFile, new Date(now));
  if (findings.length > 0) return { read: new Map(), findings };
  const read = new Map<IssuerName, ReadIssuer>();
  const home = dirname(mappingFile);
  for (const { name, certificates, crl, shared } of mapping.issuers.values()) {
    const file = join(home, certificates);
    const vetted = vetIssuerFile({ file, text: readFileSync(file, "utf8"), now, shared });
    if (!vetted.ok) continue;
    const crlFile = crl === null ? null : join(home, crl);
    const crls =
      crlFile === null
        ? null
        : readCrls({
            file: crlFile,
            text: readFileSync(crlFile, "utf8"),
            issuer: vetted.value,
            now,
          });
    read.set(name, { issuer: vetted.value, crls: crls?.ok === true ? crls.value : [] });
  }
  return { read, findings: [] };
}
