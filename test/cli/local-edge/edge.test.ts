import { once } from "node:events";
import { createServer } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { NO_LEVELS, type Levels } from "../../../cli/local-edge/edge-host.ts";
import {
  DOCS,
  listen,
  makePki,
  open,
  startOrigin,
  startTestEdge,
  type Pki,
} from "./support/edge-world.ts";

let pki: Pki;
beforeAll(async () => {
  pki = await makePki();
});

const CACHED = { "Cache-Control": "max-age=60" };

/** A level's part of the levels, on or off. */
function level<E extends boolean | null>(name: "hostname" | "zone" | "shared", enabled: E) {
  return { [name]: { enabled, pair: pki[name] } };
}

describe("what the origin is shown", () => {
  test.each([
    ["nothing where every level is off", () => ({}), null],
    [
      "nothing where the hostname's association is off, though the zone's and the shared level are on",
      () => ({ ...level("hostname", false), ...level("zone", true), ...level("shared", true) }),
      null,
    ],
    ["nothing of a level that is switched off", () => level("zone", false), null],
    [
      "the hostname's before the zone's",
      () => ({ ...level("hostname", true), ...level("zone", true) }),
      "hostname",
    ],
    [
      "the zone's where the association is removed",
      () => ({ ...level("hostname", null), ...level("zone", true), ...level("shared", true) }),
      "zone",
    ],
    ["the shared one where nothing else is on", () => level("shared", true), "shared"],
  ] as const)("is %s", async (_what, levels, shown) => {
    const origin = await startOrigin(pki.origin);
    const edge = await startTestEdge(pki, origin, {
      levels: { ...NO_LEVELS, ...(levels() as Partial<Levels>) },
    });
    expect((await edge.visit()).status).toBe(200);
    expect(origin.seen.map(({ fingerprint }) => fingerprint)).toEqual([
      shown === null ? null : pki[shown].fingerprint,
    ]);
    expect(edge.pulls).toMatchObject([{ level: shown, scheme: "https", status: 200 }]);
  });
});

