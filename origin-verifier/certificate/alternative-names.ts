import type { GeneralName, Name } from "@peculiar/asn1-x509";
import { formOf } from "./name-subtree.ts";
import type { NameForm } from "./name-subtree.ts";
import { visible } from "./name-text.ts";

/** The names of a subjectAltName (RFC 5280 4.2.1.6), sorted by what can be done with them. */
export interface AlternativeNames {
  /** dNSNames as they are written, in their own case: printable ASCII without blanks, not yet hostnames. */
  readonly dns: readonly string[];
  /** dNSNames that are no name at all (empty, NUL, CR, blanks, non-ASCII), made visible: for a message, never matched. */
  readonly odd: readonly string[];
  /** iPAddresses as text; an entry with a `/` is an address range, which no certificate may claim. */
  readonly ip: readonly string[];
  readonly directory: readonly Name[];
  /** The kinds of the others: `rfc822Name`, `uniformResourceIdentifier`, ... They identify nobody here. */
  readonly others: readonly NameForm[];
}

const WRITTEN = /^[!-~]+$/;

/**
 * Sorts the names. A dNSName of `shop.example.com\0.evil.test` or `a, DNS:shop.example.com` has been taken for
 * `shop.example.com` by software that printed it before it compared (CVE-2021-44532, CVE-2009-2408): such names are kept apart.
 */
export function readAlternativeNames(names: readonly GeneralName[]): AlternativeNames {
  const dns: string[] = [];
  const odd: string[] = [];
  const ip: string[] = [];
  const directory: Name[] = [];
  const others: NameForm[] = [];
  for (const name of names) {
    if (name.dNSName !== undefined) {
      if (WRITTEN.test(name.dNSName)) dns.push(name.dNSName);
      else odd.push(visible(name.dNSName));
    } else if (name.iPAddress !== undefined) ip.push(name.iPAddress);
    else if (name.directoryName !== undefined) directory.push(name.directoryName);
    else others.push(formOf(name));
  }
  return { dns, odd, ip, directory, others };
}
