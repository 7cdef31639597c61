import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";
import { afterEach, describe, expect, it } from "vitest";
import { crlNumber, mintCrl } from "../../support/crls.ts";
import {
  attempt,
  pki,
  plainMapping,
  SHOP,
  startVerifierWorld,
  type VerifierWorld,
} from "../../support/verifier-world.ts";

describe.each([false, true])(
  "(in process: %s) a connection with a certificate that was presented a moment ago",
  (inProcess) => {
    let world: VerifierWorld;
    afterEach(() => world.close());

    const PULL = `GET / HTTP/1.1\r\nHost: ${SHOP}\r\nConnection: close\r\n\r\n`;
    const reason = async (): Promise<string | null> => {
      const answer = await attempt(world, world.pki.shop, {}, PULL);
      return answer.startsWith("HTTP/1.1 200") ? null : (await world.nextRefusal()).reason;
    };

    it("is refused from the millisecond in which the certificate expires", async () => {
      let time = Date.now();
      world = await startVerifierWorld({ inProcess, now: () => time });
      expect(await reason()).toBeNull();
      const { notAfter } = world.events.find(({ event }) => event === "pull-accepted") as never as {
        notAfter: number;
      };
      time = notAfter - 1;
      expect(await reason()).toBeNull();
      time = notAfter;
      expect(await reason()).toBe("certificate-expired");
    });

    it("is refused after a reload that takes it away, and accepted after one that brings it back", async () => {
      world = await startVerifierWorld({ inProcess });
      const whole = plainMapping(world.pki);
      expect(await reason()).toBeNull();
      await writeFile(join(world.folder, "issuer.pem"), world.pki.strangerIssuer.certificate);
      expect(await world.verifier.reload()).toMatchObject({ ok: true });
      expect(await reason()).toBe("unknown-issuer");
      await writeFile(join(world.folder, "issuer.pem"), world.pki.issuer.certificate);
      expect(await world.verifier.reload()).toMatchObject({ ok: true });
      expect(await reason()).toBeNull();
      Object.assign(whole.hosts["shop.example.com"] as object, {
        accept: { issuer: "own", certificates: [world.pki.unlisted.fingerprint], mode: "enforce" },
      });
      await world.writeMapping(whole);
      expect(await world.verifier.reload()).toMatchObject({ ok: true });
      expect(await reason()).toBe("certificate-not-accepted");
    });

    it("is refused after a reload that revokes it", async () => {
      world = await startVerifierWorld({ inProcess, files: { "issuer.crl": await crl() } });
      const whole = plainMapping(world.pki);
      whole.issuers["own"] = { certificates: "issuer.pem", crl: "issuer.crl" };
      await world.writeMapping(whole);
      expect(await world.verifier.reload()).toMatchObject({ ok: true });
      expect(await reason()).toBeNull();
      const { serialNumber } = new X509Certificate(world.pki.shop.certificate);
      await writeFile(join(world.folder, "issuer.crl"), await crl(serialNumber));
      expect(await world.verifier.reload()).toMatchObject({ ok: true });
      expect(await reason()).toBe("certificate-revoked");
    });
  },
);

/** The issuer's list. */
async function crl(...revoked: readonly string[]): Promise<string> {
  const { issuer } = await pki();
  const { raw } = new X509Certificate(issuer.certificate);
  const { subject } = AsnConvert.parse(raw, Certificate).tbsCertificate;
  const keys = {
    privateKey: createPrivateKey(issuer.key),
    publicKey: createPublicKey(issuer.key),
  };
  return mintCrl({ keys, subject }, { revoked, extensions: [crlNumber()] });
}