describe("the SSL mode", () => {
  test.each([
    ["off", "https"],
    ["flexible", "https"],
    ["full", "http"],
    ["strict", "http"],
  ] as const)(
    "%s, visited by %s: a pull without TLS, and no certificate whatever is on",
    async (sslMode, visitors) => {
      const origin = await startOrigin(pki.origin);
      const levels = { ...NO_LEVELS, ...level("hostname", true) };
      const edge = await startTestEdge(pki, origin, { sslMode, levels }, { visitors });
      expect((await edge.visit()).status).toBe(200);
      expect(origin.seen).toMatchObject([{ scheme: "http", fingerprint: null }]);
      expect(edge.pulls).toMatchObject([{ level: null, scheme: "http" }]);
    },
  );

  test("flexible, where nothing listens without TLS: 521, and TLS is not tried instead", async () => {
    const origin = await startOrigin(pki.origin);
    const edge = await startTestEdge(pki, { tlsPort: origin.tlsPort }, { sslMode: "flexible" });
    expect((await edge.visit()).status).toBe(521);
    expect(origin.seen).toEqual([]);
  });

  test.each(["strict", "origin_pull"] as const)(
    "%s: 526 for an origin certificate of nobody's, or for another name, and nothing is sent",
    async (sslMode) => {
      for (const [certificate, detail] of [
        [pki.untrusted, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
        [pki.otherName, "ERR_TLS_CERT_ALTNAME_INVALID"],
      ] as const) {
        const origin = await startOrigin(certificate);
        const edge = await startTestEdge(pki, origin, { sslMode });
        expect((await edge.visit()).status).toBe(526);
        expect(origin.seen).toEqual([]);
        expect(edge.pulls[0]?.trouble).toEqual({
          stage: "origin-certificate",
          detail: expect.stringContaining(detail),
          late: false,
        });
      }
    },
  );

  test("full: any origin certificate will do, and the pull certificate is shown to it", async () => {
    for (const certificate of [pki.untrusted, pki.otherName]) {
      const origin = await startOrigin(certificate);
      const levels = { ...NO_LEVELS, ...level("zone", true) };
      const edge = await startTestEdge(pki, origin, { sslMode: "full", levels });
      expect((await edge.visit()).status).toBe(200);
      expect(origin.seen[0]?.fingerprint).toBe(pki.zone.fingerprint);
    }
  });

  test("origin_pull: by TLS, also for a visitor who came without", async () => {
    const origin = await startOrigin(pki.origin);
    const edge = await startTestEdge(pki, origin, { sslMode: "origin_pull" }, { visitors: "http" });
    expect((await edge.visit()).status).toBe(200);
    expect(origin.seen).toMatchObject([{ scheme: "https" }]);
    expect(origin.seen[0]?.request.headers["x-forwarded-proto"]).toBe("http");
  });
});

describe("an origin without an answer", () => {
  test("that refuses the connection is 521", async () => {
    const origin = createServer();
    const tlsPort = await listen(origin);
    await new Promise((closed) => void origin.close(closed));
    const edge = await startTestEdge(pki, { tlsPort });
    expect((await edge.visit()).status).toBe(521);
    // The end of the test closes it once more.
    origin.listen(0);
    await once(origin, "listening");
  });

  test("that does not speak TLS, or hangs up at the greeting, is 525", async () => {
    const { plainPort } = await startOrigin(pki.origin);
    const rude = await listen(createServer((socket) => void socket.destroy()));
    for (const tlsPort of [plainPort, rude]) {
      const edge = await startTestEdge(pki, { tlsPort });
      expect((await edge.visit()).status).toBe(525);
      expect(edge.pulls[0]?.trouble?.stage).toBe("handshake");
    }
  });

  test("that never finishes the handshake is 525", async () => {
    const silent = await listen(
      createServer((socket) => void socket.on("error", () => undefined).resume()),
    );
    const edge = await startTestEdge(pki, { tlsPort: silent }, {}, { patience: { handshake: 50 } });
    expect((await edge.visit()).status).toBe(525);
    expect(edge.pulls[0]?.trouble?.late).toBe(true);
  });

  test.each([
    ["TLSv1.2", 525],
    ["TLSv1.3", 520],
  ] as const)(
    "that requires a certificate, in %s, is %i to an edge that has none",
    async (version, status) => {
      const options = { requestCert: true, rejectUnauthorized: true, ca: pki.trust };
      const origin = await startOrigin(pki.origin, undefined, { ...options, maxVersion: version });
      const bare = await startTestEdge(pki, origin);
      const answered = await bare.visit();
      expect(answered.status).toBe(status);
      // Nothing of why: that is in the origin's log, not before the visitor.
      expect(answered.body).toMatch(/^52[05]: the [A-Za-z ]+\n$/);
      expect(answered.headers["cf-ray"]).toBe(bare.pulls[0]?.ray);
      const levels = { ...NO_LEVELS, ...level("hostname", true) };
      const presenting = await startTestEdge(pki, origin, { levels });
      expect((await presenting.visit()).status).toBe(200);
    },
  );

  test("that hangs up after the request, or does not speak HTTP, is 520", async () => {
    const hangsUp = await startOrigin(pki.origin, (asked) => void asked.socket.destroy());
    const babbles = await startOrigin(pki.origin, ({ socket }) => void socket.end("hello\r\n\r\n"));
    for (const origin of [hangsUp, babbles]) {
      const edge = await startTestEdge(pki, origin);
      expect((await edge.visit()).status).toBe(520);
      expect(edge.pulls[0]?.trouble?.stage).toBe("answer");
    }
  });

  test("that says nothing for too long is 524", async () => {
    const origin = await startOrigin(pki.origin, () => undefined);
    const edge = await startTestEdge(pki, origin, {}, { patience: { answer: 50 } });
    expect((await edge.visit()).status).toBe(524);
  });
});

describe("the cache", () => {
  test("answers what is fresh without a pull, HEAD too, and pulls again when it is not", async () => {
    let now = Date.UTC(2026, 0, 1);
    const origin = await startOrigin(pki.origin, (_asked, response) => {
      response.writeHead(200, { ...CACHED, "X-Own": "1" }).end("body");
    });
    const edge = await startTestEdge(pki, origin, {}, { now: () => now });
    expect((await edge.visit("/a")).headers["cf-cache-status"]).toBe("MISS");
    now += 30_000;
    const hit = await edge.visit("/a");
    expect(hit).toMatchObject({ status: 200, body: "body" });
    expect(hit.headers).toMatchObject({ "cf-cache-status": "HIT", age: "30", "x-own": "1" });
    expect((await edge.visit("/a", { method: "HEAD" })).body).toBe("");
    expect(edge.pulls).toHaveLength(1);
    now += 30_000;
    expect((await edge.visit("/a")).headers["cf-cache-status"]).toBe("MISS");
    expect(edge.pulls).toHaveLength(2);
  });

  test("keeps nothing that does not say so, and is gone round by whoever has a password", async () => {
    const origin = await startOrigin(pki.origin, ({ url }, response) => {
      response.writeHead(200, url === "/kept" ? CACHED : {}).end();
    });
    const edge = await startTestEdge(pki, origin);
    const headers = { authorization: "Basic x" };
    for (const [path, asked] of [["/"], ["/"], ["/kept"], ["/kept", { headers }]] as const) {
      await edge.visit(path, asked);
    }
    expect(edge.pulls).toHaveLength(4);
  });

  test("forgets what was changed", async () => {
    const origin = await startOrigin(pki.origin, (_asked, response) => {
      response.writeHead(200, CACHED).end();
    });
    const edge = await startTestEdge(pki, origin);
    for (const method of ["GET", "POST", "GET"]) await edge.visit("/a", { method });
    expect(edge.pulls).toHaveLength(3);
  });
});

describe("the edge", () => {
  test("pulls for no name that is not proxied through it", async () => {
    const origin = await startOrigin(pki.origin);
    const edge = await startTestEdge(pki, origin);
    for (const host of ["other.example.com", "127.0.0.1", "docs.example.com@x"]) {
      expect((await edge.visit("/", { headers: { host } })).status).toBe(409);
    }
    expect(edge.pulls).toEqual([]);
    expect(origin.seen).toEqual([]);
  });

  test("tells the origin of the visitor, and its own name for the request to both", async () => {
    const origin = await startOrigin(pki.origin);
    const edge = await startTestEdge(pki, origin);
    const headers = { "CF-Connecting-IP": "10.0.0.1", "X-Forwarded-For": "10.0.0.1" };
    const answered = await edge.visit("/", { headers });
    expect(origin.seen[0]?.request.headers).toMatchObject({
      host: DOCS,
      "cf-connecting-ip": "127.0.0.1",
      "x-forwarded-for": "10.0.0.1, 127.0.0.1",
      "x-forwarded-proto": "https",
      "cf-ray": answered.headers["cf-ray"],
    });
  });

  test.each([
    ["of a known length", {}],
    ["of an unknown one", { "Transfer-Encoding": "chunked" }],
  ])("carries a body %s there and back", async (_what, headers) => {
    const origin = await startOrigin(pki.origin);
    const edge = await startTestEdge(pki, origin);
    const body = "pullproof".repeat(50_000);
    expect((await edge.visit("/", { method: "POST", headers, body })).body).toBe(body);
  });

  test("ends a pull whose visitor has left", async () => {
    const asked = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<string>();
    const origin = await startOrigin(pki.origin, ({ socket }) => {
      socket.once("close", () => gone.resolve("gone"));
      asked.resolve();
    });
    const edge = await startTestEdge(pki, origin);
    const visitor = open(edge.port);
    visitor.on("error", () => undefined);
    await asked.promise;
    visitor.destroy();
    expect(await gone.promise).toBe("gone");
  });

  test("breaks off where the origin does: half an answer is not a whole one", async () => {
    const origin = await startOrigin(pki.origin, ({ socket }, response) => {
      response.writeHead(200, { "Content-Length": "10", ...CACHED });
      response.write("half", () => socket.destroy());
    });
    const edge = await startTestEdge(pki, origin);
    await expect(edge.visit("/a")).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect(edge.visit("/a")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(edge.pulls).toHaveLength(2);
  });
});
