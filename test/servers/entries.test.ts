import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePki } from "../conformance/support/pki.ts";
import { waitFor } from "../conformance/support/wait-for.ts";
import { attempt, statuses, type PeerCertificate } from "../conformance/support/pull.ts";
import type { Reached } from "../conformance/support/application.ts";
import { APACHE, CADDY, HAPROXY, isMissing, NGINX } from "./support/binaries.ts";
import { BLOG, settled, SHOP } from "./support/peers.ts";
import { startServer, type ServerWorld } from "./support/server-world.ts";

const pki = makePki();
const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

function entry(origin: string, accept: object): object {
  return {
    origin: `https://${origin}`,
    present: { by: "worker", binding: "PULL_CERT" },
    accept: { issuer: "own", ...accept },
  };
}

/** Two hostnames and a wildcard at shop; two hostnames in report mode at blog, one of which the wildcard would cover. */
function mapping(reportUntil: string): object {
  const shop = { certificates: [pki.shop.fingerprint] };
  const blog = { certificates: [pki.blog.fingerprint], mode: { report: reportUntil } };
  return {
    version: 1,
    issuers: { own: { certificates: "issuer.pem" }, other: { certificates: "other.pem" } },
    hosts: {
      "shop.example.com": entry(SHOP, shop),
      "*.shop.example.com": entry(SHOP, shop),
      "own.shop.example.com": entry(BLOG, blog),
      "blog.example.com": entry(BLOG, blog),
    },
  };
}

for (const kind of [NGINX, HAPROXY, CADDY, APACHE]) {
  describe.skipIf(isMissing(kind))(`${kind.name}, with what was rendered for it`, () => {
    let world: ServerWorld;
    let count = 0;
    const ask = async (
      servername: string,
      peer: PeerCertificate | null,
      asked?: string,
      host = servername,
    ) => {
      count += 1;
      const target = `/entry-${count}`;
      const lines = [
        `GET ${target} HTTP/1.1`,
        `Host: ${host}`,
        ...(asked === undefined ? [] : [`X-Forwarded-Host: ${asked}`]),
        "X-Forwarded-For: 203.0.113.7",
        "CF-Connecting-IP: 203.0.113.7",
        "Connection: close",
      ];
      const { text } = await attempt(world, peer, `${lines.join("\r\n")}\r\n\r\n`, { servername });
      const reached: Reached | undefined = world.application.reached.find(
        ({ url }) => url === target,
      );
      return { status: statuses(text)[0] ?? null, headers: reached?.headers ?? null };
    };
    const reload = async (until: string): Promise<void> => {
      const ran = await world.render(mapping(until));
      expect(ran).toMatchObject({ status: 0 });
      await settled(world, pki.shop, false);
    };
    beforeAll(async () => {
      world = await startServer(kind, pki);
      // Who says no hostname of several is misdirected: by that it is seen that the mapping is in force.
      await reload(inDays(30));
    });
    afterAll(() => world.close());

    it("takes the hostname that the Worker says, where it is one of the entry's", async () => {
      for (const name of ["shop.example.com", "a.shop.example.com", "a-1.shop.example.com"]) {
        const { headers } = await ask(SHOP, pki.shop, name);
        expect(headers).toMatchObject({
          "x-pull-hostname": name,
          "x-forwarded-host": name,
          "x-pull-verdict": "accepted",
          "x-forwarded-for": "203.0.113.7",
        });
      }
    });

    it("calls everything else misdirected: another entry's, two labels, none", async () => {
      const others = [
        "own.shop.example.com",
        "blog.example.com",
        "a.b.shop.example.com",
        "evil.test",
        "shop.example.com.evil.test",
        "xshop.example.com",
        "shop.example.com, a.shop.example.com",
        "",
        undefined,
      ];
      for (const name of others)
        expect({ name, ...(await ask(SHOP, pki.shop, name)) }).toEqual({
          name,
          status: 421,
          headers: null,
        });
    });

    it("in report mode lets everybody through, and says who was not accepted, and nothing of the visitor", async () => {
      for (const peer of [null, pki.stranger, pki.shop, pki.unlisted]) {
        const { status, headers } = await ask(BLOG, peer, "blog.example.com");
        expect(status).toBe(200);
        expect(headers).toMatchObject({
          "x-pull-hostname": "blog.example.com",
          "x-pull-verdict": "refused; reason=certificate-not-accepted",
        });
        for (const name of [
          "x-pull-fingerprint",
          "client-cert",
          "x-forwarded-for",
          "cf-connecting-ip",
        ])
          expect(headers).not.toHaveProperty(name);
      }
      const { headers } = await ask(BLOG, pki.blog, "own.shop.example.com");
      expect(headers).toMatchObject({
        "x-pull-verdict": "accepted",
        "x-pull-fingerprint": pki.blog.fingerprint,
        "client-cert": `:${pki.blog.der.toString("base64")}:`,
        "cf-connecting-ip": "203.0.113.7",
      });
    });

    it("in report mode still refuses the misdirected, and is no way to another entry", async () => {
      expect((await ask(BLOG, pki.blog, "shop.example.com")).headers).toBeNull();
      expect((await ask(BLOG, null, "shop.example.com")).headers).toBeNull();
      expect((await ask(BLOG, pki.shop, "shop.example.com", SHOP)).headers).toBeNull();
      for (const peer of [null, pki.stranger, pki.unlisted])
        expect((await ask(SHOP, peer, "shop.example.com")).headers).toBeNull();
    });

    it("closes by itself on the day that the mapping names", async () => {
      await world.render(mapping(inDays(-1)));
      await settled(world, pki.stranger, false, BLOG);
      // On a busy machine the processes of before take connections for a while.
      await waitFor("nobody is let through", async () => {
        const pulls = [null, pki.stranger, pki.unlisted].map((peer) =>
          ask(BLOG, peer, "blog.example.com"),
        );
        return (await Promise.all(pulls)).every(({ headers }) => headers === null);
      });
      expect((await ask(BLOG, pki.blog, "blog.example.com")).headers).not.toBeNull();
    });
  });
}
