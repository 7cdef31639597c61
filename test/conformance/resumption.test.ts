import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_OPENSSL } from "./support/openssl.ts";
import { BLOG, makePki, mappingOf, SHOP } from "./support/pki.ts";
import type { PlainProgram } from "./support/plain-https-program.ts";
import { startProcess, type ProcessUnderTest } from "./support/process-under-test.ts";
import { refusalAfter, statuses, TLS_VERSIONS } from "./support/pull.ts";
import { keepSession } from "./support/session-probe.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();

// Without this the rest proves nothing: a peer that cannot resume anywhere finds every listener safe.
describe.skipIf(NO_OPENSSL)("plain node:https, as the control", () => {
  let folder: string;
  let plain: ProcessUnderTest;
  let port: number;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pullproof-control-"));
    const context = (name: typeof SHOP, ca: string) => {
      const { pem: cert, keyPem: key } = pki.origins[name] ?? pki.stranger;
      return { cert, key, ca };
    };
    const contexts = {
      [SHOP]: context(SHOP, pki.issuer.pem),
      [BLOG]: context(BLOG, pki.otherIssuer.pem),
    };
    const program: PlainProgram = { contexts };
    await writeFile(join(folder, "program.json"), JSON.stringify(program));
    const file = resolve(import.meta.dirname, "support/plain-https-program.ts");
    plain = startProcess([file, join(folder, "program.json")]);
    port = (await plain.line("listening", ({ event }) => event === "listening"))["port"] as number;
  });
  afterAll(async () => {
    await plain.kill();
    await rm(folder, { recursive: true, force: true });
  });

  for (const version of TLS_VERSIONS) {
    it(`P1: lets a session of shop in at blog without a certificate, so the probe can fail (${version})`, async () => {
      const session = await keepSession(version, { port, name: SHOP, certificate: pki.shop });
      const { resumed, text } = await session.offer({ port, name: BLOG, certificate: null });
      expect(resumed).toBe(true);
      expect(text).toContain('"authorized":true,"reused":true');
      await session.remove();
    });
  }
});

for (const form of FORMS) {
  describe.skipIf(NO_OPENSSL)(`the verifier ${form}`, () => {
    let world: World;
    const shop = () => ({ port: world.port, name: SHOP, certificate: pki.shop });
    beforeAll(async () => {
      world = await startWorld({ form, pki });
    });
    afterAll(() => world.close());

    for (const version of TLS_VERSIONS) {
      it(`P1: never resumes a session of shop at blog (${version})`, async () => {
        const session = await keepSession(version, shop());
        expect(statuses(session.answer.output)).toEqual([200]);
        expect(session.kept).toBe(true);
        const reached = world.reached().length;
        const from = world.lines.length;
        const offered = await session.offer({ ...shop(), name: BLOG, certificate: null });
        expect(offered).toEqual({ resumed: false, text: "" });
        expect(await refusalAfter(world, from)).toMatchObject({
          reason: "no-certificate",
          originHostname: BLOG,
          tlsVersion: version,
          status: null,
        });
        expect(world.reached()).toHaveLength(reached);
        await session.remove();
      });

      it(`P1: never resumes it at blog with shop's certificate either (${version})`, async () => {
        const session = await keepSession(version, shop());
        const reached = world.reached().length;
        const from = world.lines.length;
        const offered = await session.offer({ ...shop(), name: BLOG });
        expect(offered.resumed).toBe(false);
        expect(statuses(offered.text)).toEqual([403]);
        expect(await refusalAfter(world, from)).toMatchObject({
          reason: "certificate-not-accepted",
        });
        expect(world.reached()).toHaveLength(reached);
        await session.remove();
      });

      it(`P2: never resumes it at shop itself without the certificate (${version})`, async () => {
        const session = await keepSession(version, shop());
        const reached = world.reached().length;
        const from = world.lines.length;
        const offered = await session.offer({ ...shop(), certificate: null });
        expect(offered).toEqual({ resumed: false, text: "" });
        expect(await refusalAfter(world, from)).toMatchObject({
          reason: "no-certificate",
          originHostname: SHOP,
        });
        expect(world.reached()).toHaveLength(reached);
        await session.remove();
      });

      it(`P2: makes a new handshake of it at shop with the certificate (${version})`, async () => {
        const session = await keepSession(version, shop());
        const offered = await session.offer(shop());
        expect(offered.resumed).toBe(false);
        expect(statuses(offered.text)).toEqual([200]);
        await session.remove();
      });

      it(`P2: never resumes it after a reload, at either name (${version})`, async () => {
        const session = await keepSession(version, shop());
        const swapped = await world.reload();
        expect(swapped).toMatchObject({ event: "trust-swapped" });
        const reached = world.reached().length;
        for (const name of [SHOP, BLOG]) {
          const offered = await session.offer({ ...shop(), name, certificate: null });
          expect(offered).toEqual({ resumed: false, text: "" });
        }
        expect(world.reached()).toHaveLength(reached);
        await session.remove();
      });

      it(`P2: never resumes it after a reload that took its certificate (${version})`, async () => {
        const session = await keepSession(version, shop());
        const without = { shop: { certificates: [pki.unlisted.fingerprint] } };
        await world.writeMapping(mappingOf(pki, without));
        expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
        const from = world.lines.length;
        const offered = await session.offer(shop());
        expect(offered.resumed).toBe(false);
        expect(statuses(offered.text)).toEqual([403]);
        expect(await refusalAfter(world, from)).toMatchObject({
          reason: "certificate-not-accepted",
        });
        await world.writeMapping(mappingOf(pki));
        expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
        await session.remove();
      });
    }
  });

  describe.skipIf(NO_OPENSSL)(`the verifier ${form}, where strangers get a status`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({ form, pki, refuse: "status" });
    });
    afterAll(() => world.close());

    for (const version of TLS_VERSIONS) {
      // Node 22 and 24 up to 24.20 say `authorized` of a resumed session in which nobody ever showed a certificate.
      it(`P2: a session without a certificate becomes nobody's (${version})`, async () => {
        const nobody = { port: world.port, name: SHOP, certificate: null };
        const session = await keepSession(version, nobody);
        expect(statuses(session.answer.output)).toEqual([403]);
        for (const name of [SHOP, BLOG]) {
          const offered = await session.offer({ ...nobody, name });
          expect(offered.resumed).toBe(false);
          expect(statuses(offered.text)).toEqual([403]);
        }
        const reasons = world.lines
          .filter(({ event }) => event === "pull-refused")
          .map(({ reason }) => reason);
        expect(new Set(reasons)).toEqual(new Set(["no-certificate"]));
        expect(world.reached()).toEqual([]);
        await session.remove();
      });
    }
  });
}
