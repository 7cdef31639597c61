import { dirname, resolve } from "node:path";
import type { Issuer, IssuerName, Mapping } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import { readCrls, type VettedCrl } from "../certificate/read-crl.ts";
import { crlsFreshUntil } from "../certificate/revocation.ts";
import { vetIssuerFile } from "../certificate/vet-issuer-file.ts";
import type { VettedIssuer } from "../certificate/vetted-issuer.ts";
import type { Profile } from "../profile/profile.ts";
import type { FileReports } from "./file-reports.ts";
import type { IssuerTrust } from "./trust.ts";

/** By what the files of a trust are vetted: the time, in milliseconds since 1970, and what algorithms they may have. */
export interface Terms {
  readonly now: number;
  readonly profile: Profile;
}

/** Reads and vets the files of every issuer of the mapping; those with a problem are missing from the result. */
export async function readIssuers(
  mapping: Mapping,
  mappingFile: string,
  terms: Terms,
  reports: FileReports,
): Promise<ReadonlyMap<IssuerName, IssuerTrust>> {
  const issuers = await Promise.all(
    [...mapping.issuers.values()].map((issuer) => readIssuer(issuer, mappingFile, terms, reports)),
  );
  return new Map(issuers.flatMap((issuer) => (issuer === null ? [] : [[issuer.name, issuer]])));
}

async function readIssuer(
  { name, certificates, crl, shared }: Issuer,
  mappingFile: string,
  terms: Terms,
  reports: FileReports,
): Promise<IssuerTrust | null> {
  const place = pathTo("issuers", name);
  const folder = dirname(mappingFile);
  const file = resolve(folder, certificates);
  const text = await reports.read(file, `${place}.certificates`);
  const issuer =
    text === null ? null : reports.take(file, vetIssuerFile({ file, text, shared, ...terms }));
  if (issuer === null) return null;
  if (crl === null) return { name, issuer, shared, crls: [], revocationUntil: null };
  const crls = await readIssuerCrls(resolve(folder, crl), `${place}.crl`, issuer, terms, reports);
  if (crls === null) return null;
  return {
    name,
    issuer,
    shared,
    crls,
    revocationUntil: crlsFreshUntil(crls),
  };
}

async function readIssuerCrls(
  file: string,
  namedBy: string,
  issuer: VettedIssuer,
  terms: Terms,
  reports: FileReports,
): Promise<readonly VettedCrl[] | null> {
  const text = await reports.read(file, namedBy);
  return text === null ? null : reports.take(file, readCrls({ file, text, issuer, ...terms }));
}
