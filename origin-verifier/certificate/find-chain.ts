import { brokenConstraint } from "./name-constraints.ts";
import { isSignedBy } from "./signed-directly.ts";
import type { ReadCertificate } from "./signed-directly.ts";
import type { VettedCa, VettedIssuer } from "./vetted-issuer.ts";

/** The way from a leaf to an anchor of its issuer's file. */
export interface Chain {
  /** At least one: the CA that signed the leaf first, the anchor last. */
  readonly cas: readonly VettedCa[];
  /** When all of these CAs are valid (ms since the epoch): outside it, look for a chain again. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** A chain, or why there is none: words for the operator, never for a stranger. */
export type FoundChain =
  | { readonly ok: true; readonly chain: Chain }
  | { readonly ok: false; readonly detail: string };

/** More CAs than this between a leaf and its anchor are an attack or a mistake; four is long on the Web. */
const MOST_CAS = 8;
/** CAs looked at in one search: where CAs signed each other in all directions, the ways explode. */
const MOST_STEPS = 256;

/**
 * Looks for a way from a leaf to an anchor of an issuer's file, with our own check of the signatures: the engine's verdict
 * (`authorized`) has been wrong before. Only CAs of the file count, for intermediates are held at the origin: what a peer
 * sends along is never looked at.
 *
 * Held on the way (RFC 5280 6.1): validity now, path lengths (self-issued CAs are not counted), name constraints on the leaf
 * and on every CA below (the self-issued excepted). Signatures between CAs were checked when the file was read. Not held
 * here: the leaf's own rules and dates; see `leafProblem` and the judge.
 *
 * @param now ms since the epoch.
 */
export function findChain(leaf: ReadCertificate, issuer: VettedIssuer, now: number): FoundChain {
  let detail: string | null = null;
  let steps = 0;
  // Breadth first: the shortest way is the ordinary one, and a knot of CAs cannot hide it.
  const ways: (readonly VettedCa[])[] = [[]];
  for (const below of ways) {
    for (const ca of signersOf(leaf, below.at(-1), issuer)) {
      if (below.some((other) => isSameEntity(other, ca))) continue;
      steps += 1;
      const problem = steps > MOST_STEPS ? "too many ways" : stepProblem(leaf, below, ca, now);
      if (problem !== null) detail ??= `${ca.facts.subjectText}: ${problem}`;
      else if (issuer.anchors.has(ca)) return { ok: true, chain: chainOf([...below, ca]) };
      else if (below.length + 1 < MOST_CAS) ways.push([...below, ca]);
    }
  }
  return { ok: false, detail: detail ?? `signed by no CA of ${issuer.file}` };
}

/** The CAs of the file that signed a leaf (checked here and now), or a CA (checked when the file was read). */
function signersOf(
  leaf: ReadCertificate,
  child: VettedCa | undefined,
  issuer: VettedIssuer,
): readonly VettedCa[] {
  return child === undefined
    ? issuer.certificates.filter((ca) => isSignedBy(leaf, ca))
    : (issuer.signers.get(child) ?? []);
}

function chainOf(cas: readonly VettedCa[]): Chain {
  return {
    cas,
    notBefore: Math.max(...cas.map(({ facts }) => facts.notBefore)),
    notAfter: Math.min(...cas.map(({ facts }) => facts.notAfter)),
  };
}

/** Why a CA may not stand above those below it; null where it may. */
function stepProblem(
  leaf: ReadCertificate,
  below: readonly VettedCa[],
  { facts }: VettedCa,
  now: number,
): string | null {
  if (now < facts.notBefore) return "the CA is not valid yet";
  if (now >= facts.notAfter) return "the CA has expired";
  const counted = below.filter((ca) => !isSelfIssued(ca));
  if (facts.pathLength !== null && counted.length > facts.pathLength) {
    return `more CAs below it than its path length of ${facts.pathLength}`;
  }
  const { nameConstraints } = facts;
  if (nameConstraints === null) return null;
  for (const held of [leaf, ...counted]) {
    const broken = brokenConstraint(nameConstraints, held.facts);
    if (broken !== null) return `its name constraints: ${held.facts.subjectText} has ${broken}`;
  }
  return null;
}

/** RFC 5280 6.1: issuer and subject are the same (key rollover); such a CA is no further entity on the way. */
function isSelfIssued({ facts }: VettedCa): boolean {
  return facts.issuer === facts.subject;
}

/** The same name with the same key, in another certificate: to go there is to go in a circle (RFC 4158 5.2). */
function isSameEntity(one: VettedCa, other: VettedCa): boolean {
  return one.facts.subject === other.facts.subject && one.publicKey.equals(other.publicKey);
}
