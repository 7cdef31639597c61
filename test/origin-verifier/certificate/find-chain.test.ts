import { describe, expect, it } from "vitest";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import { findChain } from "../../../origin-verifier/certificate/find-chain.ts";
import type { FoundChain } from "../../../origin-verifier/certificate/find-chain.ts";
import { signedBy } from "../../support/signed-by.ts";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import type { VettedIssuer } from "../../../origin-verifier/certificate/vetted-issuer.ts";
import {
  authorityKeyId,
  basicConstraints,
  keyUsage,
  name,
  nameConstraints,
} from "../../support/certificate-parts.ts";
import {
  caExtensions,
  leafExtensions,
  mint,
  mintCa,
  mintLeaf,
  without,
} from "../../support/certificates.ts";
import type { Minted, Recipe } from "../../support/certificates.ts";
import { freshKeys, keysOf, SIGNATURES } from "../../support/keys.ts";

const now = Date.now();
const HOUR = 3_600_000;
const root = mintCa({ subject: "root" });
const intermediate = mintCa({ subject: "intermediate", by: root });

function issuerOf(...cas: readonly Minted[]): VettedIssuer {
  const text = cas.map(({ pem }) => pem).join("");
  const issuer = vetIssuer({ file: "issuer.pem", text, now });
  if (!issuer.ok) throw new Error(issuer.problems.map(({ message }) => message).join("; "));
  return issuer.value;
}

function find(leaf: Minted, issuer: VettedIssuer, at = now): FoundChain {
  const facts = readCertificateFacts(leaf.der);
  if ("unreadable" in facts) throw new Error(facts.unreadable);
  return findChain({ certificate: leaf.certificate, facts }, issuer, at);
}

function detailOf(leaf: Minted, issuer: VettedIssuer, at = now): string {
  const found = find(leaf, issuer, at);
  return found.ok ? "" : found.detail;
}

/** The subjects on the way, from the leaf's signer to the anchor. */
function wayOf(leaf: Minted, issuer: VettedIssuer): readonly string[] {
  const found = find(leaf, issuer);
  return found.ok ? found.chain.cas.map(({ facts }) => facts.subjectText) : [];
}

/** A CA below another, with a path length and more. */
function below(by: Minted, subject: string, pathLength?: number, recipe: Recipe = {}): Minted {
  const keys = recipe.keys ?? freshKeys();
  const limit = basicConstraints(true, pathLength);
  const extensions = without(caExtensions(keys, by), "2.5.29.19", limit);
  return mintCa({ by, subject, keys, extensions, ...recipe });
}

/** A CA below the root with name constraints. */
function constrained(limits: Parameters<typeof nameConstraints>[0], critical = true): Minted {
  const keys = freshKeys();
  const extensions = [...caExtensions(keys, root), nameConstraints(limits, critical)];
  return mintCa({ by: root, subject: "constrained", keys, extensions });
}

