import { existsSync } from "node:fs";
import path from "node:path";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { IssuerName, Mapping } from "../../shared/mapping.ts";
import { issuePullCertificate } from "../certificates/issue-leaf.ts";
import { isMlDsa } from "../certificates/ml-dsa.ts";
import { readSigner } from "../certificates/read-signer.ts";
import { daysUntil } from "../certificates/validity.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { failure } from "../manners/failure.ts";
import { withoutEnding } from "../command/place.ts";
import type { Hands } from "./hands.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/**
 * Issues the next certificate for a hostname, by the key of the mapping's own issuer, into the folder of certificates:
 * `NAME-2026-11-22.pem` and `.key`. A rotation that is interrupted right here finds them the next time.
 *
 * @returns its fingerprint.
 * @throws {Failure} where the issuer's key is not here: then a certificate comes from wherever it is; and where it is of a
 *   kind whose verifiers take no certificate that is issued here.
 */
export async function issueNext(
  { mappingFile, certificates, issuing, now }: Hands,
  { issuers }: Mapping,
  hostname: Hostname,
  issuerName: IssuerName,
): Promise<Fingerprint> {
  const file = issuers.get(issuerName)?.certificates ?? "";
  const stem = withoutEnding(path.join(path.dirname(mappingFile), file));
  if (!existsSync(`${stem}.key`)) {
    throw failure({
      file: `${stem}.key`,
      message: `is not here: ${issuerName} cannot sign the next certificate`,
      next: `issue it where that key is, then: pullproof rotate ${hostname} --certificate FILE --key FILE`,
    });
  }
  const signer = await readSigner(stem, now());
  const left = daysUntil(signer.certificate.notAfter, now());
  if (left < 1) {
    throw failure({
      file: `${stem}.pem`,
      message: "expires within a day: what it signs would too",
      next: `pullproof issue --new-issuer "Own pulls" --out ${shellQuote(`${stem}-next`)}`,
    });
  }
  const days = Math.min(issuing.days, left + 1);
  const { keyType } = issuing;
  const signedBy = signer.key.asymmetricKeyType;
  // Whoever has such an issuer has verifiers that take no other kind: they would list what they refuse.
  if (isMlDsa(signedBy)) {
    const next = path.join(certificates, `${hostname}-next`);
    const [pem, key] = [shellQuote(`${next}.pem`), shellQuote(`${next}.key`)];
    throw failure({
      file: `${stem}.key`,
      message: `is an ${signedBy} key, and a ${keyType} certificate of it is refused by --profile post-quantum`,
      next: `pullproof issue ${hostname} --issuer ${shellQuote(stem)} --key-type ${signedBy} --out ${shellQuote(next)}, then: pullproof rotate ${hostname} --certificate ${pem} --key ${key}`,
    });
  }
  const made = await issuePullCertificate({ hostname, signer, keyType, days, now: now() });
  const place = freePlace(certificates, `${hostname}-${now().toISOString().slice(0, 10)}`);
  writeFiles(
    [
      { path: `${place}.key`, text: made.key, mode: 0o600 },
      { path: `${place}.pem`, text: made.certificate, mode: 0o644 },
    ],
    "refuse",
  );
  return made.fingerprint;
}

function freePlace(folder: string, name: string): string {
  for (let number = 1; ; number += 1) {
    const place = path.join(folder, number === 1 ? name : `${name}-${number}`);
    if (!existsSync(`${place}.pem`) && !existsSync(`${place}.key`)) return place;
  }
}
