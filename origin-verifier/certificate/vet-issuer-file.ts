import { failed, pathTo, type Parsed } from "../../shared/problem.ts";
import { PROFILE_RULES } from "../profile/profile.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import { readPemCertificates } from "./read-pem.ts";
import { SHARED_ISSUER } from "./shared-issuer.ts";
import { vetIssuer } from "./vet-issuer.ts";
import type { VettedIssuer } from "./vetted-issuer.ts";

/**
 * Vets the file of one issuer of the mapping: by the rules of a CA, and by what it may be.
 *
 * Of a shared issuer every certificate is the one that is known; another beside it would be trusted as Cloudflare's. And the
 * known one is nobody's own: as an issuer of one's own it would be listed, named and never warned of, though any customer
 * of Cloudflare has its certificate presented.
 */
export function vetIssuerFile(
  input: Parameters<typeof vetIssuer>[0] & {
    /** Whether the mapping calls it shared. */
    readonly shared: boolean;
  },
): Parsed<VettedIssuer> {
  const { shared, profile = "standard" } = input;
  if (shared && !PROFILE_RULES[profile].sharedIssuer)
    return failed(
      "",
      `Cloudflare's shared certificate, which the profile ${profile} does not take: pull with a certificate of your own (pullproof issue), or choose another profile`,
    );
  const read = readPemCertificates(input.text);
  if (!read.ok) return read;
  const [problem, ...others] = read.value.flatMap(({ raw }, index) => {
    const fingerprint = fingerprintOf(raw);
    if ((fingerprint === SHARED_ISSUER) === input.shared) return [];
    const message = input.shared
      ? `${fingerprint} is not Cloudflare's shared CA (${SHARED_ISSUER}): nothing else may stand in this file`
      : 'Cloudflare\'s shared CA, which signs for every customer: give it an issuer of its own, with "shared": true';
    return [{ path: pathTo("certificates", index), message }];
  });
  return problem === undefined ? vetIssuer(input) : { ok: false, problems: [problem, ...others] };
}
