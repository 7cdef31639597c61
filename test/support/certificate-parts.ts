import { createHash } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  Extension,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from "@peculiar/asn1-x509";
import type { Keys } from "./keys.ts";

/** Object identifiers of extended key uses. */
export const EKU = {
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  any: "2.5.29.37.0",
} as const;

/** A distinguished name of common names (or of other attributes, by their identifier). */
export function name(...parts: readonly (string | readonly [type: string, value: string])[]): Name {
  return new Name(
    parts.map((part) => {
      const [type, utf8String] = typeof part === "string" ? ["2.5.4.3", part] : part;
      const value = new AttributeValue({ utf8String });
      return new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value })]);
    }),
  );
}

/** Any extension, from its value's bytes or from its structure. */
export function extension(oid: string, value: object | string, critical = false): Extension {
  const bytes =
    typeof value === "string"
      ? Buffer.from(value, "hex")
      : Buffer.from(AsnConvert.serialize(value));
  return new Extension({
    extnID: oid,
    critical,
    extnValue: new OctetString(new Uint8Array(bytes)),
  });
}

export function basicConstraints(
  cA: boolean,
  pathLenConstraint?: number,
  critical = true,
): Extension {
  const value = new BasicConstraints({ cA });
  if (pathLenConstraint !== undefined) value.pathLenConstraint = pathLenConstraint;
  return extension("2.5.29.19", value, critical);
}

export function keyUsage(...uses: readonly (keyof typeof KeyUsageFlags)[]): Extension {
  const bits = uses.reduce((all, use) => all | KeyUsageFlags[use], 0);
  return extension("2.5.29.15", new KeyUsage(bits), true);
}

export function extendedKeyUsage(...uses: readonly string[]): Extension {
  return extension("2.5.29.37", new ExtendedKeyUsage([...uses]));
}

/** dNSNames, or other names by their kind. */
export function subjectAltName(...names: readonly (string | Partial<GeneralName>)[]): Extension {
  const all = names.map((one) => new GeneralName(typeof one === "string" ? { dNSName: one } : one));
  return extension("2.5.29.17", new SubjectAlternativeName(all));
}

/** The key identifier of RFC 5280 4.2.1.2 (1), or so: SHA-1 of the whole SPKI. */
export function keyIdOf({ publicKey }: Keys): Uint8Array {
  const spki = publicKey.export({ type: "spki", format: "der" });
  return new Uint8Array(createHash("sha1").update(spki).digest());
}

export function subjectKeyId(keys: Keys, critical = false): Extension {
  return extension("2.5.29.14", new SubjectKeyIdentifier(keyIdOf(keys)), critical);
}

export function authorityKeyId(keys: Keys, critical = false): Extension {
  const keyIdentifier = new KeyIdentifier(keyIdOf(keys));
  return extension("2.5.29.35", new AuthorityKeyIdentifier({ keyIdentifier }), critical);
}

type Names = readonly (string | Partial<GeneralName>)[];

export function nameConstraints(
  limits: { readonly permitted?: Names; readonly excluded?: Names },
  critical = true,
): Extension {
  const value = new NameConstraints();
  if (limits.permitted !== undefined) value.permittedSubtrees = subtrees(limits.permitted);
  if (limits.excluded !== undefined) value.excludedSubtrees = subtrees(limits.excluded);
  return extension("2.5.29.30", value, critical);
}

function subtrees(names: Names): GeneralSubtrees {
  return new GeneralSubtrees(
    names.map((one) => {
      const base = new GeneralName(typeof one === "string" ? { dNSName: one } : one);
      return new GeneralSubtree({ base });
    }),
  );
}
