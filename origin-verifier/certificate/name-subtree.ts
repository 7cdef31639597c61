import { BlockList } from "node:net";
import { AsnConvert } from "@peculiar/asn1-schema";
import type { GeneralName, Name } from "@peculiar/asn1-x509";
import { parseHostname } from "../../shared/hostname.ts";

/** The forms of a GeneralName (RFC 5280 4.2.1.6). */
export type NameForm = keyof GeneralName;

/** A name that a constraint is held against: text, or a distinguished name. */
export type ConstrainedName = string | Name;

/** The form of a name: the one field of the choice that is set. */
export function formOf(name: GeneralName): NameForm {
  return FORMS.find((form) => name[form] !== undefined) ?? "x400Address";
}

const FORMS = [
  "dNSName",
  "iPAddress",
  "directoryName",
  "rfc822Name",
  "uniformResourceIdentifier",
  "otherName",
  "registeredID",
  "ediPartyName",
] as const satisfies readonly NameForm[];

type Holds = (name: ConstrainedName) => boolean;

/** Whether a name lies wholly within a permitted subtree: every doubt counts as no. */
export function permits(form: NameForm, base: GeneralName): Holds {
  if (form === "dNSName") {
    const subtree = hostSubtree(base);
    return (name) => {
      const hostname = bareHostname(name);
      return hostname !== null && subtree !== null && isWithin(hostname, subtree);
    };
  }
  if (form === "iPAddress") {
    const range = addressRange(base.iPAddress ?? "");
    return (name) => range(name) === true;
  }
  if (form === "directoryName") {
    const prefix = [...(base.directoryName ?? [])].map(hexOf);
    return (name) => {
      if (base.directoryName === undefined || typeof name === "string") return false;
      const own = [...name].map(hexOf);
      return prefix.every((rdn, index) => own[index] === rdn);
    };
  }
  return () => false;
}

/** Whether a name may lie within an excluded subtree: every doubt counts as yes. */
export function excludes(form: NameForm, base: GeneralName): Holds {
  if (form === "dNSName") {
    const subtree = hostSubtree(base);
    return (name) => {
      const hostname = bareHostname(name);
      if (hostname === null || subtree === null || isWithin(hostname, subtree)) return true;
      // `*.example.com` also stands for names within an excluded `bar.example.com` (CVE-2025-61727).
      return isWildcard(name) && isWithin(subtree, hostname);
    };
  }
  if (form === "iPAddress") {
    const range = addressRange(base.iPAddress ?? "");
    return (name) => range(name) !== false;
  }
  return () => true;
}

function isWildcard(name: ConstrainedName): boolean {
  return typeof name === "string" && name.startsWith("*.");
}

/** The hostname of a dNSName, or of a wildcard the part behind `*.`; null where it is neither. */
function bareHostname(name: ConstrainedName): string | null {
  return typeof name === "string" ? parseHostname(isWildcard(name) ? name.slice(2) : name) : null;
}

/** Null for a subtree that is no hostname; the empty text is the subtree of all names. */
function hostSubtree({ dNSName }: GeneralName): string | null {
  return dNSName === "" ? "" : parseHostname(dNSName ?? "");
}

/** RFC 5280 4.2.1.10: the name itself, or with labels added on its left. */
function isWithin(hostname: string, subtree: string): boolean {
  return subtree === "" || hostname === subtree || hostname.endsWith(`.${subtree}`);
}

/** Whether an address is in a range; null where that cannot be said. The two families have nothing in common. */
function addressRange(range: string): (name: ConstrainedName) => boolean | null {
  const [network, prefix] = range.split("/");
  const family = familyOf(range);
  const list = new BlockList();
  if (network === undefined || prefix === undefined) return () => null;
  list.addSubnet(network, Number(prefix), family);
  return (name) => {
    if (typeof name !== "string" || name.includes("/")) return null;
    return familyOf(name) === family && list.check(name, family);
  };
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return address.includes(":") ? "ipv6" : "ipv4";
}

function hexOf(rdn: object): string {
  return Buffer.from(AsnConvert.serialize(rdn)).toString("hex");
}
