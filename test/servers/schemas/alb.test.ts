import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, property } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ALB } from "../../../cli/render/alb/alb.ts";
import type { RenderFacts } from "../../../cli/render/facts.ts";
import { runIn } from "../../cli/support/run-pullproof.ts";
import { NO_OPENSSL } from "../../conformance/support/openssl.ts";
import { makePki, mappingOf } from "../../conformance/support/pki.ts";
import { anyFacts } from "../../render/any-facts.ts";
import { PLAIN } from "../../render/made-up-facts.ts";
import { mintCa } from "../../support/certificates.ts";
import { readTemplateTypes, type TemplateProblems } from "./cloudformation.ts";
import { documentsOf } from "./documents.ts";
import { areToolsMissing } from "./tools.ts";

const PRUDENT: RenderFacts = { ...PLAIN, anyOfIssuer: true };

const openssl = (...args: readonly string[]) =>
  spawnSync("openssl", [...args], { encoding: "utf8" });

const damaged = (from: string, to: string): unknown =>
  JSON.parse(JSON.stringify(documentsOf(ALB, PRUDENT)?.[0]).replace(from, () => to));

describe.skipIf(NO_OPENSSL)("the trust store of AWS ALB, read by openssl", () => {
  const pki = makePki();
  const second = mintCa({ subject: "own, the second" });

  it("holds the issuer's CAs and no other, and vouches for the issuer's certificates alone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pullproof-alb-"));
    try {
      const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
      write("issuer.pem", `${pki.issuer.pem}${second.pem}`);
      write("other.pem", pki.otherIssuer.pem);
      write("leafs.pem", `${pki.shop.pem}${pki.blog.pem}`);
      write("mapping.json", JSON.stringify(mappingOf(pki)));
      const files = ["--certificate", "origin.pem", "--key", "origin.key", "--out", "."];
      const ran = await runIn(folder, "render", "alb", ...files, "--any-of-issuer");
      expect(ran).toMatchObject({ status: 0 });
      const bundle = join(folder, "trust-store.pem");
      const listed = openssl("storeutl", "-noout", "-certs", bundle);
      expect(listed).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^Total found: 2$/m) as unknown,
      });
      // No text beside the certificates: a trust store takes PEM and no comments.
      expect(readFileSync(bundle, "utf8")).toBe(`${pki.issuer.pem}${second.pem}`);
      for (const [what, { pem }] of Object.entries({ shop: pki.shop, other: pki.other })) {
        write("peer.pem", pem);
        const args = ["-purpose", "sslclient", "-CAfile", bundle, join(folder, "peer.pem")];
        const verified = openssl("verify", "-no-CApath", "-no-CAstore", ...args);
        expect({ what, isGood: verified.status === 0 }).toEqual({ what, isGood: what === "shop" });
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe.skipIf(areToolsMissing())(
  "the template of AWS ALB, by CloudFormation's own registry",
  () => {
    let problemsOf: TemplateProblems;
    beforeAll(() => {
      problemsOf = readTemplateTypes();
    });
    it.each([
      ['"MutualAuthentication"', '"MutualAuth"'],
      ['"Mode":"verify"', '"Modus":"verify"'],
      ['"LoadBalancerArn":{"Ref":"LoadBalancerArn"},', ""],
      ['"IgnoreClientCertificateExpiry":false', '"IgnoreClientCertificateExpiry":"no"'],
      ['"TrustStoreArn":{"Ref":"TrustStore"}', '"TrustStoreArn":{"Ref":"TrustStores"}'],
      ['"AWS::ElasticLoadBalancingV2::TrustStore"', '"AWS::ElasticLoadBalancingV2::Store"'],
    ])("is not what it is with %s as %s", (from, to) => {
      expect(problemsOf(damaged(from, to)).length).toBeGreaterThan(0);
    });

    it("is what CloudFormation takes, whatever the mapping", () => {
      let count = 0;
      assert(
        property(
          anyFacts({ reportUntil: null, issuer: { ...PLAIN.origins[0].issuer, crl: "/etc/crl" } }),
          (facts) => {
            const documents = documentsOf(ALB, facts);
            if (documents === null) return;
            count += 1;
            expect(documents.flatMap(problemsOf)).toEqual([]);
          },
        ),
        { numRuns: 150 },
      );
      expect(count).toBeGreaterThan(120);
    });
  },
);
