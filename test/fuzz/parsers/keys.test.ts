import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import { mintCa, mintLeaf, type Recipe } from "../../support/certificates.ts";
import { freshKeys, type KeyKind } from "../../support/keys.ts";
import { share } from "../time-box.ts";
import { allOf, toDer, toTree, type DerNode } from "./der-tree.ts";

const KINDS = [
  ...(["rsa-2048", "rsa-pss-sha256", "rsa-pss-sha1", "dsa", "ed25519", "ed448", "x25519"] as const),
  ...(["prime256v1", "secp384r1", "secp521r1", "secp256k1", "explicit-prime256v1"] as const),
] satisfies readonly KeyKind[];
const spkiOf = (key: { readonly publicKey: ReturnType<typeof createPublicKey> }): Buffer =>
  key.publicKey.export({ type: "spki", format: "der" });
const keys = KINDS.map((kind) => spkiOf(freshKeys(kind)));
keys.push(spkiOf(generateKeyPairSync("rsa-pss", { modulusLength: 2_048 })));

// What engines have tripped over: an empty value, a zero, a negative number, the parameters of RSASSA-PSS in part.
const PIECES = `0500 3000 0400 0300 03020000
  020100 0201ff 0101ff 06022a03 06092a864886f70d010108
  300d06092a864886f70d0101080500 300b06092a864886f70d010108 300b0609608648016503040201 a003020102 a0020500
  a1020500 a2030201ff`
  .split(/\s+/)
  .map((hex) => Buffer.from(hex, "hex"));
const CONTENTS = ["", "00", "0000", "0004", "ff", "00".repeat(66), "ff".repeat(66)];

type Change = (root: DerNode) => void;

const at = fc.nat({ max: 10_000 });
const change: fc.Arbitrary<Change> = fc
  .tuple(at, at, fc.constantFrom(...PIECES), fc.constantFrom(...CONTENTS), fc.nat({ max: 6 }))
  .map(([where, place, piece, content, how]) => (root) => {
    const all = allOf(root);
    const node = all[where % all.length] as DerNode;
    const within = node.children;
    const index = place % ((within ?? node.content).length + 1);
    if (how === 0) Object.assign(node, toTree(piece));
    else if (how === 1) Object.assign(node, toTree(toDer(all[place % all.length] as DerNode)));
    else if (how === 2) node.tag ^= 1 << (place % 8);
    else if (within !== null)
      within.splice(index, how === 3 ? 1 : 0, ...(how === 4 ? [toTree(piece)] : []));
    else if (how === 3) node.content = node.content.subarray(0, index);
    else if (how === 4) node.content = Buffer.concat([node.content, piece]);
    else if (how === 5) node.content = Buffer.from(content, "hex");
    else if (index < node.content.length) {
      node.content = Buffer.from(node.content);
      node.content.writeUInt8((node.content[index] ?? 0) ^ (1 << (where % 8)), index);
    }
  });

const spki = fc
  .tuple(fc.constantFrom(...keys), fc.array(change, { minLength: 1, maxLength: 3 }))
  .map(([key, changes]) => {
    const root = toTree(key);
    for (const to of changes) to(root);
    return toDer(root);
  });

const ca = mintCa();

function writtenByTheEngine(der: Buffer): Buffer {
  return spkiOf({ publicKey: createPublicKey({ key: der, format: "der", type: "spki" }) });
}

// An assertion of the engine's ends the process, and the run with it: on Node 22 a point at infinity did.
test("a certificate over any key is read or is not, and one that is strong has one writing", () => {
  fc.assert(
    fc.property(spki, (der) => {
      let subjectPublicKeyInfo: SubjectPublicKeyInfo;
      try {
        subjectPublicKeyInfo = AsnConvert.parse(der, SubjectPublicKeyInfo);
      } catch {
        return;
      }
      const over: Recipe = { change: (tbs) => void Object.assign(tbs, { subjectPublicKeyInfo }) };
      const facts = readCertificateFacts(mintLeaf(ca, over).der);
      const vetted = vetIssuer({ file: "x.pem", text: mintCa(over).pem, now: Date.now() });
      const strong = !("unreadable" in facts) && facts.weakKey === null;
      expect(strong || !vetted.ok).toBe(true);
      const written = Buffer.from(AsnConvert.serialize(subjectPublicKeyInfo));
      expect(!strong || writtenByTheEngine(written).equals(written)).toBe(true);
    }),
    share(0.04),
  );
});