describe("a leaf is not of an issuer", () => {
  it("that never signed it", () => {
    expect(detailOf(mintLeaf(mintCa()), issuerOf(root))).toBe("signed by no CA of issuer.pem");
  });

  it("of the same name with another key", () => {
    const impostor = mintCa({ subject: "root" });
    expect(find(mintLeaf(impostor), issuerOf(root)).ok).toBe(false);
    const unnamed = without(leafExtensions(freshKeys(), root), "2.5.29.35");
    expect(find(mintLeaf(impostor, { extensions: unnamed }), issuerOf(root)).ok).toBe(false);
  });

  it("whose key it claims in its authorityKeyIdentifier, but whose signature it lacks", () => {
    const liar = { keys: freshKeys(), subject: root.subject };
    const extensions = without(
      leafExtensions(freshKeys(), liar),
      "2.5.29.35",
      authorityKeyId(root.keys),
    );
    expect(find(mintLeaf(liar, { extensions }), issuerOf(root)).ok).toBe(false);
  });

  it("whose signature it has, but with an authorityKeyIdentifier of another key", () => {
    const keys = freshKeys();
    const extensions = without(leafExtensions(keys, root), "2.5.29.35", authorityKeyId(keys));
    expect(find(mintLeaf(root, { keys, extensions }), issuerOf(root)).ok).toBe(false);
  });

  it("when one byte of it was changed after it was signed", () => {
    const changed = mintLeaf(root, {
      changeOutside: (certificate) => {
        certificate.tbsCertificate.subject = name("somebody else");
      },
    });
    expect(find(changed, issuerOf(root)).ok).toBe(false);
  });

  it("when it is signed by an intermediate that is not held at the origin", () => {
    expect(find(mintLeaf(intermediate), issuerOf(root)).ok).toBe(false);
  });

  it("when it is signed by another leaf of the issuer", () => {
    expect(find(mintLeaf(mintLeaf(root)), issuerOf(root)).ok).toBe(false);
  });

  it("when it signed itself", () => {
    expect(find(mint({ extensions: leafExtensions(freshKeys(), root) }), issuerOf(root)).ok).toBe(
      false,
    );
  });

  it("that has expired since its file was read, or is not valid yet", () => {
    const short = mintCa({ subject: "short", notAfter: now + HOUR });
    const leaf = mintLeaf(short);
    expect(find(leaf, issuerOf(short)).ok).toBe(true);
    expect(detailOf(leaf, issuerOf(short), now + 2 * HOUR)).toBe("CN=short: the CA has expired");
    expect(detailOf(leaf, issuerOf(short), now - 2000 * HOUR)).toBe(
      "CN=short: the CA is not valid yet",
    );
  });

  it("to the very second", () => {
    const second = Math.floor(now / 1000) * 1000;
    const brief = mintCa({ notBefore: second - HOUR, notAfter: second + HOUR });
    const issuer = issuerOf(brief);
    const leaf = mintLeaf(brief);
    const at = (moment: number): boolean => find(leaf, issuer, moment).ok;
    expect([at(second - HOUR - 1), at(second - HOUR)]).toEqual([false, true]);
    expect([at(second + HOUR - 1), at(second + HOUR)]).toEqual([true, false]);
  });

  it("whose root has expired, though the intermediate has not", () => {
    const short = mintCa({ subject: "short", notAfter: now + HOUR });
    const long = mintCa({ by: short });
    expect(find(mintLeaf(long), issuerOf(short, long), now + 2 * HOUR).ok).toBe(false);
  });

  it("with more CAs on the way than the path length allows", () => {
    const narrow = below(root, "narrow", 0);
    const under = below(narrow, "under");
    expect(detailOf(mintLeaf(under), issuerOf(root, narrow, under))).toContain("path length of 0");
    expect(find(mintLeaf(narrow), issuerOf(root, narrow)).ok).toBe(true);
  });

  it("when a root has a path length of 0 and an intermediate", () => {
    const keys = freshKeys();
    const extensions = without(caExtensions(keys), "2.5.29.19", basicConstraints(true, 0));
    const narrow = mintCa({ keys, extensions });
    const under = mintCa({ by: narrow });
    expect(find(mintLeaf(under), issuerOf(narrow, under)).ok).toBe(false);
  });

  it("at the end of a way of nine CAs", () => {
    const chain = [root];
    while (chain.length < 9) chain.push(mintCa({ by: chain.at(-1) ?? root }));
    expect(find(mintLeaf(chain[7] ?? root), issuerOf(...chain.slice(0, 8))).ok).toBe(true);
    expect(find(mintLeaf(chain[8] ?? root), issuerOf(...chain)).ok).toBe(false);
  });
});

