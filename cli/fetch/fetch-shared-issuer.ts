import type { X509Certificate } from "node:crypto";
import { readPemCertificates } from "../../origin-verifier/certificate/read-pem.ts";
import { vetIssuerFile } from "../../origin-verifier/certificate/vet-issuer-file.ts";
import { findingsIn } from "../manners/finding.ts";
import { refuseIfAny } from "../manners/failure.ts";
import { download } from "./download.ts";
import { SHARED_ISSUER_URL } from "./published.ts";

const NEXT =
  "nothing was written. Has Cloudflare moved to another CA? A newer pullproof knows it; this one trusts no other";

/**
 * Fetches Cloudflare's shared CA. The network is believed in nothing: what comes is held against the known fingerprint, by the
 * rules by which the verifier loads it.
 *
 * @throws {Failure} where it cannot be had, or is not that certificate and nothing else.
 */
export async function fetchSharedIssuer(now: Date): Promise<X509Certificate> {
  const text = await download(SHARED_ISSUER_URL, "follow");
  const input = { file: SHARED_ISSUER_URL, text, now: now.getTime(), shared: true };
  const vetted = vetIssuerFile(input);
  if (!vetted.ok) refuseIfAny(findingsIn(SHARED_ISSUER_URL, vetted.problems, NEXT));
  const read = readPemCertificates(text);
  if (!read.ok) throw new Error("vetted, and not readable");
  return read.value[0];
}
