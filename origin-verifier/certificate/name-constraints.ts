import type { GeneralName, GeneralSubtree, NameConstraints } from "@peculiar/asn1-x509";
import { parseHostname } from "../../shared/hostname.ts";
import type { CertificateFacts } from "./certificate-facts.ts";
import { excludes, formOf, permits } from "./name-subtree.ts";
import type { ConstrainedName, NameForm } from "./name-subtree.ts";

/** As in OpenSSL and Go: a CA with thousands of constraints over a leaf with thousands of names is somebody's attack. */
const MOST_COMPARISONS = 1 << 18;
const EMAIL_ADDRESS = "1.2.840.113549.1.9.1";

/**
 * What is wrong with a CA's name constraints by themselves (RFC 5280 4.2.1.10): such a CA is refused when its file is read, for
 * a limit that two validators read differently is none.
 */
export function nameConstraintProblems(constraints: NameConstraints): readonly string[] {
  const subtrees = [
    ...(constraints.permittedSubtrees ?? []),
    ...(constraints.excludedSubtrees ?? []),
  ];
  const problems: string[] = [];
  if (subtrees.length === 0) problems.push("empty name constraints");
  for (const { base, minimum, maximum } of subtrees) {
    const { dNSName, iPAddress, rfc822Name } = base;
    if (minimum !== 0 || maximum !== undefined) {
      problems.push("name constraints with a minimum or a maximum");
    }
    if (dNSName !== undefined && dNSName !== "" && parseHostname(dNSName) === null) {
      problems.push(
        `a name constraint that is no hostname: ${JSON.stringify(dNSName)} (no leading dot, no wildcard)`,
      );
    }
    if (iPAddress !== undefined && !iPAddress.includes("/")) {
      problems.push(`a name constraint that is no address range: ${iPAddress}`);
    }
    if (rfc822Name !== undefined && rfc822Name.split("@").length > 2) {
      problems.push("a name constraint that is no mail address");
    }
  }
  return problems;
}

/**
 * Which of a CA's constraints a certificate below it breaks; null for none. Held whether the extension is critical or not.
 *
 * dNSName and iPAddress are compared as RFC 5280 4.2.1.10 says. The rest fails closed: a directoryName must begin with the
 * permitted one byte for byte, an excluded one excludes every certificate that has a name of that form at all, and so does
 * any constraint on another form (mail, URI, otherName).
 */
export function brokenConstraint(
  constraints: NameConstraints,
  facts: Pick<CertificateFacts, "names" | "subjectName">,
): string | null {
  const permitted = byForm(constraints.permittedSubtrees ?? []);
  const excluded = byForm(constraints.excludedSubtrees ?? []);
  for (const [form, values] of namesByForm(facts)) {
    const permitting = permitted.get(form)?.map((base) => permits(form, base));
    const excluding = (excluded.get(form) ?? []).map((base) => excludes(form, base));
    if (values.length * ((permitting?.length ?? 0) + excluding.length) > MOST_COMPARISONS) {
      return "more names and name constraints than are compared";
    }
    for (const value of values) {
      if (excluding.some((holds) => holds(value))) return `an excluded ${form}`;
      if (permitting?.some((holds) => holds(value)) === false)
        return `a ${form} that is not permitted`;
    }
  }
  return null;
}

/** The names that constraints apply to: subjectAltName, the subject itself, and a mail address within the subject. */
function namesByForm({
  names,
  subjectName,
}: Pick<CertificateFacts, "names" | "subjectName">): ReadonlyMap<
  NameForm,
  readonly ConstrainedName[]
> {
  const present = new Map<NameForm, readonly ConstrainedName[]>([
    ["dNSName", [...names.dns, ...names.odd]],
    ["iPAddress", names.ip],
    ["directoryName", subjectName.length > 0 ? [subjectName, ...names.directory] : names.directory],
  ]);
  for (const form of names.others) present.set(form, [form]);
  const attributes = [...subjectName].flatMap((rdn) => [...rdn]);
  if (attributes.some(({ type }) => type === EMAIL_ADDRESS)) present.set("rfc822Name", ["subject"]);
  return present;
}

function byForm(
  subtrees: readonly GeneralSubtree[],
): ReadonlyMap<NameForm, readonly GeneralName[]> {
  const forms = new Map<NameForm, GeneralName[]>();
  for (const { base } of subtrees) {
    const form = formOf(base);
    const bases = forms.get(form);
    if (bases === undefined) forms.set(form, [base]);
    else bases.push(base);
  }
  return forms;
}
