import { createHash, X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { parseItem, parseList } from "structured-headers";
import { afterEach, describe, expect, it } from "vitest";
import type { ClientCertHeader } from "../../../origin-verifier/request/client-cert-headers.ts";
import { mintCa, mintLeaf, type Minted } from "../../support/certificates.ts";
import { head, startGuardWorld, type HttpWorld } from "../../support/http-world.ts";
import { plainMapping, type Pki } from "../../support/verifier-world.ts";

let world: HttpWorld;
afterEach(() => world.close());

const LIES = ["Client-Cert: :AAAA:", "client_cert: :AAAA:", "Client-Cert-Chain: :AAAA:"];

/** The request that a handler gets of a pull with this certificate, which is accepted besides shop's own. */
async function seen(
  clientCertHeader: ClientCertHeader,
  peer?: Minted,
  accept: object = {},
): Promise<IncomingMessage> {
  let came: IncomingMessage | undefined;
  const mapping = (pki: Pki) => {
    const whole = plainMapping(pki);
    const certificates = [pki.shop.fingerprint, ...(peer === undefined ? [] : [peer.fingerprint])];
    Object.assign(whole.hosts["shop.example.com"] as object, {
      accept: { issuer: "own", certificates, ...accept },
    });
    return whole;
  };
  world = await startGuardWorld(
    (request, response) => {
      came = request;
      response.end();
    },
    undefined,
    { clientCertHeader, mapping },
  );
  if (peer !== undefined) {
    // The issuer's file is another one from here on.
    const cas = [world.world.pki.issuer.certificate, intermediate.pem, root.pem];
    await writeFile(join(world.world.folder, "issuer.pem"), cas.join(""));
    await world.world.verifier.reload();
  }
  const pull = await world.pull(peer === undefined ? {} : { cert: peer.pem, key: peer.keyPem });
  pull.send(head("GET /", ...LIES));
  expect(await pull.answered(1)).toMatchObject([{ status: 200 }]);
  return came as IncomingMessage;
}

const root = mintCa({ subject: "root" });
const intermediate = mintCa({ subject: "intermediate", by: root });

/** The certificate in a byte sequence, by the independent reader of structured fields. */
function certificateIn(value: unknown): X509Certificate {
  expect(value).toBeInstanceOf(ArrayBuffer);
  return new X509Certificate(Buffer.from(value as ArrayBuffer));
}

function fingerprintOf({ raw }: X509Certificate): string {
  return `sha256:${createHash("sha256").update(raw).digest("hex")}`;
}

function named(request: IncomingMessage, name: RegExp): readonly string[] {
  const { headers, headersDistinct, rawHeaders } = request;
  const raw = rawHeaders.filter((_, at) => at % 2 === 0);
  return [...Object.keys(headers), ...Object.keys(headersDistinct), ...raw].filter((written) =>
    name.test(written),
  );
}

describe("the pull certificate in headers (RFC 9440)", () => {
  it("is not told where nobody asked for it, and neither is a peer's own", async () => {
    expect(named(await seen("off"), /client.cert/i)).toEqual([]);
  });

  it("is one Client-Cert, that says what was presented and not what the peer says", async () => {
    const request = await seen("leaf");
    expect(named(request, /client.cert/i)).toEqual(["client-cert", "client-cert", "Client-Cert"]);
    const { headers, headersDistinct, rawHeaders } = request;
    const value = headers["client-cert"] as string;
    expect(headersDistinct["client-cert"]).toEqual([value]);
    expect(rawHeaders[rawHeaders.indexOf("Client-Cert") + 1]).toBe(value);
    const [bytes, parameters] = parseItem(value);
    expect(parameters.size).toBe(0);
    expect(fingerprintOf(certificateIn(bytes))).toBe(world.world.pki.shop.fingerprint);
  });

  it("has its chain beside it by option: by our own finding, the anchor last", async () => {
    const peer = mintLeaf(intermediate, { names: ["shop.example.com"] });
    const request = await seen("chain", peer);
    const [bytes] = parseItem(request.headers["client-cert"] as string);
    expect(fingerprintOf(certificateIn(bytes))).toBe(peer.fingerprint);
    const chain = parseList(request.headers["client-cert-chain"] as string);
    expect(chain.map(([value]) => certificateIn(value).subject)).toEqual([
      intermediate.certificate.subject,
      root.certificate.subject,
    ]);
  });

  it("is told on a kept connection each time, and anew after a reload", async () => {
    const told: unknown[] = [];
    world = await startGuardWorld(
      (request, response) => {
        told.push(request.headers["client-cert"]);
        response.end();
      },
      undefined,
      { clientCertHeader: "chain" },
    );
    const pull = await world.pull();
    pull.send(head("GET /"));
    await pull.answered(1);
    pull.send(head("GET /"));
    await pull.answered(2);
    expect(await world.world.verifier.reload()).toMatchObject({ ok: true });
    pull.send(head("GET /"));
    await pull.answered(3);
    expect(told[0]).toMatch(/^:[A-Za-z0-9+/]+=*:$/);
    expect(new Set(told).size).toBe(1);
    expect(told).toHaveLength(3);
  });

  it("is not told of a refused pull that report mode lets through", async () => {
    let came: IncomingMessage | undefined;
    world = await startGuardWorld(
      (request, response) => {
        came = request;
        response.end();
      },
      undefined,
      {
        clientCertHeader: "chain",
        mapping: (pki) => {
          const whole = plainMapping(pki);
          Object.assign(whole.hosts["shop.example.com"]?.["accept"] as object, {
            mode: { report: "2999-01-01" },
          });
          return whole;
        },
      },
    );
    const { certificate: cert, key } = world.world.pki.unlisted;
    const pull = await world.pull({ cert, key });
    pull.send(head("GET /", ...LIES));
    expect(await pull.answered(1)).toMatchObject([{ status: 200 }]);
    expect(came?.headers["x-pull-verdict"]).toMatch(/^refused/);
    expect(named(came as IncomingMessage, /client.cert/i)).toEqual([]);
  });
});
