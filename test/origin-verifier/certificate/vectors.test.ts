import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readCrls } from "../../../origin-verifier/certificate/read-crl.ts";
import { skipUnless } from "../../support/loud-skip.ts";
import { ACCEPTED_VECTORS } from "./accepted-vectors.ts";
import { issuerOf, momentOf, readCases, VECTORS, whyRefused } from "./vectors.ts";
import type { Layout, VectorCase } from "./vectors.ts";

const skip = skipUnless(
  VECTORS !== null,
  "the vectors (PULLPROOF_VECTORS names their folder)",
  false,
);

/** What became of every case, and the share that ends as the suite says. */
function judgeAll(cases: readonly VectorCase[], layout: Layout) {
  const ends = cases.map((vector) => ({ vector, why: whyRefused(vector, layout) }));
  const accepted = ends.filter(({ why }) => why === null).map(({ vector }) => vector);
  const agreed = ends.filter(
    ({ vector, why }) => (why === null) === (vector.expected_result === "SUCCESS"),
  );
  const falselyAccepted = accepted.filter(({ expected_result }) => expected_result === "FAILURE");
  return { agreed: agreed.length, falselyAccepted: falselyAccepted.map(({ id }) => id).toSorted() };
}

describe.skipIf(skip)("the cases of x509-limbo", () => {
  const cases = VECTORS === null ? [] : readCases(VECTORS, "limbo-client");

  it("are all there", () => {
    expect(cases).toHaveLength(150);
  });

  it("are refused where the suite says so, but for the frozen list, with intermediates held at the origin", () => {
    const { agreed, falselyAccepted } = judgeAll(cases, "held");
    expect(falselyAccepted).toEqual(Object.keys(ACCEPTED_VECTORS).toSorted());
    expect(agreed).toBe(AGREED.limbo.held);
  });

  it("are refused where the suite says so, but for the frozen list, with intermediates sent by the peer", () => {
    const { agreed, falselyAccepted } = judgeAll(cases, "sent");
    expect(falselyAccepted.filter((id) => !(id in ACCEPTED_VECTORS))).toEqual([]);
    expect(agreed).toBe(AGREED.limbo.sent);
  });

  // The leaves of these cases are not for clientAuth, so the lists themselves are held against the suite's verdict.
  it("give a revocation list its verdict", () => {
    const ends = cases
      .filter(({ crls }) => crls.length > 0)
      .map((vector) => {
        const issuer = issuerOf(vector, "held");
        if (!issuer.ok) throw new Error(issuer.problems[0].message);
        const now = momentOf(vector);
        const text = vector.crls.join("\n");
        return [vector.id, readCrls({ file: "x.crl", text, issuer: issuer.value, now }).ok];
      });
    expect(Object.fromEntries(ends)).toEqual({
      "crl::revoked-certificate-with-crl": true,
      "crl::certificate-not-on-crl": true,
      "crl::certificate-serial-on-crl-different-issuer": true,
      "crl::issuer-no-keyusage-extension": true,
      "crl::issuer-valid-crlsign-and-keycertsign": true,
      "crl::issuer-missing-crlsign": false,
      "crl::crlnumber-critical": false,
      // Not asked for: it orders lists, and every list of a file counts.
      "crl::crlnumber-missing": true,
    });
  });
});

describe.skipIf(skip)("the path-building cases of BetterTLS", () => {
  const cases = VECTORS === null ? [] : readCases(VECTORS, "bettertls-client");

  it("are all there", () => {
    expect(cases).toHaveLength(81);
  });

  it("end as the suite says, every one, with intermediates held at the origin", () => {
    expect(judgeAll(cases, "held")).toEqual({ agreed: 81, falselyAccepted: [] });
  });

  it("are never accepted against the suite with intermediates sent by the peer", () => {
    expect(judgeAll(cases, "sent").falselyAccepted).toEqual([]);
  });
});

const openssl = spawnSync("openssl", ["version"]).status === 0;
const skipEngine = skip || skipUnless(openssl, "openssl (apt-get install openssl)");

describe.skipIf(skipEngine)("what OpenSSL refuses", () => {
  const folder = mkdtempSync(join(tmpdir(), "pullproof-vectors-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** OpenSSL's own verdict, with the same anchors and nothing else. */
  function isAcceptedByEngine(vector: VectorCase): boolean {
    const [trusted, leaf] = [join(folder, "trusted.pem"), join(folder, "leaf.pem")];
    writeFileSync(trusted, vector.trusted_certs.join("\n"));
    writeFileSync(leaf, vector.peer_certificate);
    const issuer = issuerOf(vector, "sent");
    const partial = issuer.ok && issuer.value.partialChain ? ["-partial_chain"] : [];
    const time = String(Math.floor(momentOf(vector) / 1000));
    const options = ["-purpose", "sslclient", "-attime", time, ...partial, "-CAfile", trusted];
    return spawnSync("openssl", ["verify", ...options, leaf]).status === 0;
  }

  it.each(["limbo-client", "bettertls-client"])("is never accepted: %s", (file) => {
    const cases = VECTORS === null ? [] : readCases(VECTORS, file);
    const accepted = cases.filter((vector) => whyRefused(vector, "sent") === null);
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.filter((vector) => !isAcceptedByEngine(vector))).toEqual([]);
  });
});

/** Measured; a change in either direction is worth a look. */
const AGREED = { limbo: { held: 129, sent: 119 } } as const;
