import { isSignedBy } from "./signed-directly.ts";
import type { VettedCa } from "./vetted-issuer.ts";

type Signers = ReadonlyMap<VettedCa, readonly VettedCa[]>;

/** For each CA, the others of the list that signed it. Checked once, when the file is read: signatures do not change. */
export function signersWithin(cas: readonly VettedCa[]): Signers {
  return new Map(
    cas.map((child) => [child, cas.filter((ca) => ca !== child && isSignedBy(child, ca))] as const),
  );
}

/** The CAs that the operator vouches for: see `VettedIssuer`. None where CAs signed each other in a circle. */
export function anchorsOf(signers: Signers): ReadonlySet<VettedCa> {
  const cas = [...signers.keys()];
  const selfSigned = cas.filter((ca) => ca.selfSigned);
  return new Set(
    selfSigned.length > 0 ? selfSigned : cas.filter((ca) => signers.get(ca)?.length === 0),
  );
}

/** The CAs that some anchor leads to, the anchors among them. */
export function reachedFrom(
  anchors: ReadonlySet<VettedCa>,
  signers: Signers,
): ReadonlySet<VettedCa> {
  const reached = new Set(anchors);
  let before = -1;
  while (before !== reached.size) {
    before = reached.size;
    for (const [ca, parents] of signers) {
      if (parents.some((parent) => reached.has(parent))) reached.add(ca);
    }
  }
  return reached;
}
