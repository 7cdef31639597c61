import { basename, dirname } from "node:path";
import { readOriginCertificate } from "../../origin-verifier/certificate/read-origin-certificate.ts";
import { issueOriginCertificate, type LeafRequest } from "../certificates/issue-leaf.ts";
import { isMlDsa } from "../certificates/ml-dsa.ts";
import type { Io } from "../manners/io.ts";
import { required } from "../manners/required.ts";
import { tellMade, writeMade } from "./issue-output.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** The issuer of origin certificates, by default: not that of pull certificates, whose key has nothing to do with origins. */
export const ORIGIN_ISSUER = "pki/origins/issuer";

/** What such an issuer is called in the commands that make one. */
export const ORIGIN_ISSUER_NAME = "Own origins";

/** Whether an issuer at this place is one of origins: by its folder, as in {@link ORIGIN_ISSUER}. */
export function isOriginIssuer(stem: string): boolean {
  return basename(dirname(stem)) === basename(dirname(ORIGIN_ISSUER));
}

/** Who is to trust such an issuer: never the mapping, in which it could mint pulls. */
export function trustIt(issuerStem: string): string {
  return `let whoever pulls trust ${issuerStem}.pem: the zone's Custom Origin Trust Store, or --origin-ca of pullproof probe`;
}

/**
 * `--origin`: a certificate that the origin presents. For trying things out, and for a zone whose Custom Origin Trust Store has its
 * issuer: no public CA signs with ML-DSA.
 *
 * @throws {Failure} where a verifier of that hostname would not start with it.
 */
export async function issueForOrigin(
  io: Io,
  request: LeafRequest,
  given: {
    readonly stem: string;
    readonly issuerStem: string;
    readonly json: boolean;
    readonly dryRun: boolean;
  },
): Promise<void> {
  const { stem, issuerStem, json, dryRun } = given;
  const { hostname, keyType, now } = request;
  const made = await issueOriginCertificate(request);
  const { certificate, key } = made;
  required(
    `${stem}.pem`,
    readOriginCertificate({ certificate, key, hostname, now: now.getTime() }),
    "report this: it is a mistake of pullproof's",
  );
  writeMade(stem, made, dryRun);
  const profile = isMlDsa(keyType) ? " --profile post-quantum" : "";
  const next = [
    `origin-verifier --mapping mapping.json --certificate ${shellQuote(`${stem}.pem`)} --key ${shellQuote(`${stem}.key`)} --application http://127.0.0.1:3000${profile}`,
    trustIt(issuerStem),
    "a Worker trusts public CAs, and a CA of that store with the compatibility flag cots_on_external_fetch: without it, this certificate is for the local world",
  ];
  tellMade(io, made, { stem, json, dryRun, now, next });
}
