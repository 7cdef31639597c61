import { chmodSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePki } from "../conformance/support/pki.ts";
import { attempt, statuses, type PeerCertificate } from "../conformance/support/pull.ts";
import { waitFor } from "../conformance/support/wait-for.ts";
import { APACHE, CADDY, HAPROXY, isMissing, NGINX, STUNNEL } from "./support/binaries.ts";
import { SHOP } from "./support/peers.ts";
import { startServer, type ServerWorld } from "./support/server-world.ts";

const pki = makePki();

/** Longer than a cache line, and not ASCII but for its writing. */
const LONG = `origin-${"a".repeat(50)}.${"b".repeat(40)}.xn--bcher-kva.example.net`;
/** Digits and hyphens, and a port that is in Host, too. */
const DIGITS = "0--1.2a.example.net";
const PORT = 8443;

function mapping(): object {
  const entry = (origin: string, { fingerprint }: typeof pki.shop) => ({
    origin: `https://${origin}`,
    present: { by: "worker", binding: "PULL_CERT" },
    accept: { issuer: "own", certificates: [fingerprint] },
  });
  return {
    version: 1,
    issuers: { own: { certificates: "issuer.pem" } },
    hosts: {
      "xn--bcher-kva.example.com": entry(LONG, pki.shop),
      "1-2.example.com": entry(`${DIGITS}:${PORT}`, pki.blog),
    },
  };
}

for (const kind of [NGINX, HAPROXY, CADDY, APACHE, STUNNEL]) {
  describe.skipIf(isMissing(kind))(`${kind.name}, with what was rendered for it`, () => {
    let world: ServerWorld;
    let application: Server;
    const reached: IncomingHttpHeaders[] = [];
    const ask = async (servername: string, host: string, peer: PeerCertificate) => {
      const before = reached.length;
      const request = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      const { text } = await attempt(world, peer, request, { servername, host: "::1" });
      return { status: statuses(text)[0] ?? null, headers: reached[before] ?? null };
    };
    beforeAll(async () => {
      world = await startServer(kind, pki);
      // Apache's workers are nobody.
      chmodSync(world.folder, 0o755);
      const path = join(world.folder, "application.sock");
      application = createServer((request, response) => {
        reached.push(request.headers);
        response.end("from a socket");
      }).listen(path);
      await once(application, "listening");
      chmodSync(path, 0o777);
      const files = { certificate: `${SHOP}.pem`, key: `${SHOP}.pem.key` };
      const origin = { ...files, application: `unix:${path}` };
      const configuration = {
        mapping: "mapping.json",
        listen: `[::1]:${world.port}`,
        origins: { [LONG]: origin, [DIGITS]: origin },
      };
      world.write("origin-verifier.json", JSON.stringify(configuration));
      const ran = await world.render(mapping());
      if (ran.status !== 0) throw new Error(ran.stderr);
      await world.reload();
      await waitFor("it to serve", async () => {
        const { status } = await ask(LONG, LONG, pki.shop).catch(() => ({ status: null }));
        return status === 200;
      });
    });
    afterAll(async () => {
      await world.close();
      application.close();
    });

    it("serves long names, digits, hyphens and punycode, over IPv6, to a Unix socket", async () => {
      const long = await ask(LONG, LONG, pki.shop);
      const digits = await ask(DIGITS, `${DIGITS}:${PORT}`, pki.blog);
      expect([long.status, digits.status]).toEqual([200, 200]);
      if (!kind.readsHttp) return;
      expect(long.headers).toMatchObject({
        host: LONG,
        "x-pull-hostname": "xn--bcher-kva.example.com",
        "x-pull-fingerprint": pki.shop.fingerprint,
      });
      expect(digits.headers).toMatchObject({
        host: `${DIGITS}:${PORT}`,
        "x-pull-hostname": "1-2.example.com",
        "x-pull-fingerprint": pki.blog.fingerprint,
      });
    });

    it("tells both names of one address apart", async () => {
      const before = reached.length;
      await ask(LONG, LONG, pki.blog).catch(() => null);
      await ask(DIGITS, DIGITS, pki.shop).catch(() => null);
      expect(reached.length).toBe(before);
    });

    it.skipIf(!kind.readsHttp)("holds Host against the name of the handshake", async () => {
      expect((await ask(LONG, DIGITS, pki.shop)).status).toBe(421);
      expect((await ask(DIGITS, LONG, pki.blog)).status).toBe(421);
    });
  });
}
