import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attemptPull } from "../../../cli/probe/attempt-pull.ts";
import { SECRET_KEPT, type PullAttempt } from "../../../cli/probe/outcome.ts";
import type { Hostname } from "../../../shared/hostname.ts";
import { originCertificate } from "../../conformance/support/pki.ts";
import { mintCa, type Minted } from "../../support/certificates.ts";
import { freshKeys } from "../../support/keys.ts";

const NAME = "origin-shop.example.net" as Hostname;
const issuer = mintCa();
const own = originCertificate(issuer, NAME, freshKeys());
/** Whoever is at the origin's address, with a certificate that the same CA did issue: for a name of his own. */
const others = originCertificate(issuer, "localhost" as Hostname, freshKeys());

let heard: string;
let stop: (() => void) | null = null;
beforeEach(() => {
  heard = "";
});
afterEach(() => {
  stop?.();
});

async function serve({ pem, keyPem }: Minted): Promise<PullAttempt> {
  const server = createServer({ cert: pem, key: keyPem }, (socket) => {
    socket
      .on("error", () => undefined)
      .on("data", (part: Buffer) => {
        heard += part.toString();
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      });
  });
  server.on("tlsClientError", () => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  stop = () => server.close();
  return {
    address: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    servername: NAME,
    authority: NAME,
    path: "/",
    certificate: null,
    secret: "the-secret-of-this-test",
    token: "a.b.c",
    originIssuers: issuer.pem,
    patience: 10_000,
  };
}

describe.each(["TLSv1.2", "TLSv1.3"] as const)("what is secret, with %s,", (maxVersion) => {
  test("is sent to nobody who has another name's certificate, nor the second time, with his session", async () => {
    const attempt = { ...(await serve(others)), maxVersion };
    const first = await attemptPull(attempt);
    expect(first.error).toBe(SECRET_KEPT);
    // A server of TLS 1.3 hands its session out with the answer: to a probe that has nothing secret to say.
    const plain = await attemptPull({ ...attempt, secret: null, token: null });
    for (const session of [first.handshake?.session, plain.handshake?.session]) {
      if (session === undefined || session === null) continue;
      const again = await attemptPull({ ...attempt, session });
      expect(again).toMatchObject({ error: SECRET_KEPT, handshake: { resumed: true } });
    }
    expect(plain.handshake?.session).not.toBeNull();
    expect(heard).not.toMatch(/the-secret|a\.b\.c/);
  });

  test("is sent to nobody where no name was asked for: an address may have a certificate, too", async () => {
    const attempt = {
      ...(await serve(others)),
      maxVersion,
      address: "localhost",
      servername: null,
    };
    expect((await attemptPull(attempt)).error).toBe(SECRET_KEPT);
    expect(heard).toBe("");
  });

  test("is sent to the origin itself, with its own session, too", async () => {
    const attempt = { ...(await serve(own)), maxVersion };
    const first = await attemptPull(attempt);
    expect(first).toMatchObject({ error: null, handshake: { resumed: false } });
    const session = first.handshake?.session ?? Buffer.alloc(0);
    heard = "";
    const again = await attemptPull({ ...attempt, session });
    expect(again).toMatchObject({ error: null, handshake: { resumed: true } });
    expect(heard).toContain("the-secret-of-this-test");
  });
});
