import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { lint, type LintedFile } from "../../../cli/lint/lint.ts";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import { leafProblem } from "../../../origin-verifier/certificate/certificate-rules.ts";
import { readPemCertificates } from "../../../origin-verifier/certificate/read-pem.ts";
import { mintCa, mintLeaf } from "../../support/certificates.ts";
import { skipUnless } from "../../support/loud-skip.ts";
import {
  momentOf,
  readCases,
  VECTORS,
  type VectorCase,
} from "../../origin-verifier/certificate/vectors.ts";

const files = ["bettertls-client", "limbo-client"];
const skip = skipUnless(VECTORS !== null, "certificate vectors (PULLPROOF_VECTORS)", false);

function problemsIn(certificate: string, now: number): readonly string[] {
  return lint({ certificate: fileOf(certificate), key: null, level: "store", hostname: null, now })
    .findings.filter(({ severity }) => severity === "problem")
    .map(({ message }) => message);
}

/** Why the verifier refuses the certificate by itself; null where nothing in it forbids a pull. */
function refusalOf(certificate: string): string | null {
  const read = readPemCertificates(certificate);
  if (!read.ok) return "unreadable";
  return leafProblem(readCertificateFacts(read.value[0]))?.reason ?? null;
}

describe.skipIf(skip).each(files)("of the certificates of %s", (file) => {
  it("whatever the verifier would refuse, the linter calls a problem", { timeout: 60_000 }, () => {
    const missed = readCases(VECTORS ?? "", file).filter((vector: VectorCase) => {
      const reason = refusalOf(vector.peer_certificate);
      return reason !== null && problemsIn(vector.peer_certificate, momentOf(vector)).length === 0;
    });
    expect(missed.map(({ id }) => id)).toEqual([]);
  });
});

function fileOf(text: string): LintedFile {
  return { file: "a.pem", text, mode: 0o600 };
}

const ca = mintCa();
const good = mintLeaf(ca);

test("never throws, whatever is in the files, and says something of everything that is damaged", () => {
  const places = fc.array(fc.tuple(fc.nat(good.pem.length), fc.string({ maxLength: 3 })), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(places, fc.boolean(), (changes, alsoKey) => {
      const text = changes.reduce(
        (pem, [at, put]) => pem.slice(0, at) + put + pem.slice(at + 1),
        good.pem,
      );
      const { findings } = lint({
        certificate: fileOf(text),
        key: alsoKey ? fileOf(text) : null,
        level: "store",
        hostname: null,
        now: Date.now(),
      });
      const isSame = readPemCertificates(text).ok && text.includes("-----BEGIN CERTIFICATE-----");
      expect(findings.length > 0 || isSame).toBe(true);
    }),
    { numRuns: 300 },
  );
});
