import { X509Certificate } from "node:crypto";
import { OctetString } from "@peculiar/asn1-schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import type { CertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import { leafProblem } from "../../../origin-verifier/certificate/certificate-rules.ts";
import { readPemBlocks, toPem } from "../../../origin-verifier/certificate/pem-blocks.ts";
import { readCrls } from "../../../origin-verifier/certificate/read-crl.ts";
import { readCertificate, readPemKey } from "../../../origin-verifier/certificate/read-pem.ts";
import { signedBy } from "../../support/signed-by.ts";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import type { VettedIssuer } from "../../../origin-verifier/certificate/vetted-issuer.ts";
import { nameConstraints } from "../../support/certificate-parts.ts";
import { caExtensions, leafExtensions, mintCa, mintLeaf } from "../../support/certificates.ts";
import { mintCrl } from "../../support/crls.ts";
import { freshKeys } from "../../support/keys.ts";

const now = Date.now();
const keys = freshKeys();
const root = mintCa({
  keys,
  subject: "root",
  extensions: [
    ...caExtensions(keys),
    nameConstraints({ permitted: ["example.com", { iPAddress: "192.0.2.0/24" }] }),
  ],
});
const leaf = mintLeaf(root);
const issuer = vetted(root.pem);

function vetted(text: string): VettedIssuer {
  const read = vetIssuer({ file: "issuer.pem", text, now });
  if (!read.ok) throw new Error(read.problems[0].message);
  return read.value;
}

/** One change of some bytes: what bit rot, an editor or an attacker does to them. */
type Change = (bytes: Buffer) => Buffer;

const flip: fc.Arbitrary<Change> = fc
  .tuple(fc.nat(), fc.integer({ min: 1, max: 255 }))
  .map(([at, mask]) => (bytes) => {
    const index = at % bytes.length;
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(index) ^ mask, index);
    return flipped;
  });

const splice: fc.Arbitrary<Change> = fc
  .tuple(fc.nat(), fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 8 }))
  .map(([at, count, more]) => (bytes) => {
    const index = at % bytes.length;
    return Buffer.concat([bytes.subarray(0, index), more, bytes.subarray(index + count)]);
  });

/** The bytes after some changes, most often after one that leaves their structure alone; never the bytes as they were. */
function changed(bytes: Buffer): fc.Arbitrary<Buffer> {
  return fc
    .oneof(
      { weight: 3, arbitrary: fc.tuple(flip) },
      { weight: 1, arbitrary: fc.array(fc.oneof(flip, splice), { minLength: 1, maxLength: 4 }) },
    )
    .map((changes) => changes.reduce((all, one) => (all.length === 0 ? all : one(all)), bytes))
    .filter((result) => !result.equals(bytes));
}

/** Some DER: values within values, some of them broken. */
const { der } = fc.letrec<{ der: Buffer }>((tie) => ({
  der: fc.oneof(
    { maxDepth: 6 },
    fc
      .tuple(
        fc.constantFrom(1, 2, 3, 4, 5, 6, 12, 22, 23, 24, 0x80, 0x82, 0x87),
        fc.uint8Array({ maxLength: 12 }),
      )
      .map(([tag, content]) => tlv(tag, Buffer.from(content))),
    fc
      .tuple(fc.constantFrom(0x30, 0x31, 0xa0, 0xa1, 0xa4), fc.array(tie("der"), { maxLength: 4 }))
      .map(([tag, parts]) => tlv(tag, Buffer.concat(parts))),
  ),
}));

