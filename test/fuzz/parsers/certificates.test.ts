import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import { leafProblem } from "../../../origin-verifier/certificate/certificate-rules.ts";
import { findChain } from "../../../origin-verifier/certificate/find-chain.ts";
import { readPemBlocks, toPem } from "../../../origin-verifier/certificate/pem-blocks.ts";
import { readCrls } from "../../../origin-verifier/certificate/read-crl.ts";
import {
  readCertificate,
  readPemCertificates,
  readPemKey,
} from "../../../origin-verifier/certificate/read-pem.ts";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import { mintCa, mintLeaf } from "../../support/certificates.ts";
import { mintCrl } from "../../support/crls.ts";
import { share } from "../time-box.ts";

const EACH = 0.02;
const now = Date.now();
const root = mintCa({ subject: "root" });
const leaf = mintLeaf(root);
const crl = mintCrl(root, { revoked: ["0102"] });
const issuer = (() => {
  const read = vetIssuer({ file: "issuer.pem", text: root.pem, now });
  if (!read.ok) throw new Error(read.problems[0].message);
  return read.value;
})();

/** The bytes of a PEM block. */
function derOf(pem: string): Buffer {
  const read = readPemBlocks(pem);
  if (!read.ok) throw new Error("no PEM");
  return Buffer.from(read.value[0].der);
}

/** Bytes after some changes: bits, whole pieces, and what ASN.1 readers differ over. */
function changed(bytes: Buffer): fc.Arbitrary<Buffer> {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc
      .constantFrom("0500", "3000", "3080", "0000", "020101", "0101ff", "a000", "84ffffffff")
      .map((hex) => new Uint8Array(Buffer.from(hex, "hex"))),
  );
  return fc
    .array(fc.tuple(fc.nat(), fc.nat({ max: 5 }), piece), { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce((whole, [at, count, more]) => {
        const index = at % whole.length;
        return Buffer.concat([
          whole.subarray(0, index),
          Buffer.from(more),
          whole.subarray(index + count),
        ]);
      }, bytes),
    );
}

test("a certificate of any bytes is read, or is not, and none but the real one is its issuer's", () => {
  const der = derOf(leaf.pem);
  fc.assert(
    fc.property(changed(der), (bytes) => {
      const certificate = readCertificate(bytes);
      const facts = certificate === null ? null : readCertificateFacts(certificate);
      if (certificate === null || facts === null || "unreadable" in facts) return;
      const problem = leafProblem(facts);
      const chain = findChain({ certificate, facts }, issuer, now);
      const passes = problem === null && chain.ok;
      expect(!passes || certificate.raw.equals(der)).toBe(true);
    }),
    share(EACH * 2),
  );
});

test("a revocation list of any bytes is read, or is not, and none but the real one is its issuer's", () => {
  const der = derOf(crl);
  fc.assert(
    fc.property(changed(der), (bytes) => {
      const text = toPem("X509 CRL", bytes);
      const read = readCrls({ file: "issuer.crl", text, issuer, now });
      expect(!read.ok || bytes.equals(der)).toBe(true);
    }),
    share(EACH),
  );
});

test("PEM of any text is read, or is not", () => {
  const files = [leaf.pem, root.pem, crl, leaf.keyPem, `${root.pem}${leaf.pem}`];
  const piece = fc.oneof(
    fc.string({ maxLength: 4, unit: "binary" }),
    fc.constantFrom(
      "-----BEGIN CERTIFICATE-----",
      "-----END CERTIFICATE-----",
      "-----BEGIN PRIVATE KEY-----",
      "-----",
      "\n",
      "\r",
      "=",
      "Proc-Type: 4,ENCRYPTED\n",
    ),
  );
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 30 }), piece), { maxLength: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...files), changes, (file, some) => {
      const text = some.reduce((whole, [at, count, more]) => {
        const index = at % (whole.length + 1);
        return whole.slice(0, index) + more + whole.slice(index + count);
      }, file);
      for (const read of [
        readPemBlocks(text),
        readPemCertificates(text),
        readPemKey(text),
        vetIssuer({ file: "issuer.pem", text, now }),
        readCrls({ file: "issuer.crl", text, issuer, now }),
      ]) {
        expect(read.ok || read.problems.length > 0).toBe(true);
      }
    }),
    share(EACH),
  );
});