describe("a leaf is of an issuer", () => {
  it("that signed it", () => {
    expect(wayOf(mintLeaf(root), issuerOf(mintCa(), root))).toEqual(["CN=root"]);
  });

  it.each(["rsa-2048", "secp384r1", "ed25519"] as const)("with a key of %s", (kind) => {
    const ca = mintCa({ keys: keysOf(kind) });
    expect(find(mintLeaf(ca), issuerOf(ca)).ok).toBe(true);
  });

  it("without key identifiers on either side", () => {
    const plain = mintCa({ extensions: [basicConstraints(true), keyUsage("keyCertSign")] });
    const extensions = without(leafExtensions(freshKeys(), plain), "2.5.29.35");
    expect(find(mintLeaf(plain, { extensions }), issuerOf(plain)).ok).toBe(true);
  });

  it("through intermediates that its file holds, in any order", () => {
    const leaf = mintLeaf(intermediate);
    expect(wayOf(leaf, issuerOf(root, intermediate))).toEqual(["CN=intermediate", "CN=root"]);
    expect(wayOf(leaf, issuerOf(intermediate, root))).toEqual(["CN=intermediate", "CN=root"]);
  });

  it("that is an intermediate without its root", () => {
    expect(wayOf(mintLeaf(intermediate), issuerOf(intermediate))).toEqual(["CN=intermediate"]);
  });

  it("with a path length that self-issued CAs do not use up", () => {
    const narrow = below(root, "narrow", 0);
    const rollover = below(narrow, "narrow");
    expect(find(mintLeaf(rollover), issuerOf(root, narrow, rollover)).ok).toBe(true);
  });

  it("by the second of two ways when the first is forbidden", () => {
    const other = mintCa({ subject: "other" });
    const keys = freshKeys();
    const forbidding = below(root, "forbidding", 0);
    const twice = [
      below(forbidding, "twice", undefined, { keys }),
      mintCa({ by: other, subject: "twice", keys }),
    ];
    const issuer = issuerOf(root, forbidding, ...twice, other);
    expect(wayOf(mintLeaf({ keys, subject: name("twice") }), issuer)).toEqual([
      "CN=twice",
      "CN=other",
    ]);
  });

  it("where CAs signed each other in a circle, as long as one of them is a root", () => {
    const a = { keys: freshKeys(), subject: name("a") };
    const b = mintCa({ subject: "b", by: a });
    const aByB = mintCa({ ...a, by: b });
    const aRoot = mintCa(a);
    expect(wayOf(mintLeaf(b), issuerOf(b, aByB, aRoot))).toEqual(["CN=b", "CN=a"]);
  });

  // Seven parties have 13,699 ways through each other; the only one to the root is the shortest, and it comes last in the file.
  it("in a bounded number of steps where every CA signed every other", () => {
    const parties = Array.from({ length: 7 }, (_, index) => ({
      keys: freshKeys(),
      subject: name(`party ${index}`),
    }));
    const [first = root, second = root] = parties;
    const crossed = parties.flatMap((by) =>
      parties.filter((one) => one !== by).map((one) => mintCa({ ...one, by })),
    );
    const way = below(root, "party 0", 0, { keys: first.keys });
    const issuer = issuerOf(...crossed, way, root);
    expect(wayOf(mintLeaf(first), issuer)).toEqual(["CN=party 0", "CN=root"]);
    expect(find(mintLeaf(second), issuer).ok).toBe(false);
  });
});

describe("a chain", () => {
  it("says for how long all its CAs are valid", () => {
    const wide = mintCa({
      notBefore: now - 50 * HOUR,
      notAfter: Math.floor(now / 1000) * 1000 + 5 * HOUR,
    });
    const late = mintCa({ by: wide, notBefore: Math.floor(now / 1000) * 1000 - HOUR });
    const found = find(mintLeaf(late), issuerOf(wide, late));
    expect(found).toMatchObject({
      chain: {
        notBefore: Math.floor(now / 1000) * 1000 - HOUR,
        notAfter: Math.floor(now / 1000) * 1000 + 5 * HOUR,
      },
    });
  });
});

describe("name constraints on the way", () => {
  it.each([true, false])("hold for the leaf, critical or not (%s)", (critical) => {
    const ca = constrained({ permitted: ["example.com"] }, critical);
    const issuer = issuerOf(root, ca);
    expect(find(mintLeaf(ca, { names: ["shop.example.com"] }), issuer).ok).toBe(true);
    const outside = mintLeaf(ca, { names: ["shop.example.com", "shop.example.net"] });
    expect(detailOf(outside, issuer)).toContain("a dNSName that is not permitted");
  });

  it("hold for a CA in between, but not for a self-issued one", () => {
    const ca = constrained({ excluded: [{ directoryName: name("whatever") }] });
    const under = below(ca, "under");
    expect(find(mintLeaf(under, { subject: name() }), issuerOf(root, ca, under)).ok).toBe(false);
    const rollover = below(ca, "constrained");
    expect(find(mintLeaf(rollover, { subject: name() }), issuerOf(root, ca, rollover)).ok).toBe(
      true,
    );
  });
});

describe("signedBy", () => {
  it("is findChain without its reasons", () => {
    expect(signedBy(mintLeaf(root).certificate, issuerOf(root), now)).toBe(true);
    expect(signedBy(mintLeaf(mintCa()).certificate, issuerOf(root), now)).toBe(false);
    expect(signedBy(mintLeaf(root).certificate, issuerOf(root), now + 10_000 * HOUR)).toBe(false);
  });

  it("is false for a leaf that cannot be read exactly", () => {
    const names = Array.from({ length: 5000 }, (_, index) => `host-${index}.example.com`);
    expect(signedBy(mintLeaf(root, { names }).certificate, issuerOf(root), now)).toBe(false);
  });
});

describe("a weak signature", () => {
  it("is not this function's business: leafProblem refuses it", () => {
    expect(find(mintLeaf(root, { signature: SIGNATURES.ecdsaSha1 }), issuerOf(root)).ok).toBe(true);
  });
});
