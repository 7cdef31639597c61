import { dirname, join } from "node:path";
import { readCrls } from "../../origin-verifier/certificate/read-crl.ts";
import { vetIssuerFile } from "../../origin-verifier/certificate/vet-issuer-file.ts";
import type { VettedIssuer } from "../../origin-verifier/certificate/vetted-issuer.ts";
import type { Profile } from "../../origin-verifier/profile/profile.ts";
import type { Issuer, Mapping } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import { keyTypeFor } from "../lint/profile.ts";
import { findingsIn, type Finding } from "../manners/finding.ts";
import { nextFor } from "../manners/next-for.ts";
import { readText, type ReadText } from "../manners/read-text.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/**
 * Every issuer's files are there and are what the verifier needs: by the same rules by which it starts.
 *
 * @param profile by which the verifier judges.
 */
export function checkIssuers(
  mapping: Mapping,
  mappingFile: string,
  now: Date,
  read: ReadText = readText,
  profile: Profile = "standard",
): readonly Finding[] {
  return [...mapping.issuers.values()].flatMap((issuer) => {
    const file = join(dirname(mappingFile), issuer.certificates);
    const { shared } = issuer;
    const fetchIt = `pullproof fetch shared-issuer --out ${shellQuote(file)}`;
    const makeOne = shared
      ? fetchIt
      : `pullproof issue --new-issuer "Own pulls" --out ${shellQuote(file.replace(/\.pem$/, ""))}`;
    const given = read(file);
    if (!given.ok) {
      const [{ message }] = given.problems;
      const namedBy = `${pathTo("issuers", issuer.name)}.certificates`;
      const next = nextFor(file, makeOne);
      return [{ file, path: "", message: `${message} (${mappingFile}, ${namedBy})`, next }];
    }
    const text = given.value;
    const vetted = vetIssuerFile({ file, text, now: now.getTime(), shared, profile });
    const kind = profile === "post-quantum" ? ` --key-type ${keyTypeFor(profile)}` : "";
    const next = shared
      ? `move it away, then: ${fetchIt}`
      : `put the issuer's certificate there (PEM), or make one elsewhere and name it in ${mappingFile}: pullproof issue --new-issuer "Own pulls" --out pki/another${kind}`;
    if (!vetted.ok) return findingsIn(file, vetted.problems, next);
    return checkCrl(issuer, vetted.value, mappingFile, { now, profile });
  });
}

/** What is allowed, and still has to be said each time. */
export function checkShared(mapping: Mapping, mappingFile: string): readonly Finding[] {
  return [...mapping.issuers.values()]
    .filter(({ shared }) => shared)
    .map(({ name }) => ({
      file: mappingFile,
      path: `${pathTo("issuers", name)}.shared`,
      message:
        "the shared certificate proves only that some Cloudflare zone pulled: any customer can point one at your origin",
      next: "issue a certificate of your own for each hostname: pullproof issue HOSTNAME",
    }));
}

function checkCrl(
  { name, crl }: Issuer,
  issuer: VettedIssuer,
  mappingFile: string,
  { now, profile }: { readonly now: Date; readonly profile: Profile },
): readonly Finding[] {
  if (crl === null) return [];
  const file = join(dirname(mappingFile), crl);
  const next = `put the issuer's current revocation list there (PEM), or remove ${pathTo("issuers", name)}.crl`;
  const given = readText(file);
  if (!given.ok) return findingsIn(file, given.problems, nextFor(file, next));
  const crls = readCrls({ file, text: given.value, issuer, now: now.getTime(), profile });
  return crls.ok ? [] : findingsIn(file, crls.problems, next);
}