function tlv(tag: number, content: Buffer): Buffer {
  const length =
    content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** Ten times as many take a minute: `PULLPROOF_FUZZ_RUNS=6000`. */
const runs = { numRuns: Number(process.env["PULLPROOF_FUZZ_RUNS"] ?? 600) };

/** What the engine says of the same bytes, as our facts would say it; where its getters do not lie. */
function engineFacts(bytes: Buffer, facts: CertificateFacts) {
  const engine = new X509Certificate(bytes);
  return {
    whole: engine.raw.equals(bytes),
    notBefore: engine.validFromDate.getTime(),
    notAfter: engine.validToDate.getTime(),
    serialNumber: engine.serialNumber.toLowerCase(),
    fingerprint: `sha256:${engine.fingerprint256.replaceAll(":", "").toLowerCase()}`,
    // OpenSSL takes any BOOLEAN but 00 for true; here FF is (X.690 11.1), and another basicConstraints is malformed.
    isCa: facts.malformed.length === 0 ? engine.ca || facts.isCa : facts.isCa,
    // The engine's `keyUsage` is the extended one; undefined also where it cannot be read, which for us is malformed.
    extendedKeyUsage: engine.keyUsage ?? facts.extendedKeyUsage,
  };
}

/** A serial number as OpenSSL prints it: magnitude and sign. */
function printedSerial(content: string): string {
  const value = BigInt.asIntN(content.length * 4, BigInt(`0x${content}`));
  const digits = (value < 0n ? -value : value).toString(16);
  return `${value < 0n ? "-" : ""}${digits.padStart(digits.length + (digits.length % 2), "0")}`;
}

describe("whatever is done to a certificate's bytes", () => {
  it("reading them does not throw, and what is read is what the engine reads", () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(changed(leaf.der), changed(root.der)), (bytes) => {
        const facts = readCertificateFacts(bytes);
        leafProblem(facts);
        if ("unreadable" in facts) return;
        read += 1;
        const { notBefore, notAfter, fingerprint, isCa } = facts;
        const serialNumber = printedSerial(facts.serialNumber);
        const extendedKeyUsage =
          facts.extendedKeyUsage === null ? null : [...facts.extendedKeyUsage];
        const ours = { notBefore, notAfter, fingerprint, isCa, serialNumber, extendedKeyUsage };
        expect({ ...ours, whole: true }).toEqual(engineFacts(bytes, facts));
      }),
      runs,
    );
    expect(read).toBeGreaterThan(runs.numRuns / 4);
  });

  it("they are not signed by the issuer any more", () => {
    fc.assert(
      fc.property(changed(leaf.der), (bytes) => {
        const certificate = readCertificate(bytes);
        const signed = certificate !== null && signedBy(certificate, issuer, now);
        expect(signed).toBe(false);
      }),
      runs,
    );
  });

  it("an issuer file of them is refused, or trusts exactly the one CA that it reads", () => {
    fc.assert(
      fc.property(changed(root.der), (bytes) => {
        const read = vetIssuer({ file: "x", text: toPem("CERTIFICATE", bytes), now });
        const cas = read.ok
          ? read.value.certificates.map(({ certificate }) => certificate.raw)
          : [bytes];
        expect(cas).toEqual([bytes]);
      }),
      runs,
    );
  });
});

describe("whatever stands in an extension", () => {
  const oids = [
    "2.5.29.14",
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.19",
    "2.5.29.30",
    "2.5.29.35",
    "2.5.29.37",
    "1.3.6.1.5.5.7.1.1",
  ];

  it("does not throw, as a leaf or as an issuer", () => {
    const content = fc.oneof(
      der,
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...oids), content, fc.boolean(), (oid, bytes, critical) => {
        const odd = mintLeaf(root, {
          keys,
          change: (tbs) => {
            const target =
              tbs.extensions?.find(({ extnID }) => extnID === oid) ?? tbs.extensions?.[0];
            if (target === undefined) return;
            Object.assign(target, {
              extnID: oid,
              critical,
              extnValue: new OctetString(new Uint8Array(bytes)),
            });
          },
        });
        const refused = leafProblem(readCertificateFacts(odd.der)) !== null;
        const isIssuer = vetIssuer({ file: "x", text: odd.pem, now }).ok;
        expect(refused || !isIssuer).toBe(true);
      }),
      { numRuns: runs.numRuns / 4 },
    );
  });

  it("but the extensions of a good leaf, does not make a CA of it nor a CA's a leaf", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...leafExtensions(keys, root), ...caExtensions(keys)]),
        (extensions) => {
          const odd = mintLeaf(root, { keys, extensions });
          const accepted = leafProblem(readCertificateFacts(odd.der)) === null;
          const isIssuer = vetIssuer({ file: "x", text: odd.pem, now }).ok;
          expect(accepted && isIssuer).toBe(false);
        },
      ),
      { numRuns: runs.numRuns / 4 },
    );
  });
});

describe("whatever is done to a revocation list", () => {
  const pem = mintCrl(root, { revoked: ["01", "02"] });
  const bytes = Buffer.from(pem.split("\n").slice(1, -2).join(""), "base64");

  it("it is refused, never thrown at", () => {
    fc.assert(
      fc.property(changed(bytes), (odd) => {
        const text = toPem("X509 CRL", odd);
        expect(readCrls({ file: "x", text, issuer, now }).ok).toBe(false);
      }),
      runs,
    );
  });
});

describe("whatever a text holds", () => {
  const line = fc.constantFrom(
    "-----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE-----",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "-----BEGIN X-----",
    "----BEGIN CERTIFICATE-----",
    "MHc=",
    "# comment",
    "",
    "\uFEFF",
    "\0",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n")),
  );

  it("its blocks are all counted, or the text is refused", () => {
    fc.assert(
      fc.property(text, (raw) => {
        const blocks = readPemBlocks(raw);
        readPemKey(raw);
        const begun = raw.split("-----BEGIN ").length - 1;
        expect(blocks.ok ? blocks.value.length : begun).toBe(begun);
      }),
      runs,
    );
  });
});
