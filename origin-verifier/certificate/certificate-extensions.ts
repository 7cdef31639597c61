import {
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  KeyUsage,
  NameConstraints,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from "@peculiar/asn1-x509";
import type { Extension, GeneralName } from "@peculiar/asn1-x509";
import { parseExactly } from "./exact-asn1.ts";

/** The bits of keyUsage that somebody here asks for (RFC 5280 4.2.1.3). */
export type KeyUsageBit = "digitalSignature" | "keyCertSign" | "cRLSign";

/** What a certificate's extensions say, and what is wrong with them. Absent ones are null. */
export interface ExtensionFacts {
  readonly basicConstraints: BasicConstraints | null;
  readonly keyUsage: ReadonlySet<KeyUsageBit> | null;
  readonly extendedKeyUsage: readonly string[] | null;
  readonly alternativeNames: readonly GeneralName[];
  readonly nameConstraints: NameConstraints | null;
  /** Lower-case hex. */
  readonly subjectKeyId: string | null;
  /** Lower-case hex; also null where the extension names its issuer otherwise. */
  readonly authorityKeyId: string | null;
  readonly malformed: readonly string[];
}

type Type = new () => object;

interface Kind {
  readonly name: string;
  /** Null: nothing in it matters here, so it is not read. */
  readonly type: Type | null;
  /** Whether it may be critical: where we act upon it. RFC 5280 has the others non-critical. */
  readonly mayBeCritical: boolean;
}

/** The extensions that are known; a critical one that is not here is not understood, and refused (RFC 5280 4.2). */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["2.5.29.19", { name: "basicConstraints", type: BasicConstraints, mayBeCritical: true }],
  ["2.5.29.15", { name: "keyUsage", type: KeyUsage, mayBeCritical: true }],
  ["2.5.29.37", { name: "extendedKeyUsage", type: ExtendedKeyUsage, mayBeCritical: true }],
  ["2.5.29.17", { name: "subjectAltName", type: SubjectAlternativeName, mayBeCritical: true }],
  ["2.5.29.30", { name: "nameConstraints", type: NameConstraints, mayBeCritical: true }],
  // Every policy is good enough here (RFC 5280 6.1.1 (c): any-policy), so a critical one forbids nothing.
  ["2.5.29.32", { name: "certificatePolicies", type: null, mayBeCritical: true }],
  ["2.5.29.14", { name: "subjectKeyIdentifier", type: SubjectKeyIdentifier, mayBeCritical: false }],
  [
    "2.5.29.35",
    { name: "authorityKeyIdentifier", type: AuthorityKeyIdentifier, mayBeCritical: false },
  ],
  [
    "1.3.6.1.5.5.7.1.1",
    { name: "authorityInfoAccess", type: AuthorityInfoAccessSyntax, mayBeCritical: false },
  ],
]);
/** RFC 5280 4.2.1.11: always critical, and not processed here; a lax issuer's non-critical one is refused all the same. */
const POLICY_CONSTRAINTS = "2.5.29.36";

/** Reads the extensions, each exactly (see `parseExactly`): what does not read is `malformed`, never just absent. */
export function readExtensions(extensions: readonly Extension[]): ExtensionFacts {
  const malformed: string[] = [];
  const values = new Map<Type, object>();
  const seen = new Set<string>();
  for (const { extnID, critical, extnValue } of extensions) {
    const kind = KINDS.get(extnID);
    const name = kind?.name ?? extnID;
    if (seen.has(extnID)) malformed.push(`the extension ${name} twice (RFC 5280 4.2)`);
    seen.add(extnID);
    if (extnID === POLICY_CONSTRAINTS)
      malformed.push("policyConstraints, which are not understood");
    else if (critical && kind?.mayBeCritical !== true) {
      malformed.push(
        `a critical extension that is not understood or must not be critical: ${name} (RFC 5280 4.2)`,
      );
    }
    if (kind === undefined || kind.type === null) continue;
    const value = parseExactly(new Uint8Array(extnValue.buffer), kind.type);
    if (value === null) malformed.push(`an extension ${name} that does not read as one`);
    else if (isEmpty(value)) malformed.push(`an empty ${name}`);
    else values.set(kind.type, value);
  }
  const get = <T extends object>(type: new () => T): T | null => {
    const value = values.get(type);
    return value instanceof type ? value : null;
  };
  const keyUsage = get(KeyUsage);
  if (keyUsage !== null && !isKeyUsage(keyUsage))
    malformed.push("a keyUsage without a use (RFC 5280 4.2.1.3)");
  return {
    basicConstraints: get(BasicConstraints),
    keyUsage: keyUsage === null ? null : keyUsageBits(keyUsage),
    extendedKeyUsage: get(ExtendedKeyUsage),
    alternativeNames: get(SubjectAlternativeName) ?? [],
    nameConstraints: get(NameConstraints),
    subjectKeyId: hexOf(get(SubjectKeyIdentifier)?.buffer),
    authorityKeyId: hexOf(get(AuthorityKeyIdentifier)?.keyIdentifier?.buffer),
    malformed,
  };
}

/** A list of nothing, or a structure without a field: no issuer's tool makes one, and it says nothing. */
function isEmpty(value: object): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return (
    value instanceof AuthorityKeyIdentifier &&
    value.keyIdentifier === undefined &&
    value.authorityCertIssuer === undefined &&
    value.authorityCertSerialNumber === undefined
  );
}

/** Nine bits are defined, at least one must be set. */
function isKeyUsage({ value }: KeyUsage): boolean {
  const bytes = new Uint8Array(value);
  return bytes.length <= 2 && bytes.some((byte) => byte !== 0);
}

/** By hand: the library adds all bits up in one float, where a long enough string rounds the first ones away. */
function keyUsageBits({ value }: KeyUsage): ReadonlySet<KeyUsageBit> {
  const first = new Uint8Array(value)[0] ?? 0;
  const bits = new Set<KeyUsageBit>();
  if ((first & 0x80) !== 0) bits.add("digitalSignature");
  if ((first & 0x04) !== 0) bits.add("keyCertSign");
  if ((first & 0x02) !== 0) bits.add("cRLSign");
  return bits;
}

function hexOf(bytes: ArrayBuffer | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString("hex");
}
