import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { startRawApplication, type RawApplication } from "../support/raw-application.ts";
import { values } from "../support/strict-reader.ts";
import { head, pullFrom } from "./http-pull.ts";
import { BLOG, makePki, mappingOf, SHOP } from "./support/pki.ts";
import { waitFor } from "./support/wait-for.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();

/** What the verifier says of every pull that it hands on, and nobody else. */
const OURS = {
  host: SHOP,
  "x-forwarded-host": "shop.example.com",
  "x-pull-hostname": "shop.example.com",
  "x-pull-fingerprint": pki.shop.fingerprint,
  "x-pull-verdict": "accepted",
};

const IDENTITIES = [
  "X-Pull-Hostname",
  "X-Pull-Fingerprint",
  "X-Pull-Verdict",
  "X-Pull-Anything",
  "Pull-Refusal",
  "Client-Cert",
  "Client-Cert-Chain",
  "X-Client-Cert",
  "X-Forwarded-Client-Cert",
  "Cf-Client-Cert-Der-Base64",
  "Cf-Client-Cert-Sha256",
  "X-SSL-Client-Verify",
  "SSL-Client-S-DN",
  "X-Forwarded-Host",
  "X-Forwarded-Port",
  "X-Forwarded-Server",
  "X-Forwarded",
  "Forwarded",
  "X-Real-IP",
  "True-Client-IP",
  "X-Client-IP",
  "X-Original-Host",
  "X-Cluster-Client-IP",
  "Remote-User",
  "X-Remote-User",
  "SM-User",
  "iv-user",
  "OIDC-Claim-sub",
  "X-Pomerium-Claim-Email",
  "Proxy",
];

const expecting = (host: string) =>
  `POST / HTTP/1.1\r\nHost: ${host}\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n`;

const heads = (first: string, ...lines: readonly string[]) =>
  [`${first} HTTP/1.1`, `Host: ${SHOP}`, ...lines].join("\r\n");

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({
        form,
        pki,
        answer: (response, { url }) => {
          if (url === "/says-refusal") response.setHeader("Pull-Refusal", "of-the-application");
          response.end("from the application");
        },
      });
    });
    afterAll(() => world.close());

    /** The request that the application sees when these bytes are sent. */
    async function seen(bytes: string) {
      const before = world.reached().length;
      const pull = await pullFrom(world);
      pull.send(bytes);
      await pull.answered(1);
      pull.destroy();
      const request = await waitFor(
        "a request at the application",
        () => world.reached()[before] ?? null,
      );
      expect(world.reached().length).toBe(before + 1);
      return request;
    }

    describe("P50: the application sees no identity that the verifier did not set", () => {
      test.each(IDENTITIES)("%s", async (name) => {
        const forms = [
          name,
          name.toUpperCase(),
          name.toLowerCase(),
          name.replaceAll("-", "_"),
          name.replace("-", "."),
        ].filter((form_) => form_.toLowerCase() !== "x-forwarded-host");
        for (const written of forms) {
          const { headers, rawHeaders } = await seen(
            head("GET /", `${written}: one`, `${written}: two`, `Connection: ${written}`),
          );
          const { connection: _, ...told } = headers;
          expect(told).toEqual(OURS);
          expect(rawHeaders.filter((text) => text === "one" || text === "two")).toEqual([]);
        }
      });

      it("an X-Forwarded-Host of the peer's, whatever it says", async () => {
        for (const said of ["blog.example.com", "a, b", "evil.test:1", "\xff"]) {
          const { headers } = await seen(head("GET /", `X-Forwarded-Host: ${said}`));
          expect(headers["x-forwarded-host"]).toBe("shop.example.com");
        }
      });
    });

    it("P51: the application sees what an accepted pull says of the visitor, where it says it once", async () => {
      const said = {
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-proto": "https",
        "cf-connecting-ip": "203.0.113.7",
      };
      const lines = Object.entries(said).map(([name, value]) => `${name}: ${value}`);
      const once = await seen(head("GET /", ...lines));
      expect(once.headers).toMatchObject({ ...OURS, ...said });
      const twice = await seen(head("GET /", ...lines, ...lines));
      for (const name of Object.keys(said)) expect(twice.headers).not.toHaveProperty(name);
    });

    it("P52: Connection takes away no Host, no framing and nothing of the verifier's", async () => {
      const all =
        "close, host, content-length, transfer-encoding, x-pull-hostname, x-forwarded-host";
      for (const [framing, body] of [
        ["Content-Length: 5", "hello"],
        ["Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n"],
      ] as const) {
        const request = await seen(head("POST /", framing, `Connection: ${all}`) + body);
        expect(request.headers).toMatchObject(OURS);
        expect(request.body).toBe("hello");
      }
      const { headers } = await seen(
        head("GET /", "X-Hop: 1", "Connection: X-Hop", "TE: trailers"),
      );
      expect(headers).not.toHaveProperty("x-hop");
      expect(headers).not.toHaveProperty("te");
    });

    it("P53: a trailer never becomes a header, whatever it claims", async () => {
      const trailers = "X-Pull-Hostname: blog.example.com\r\nHost: evil.test\r\nX-Trailed: 1\r\n";
      const body = `5\r\nhello\r\n0\r\n${trailers}\r\n`;
      const request = await seen(
        head("POST /", "Transfer-Encoding: chunked", "Trailer: X-Trailed") + body,
      );
      expect(request.headers).toMatchObject(OURS);
      expect(request.body).toBe("hello");
      expect(JSON.stringify(request)).not.toMatch(/trail|evil|blog/i);
    });

    it("P54: a 100 Continue goes out only after the judgement", async () => {
      const before = world.reached().length;
      const refused = await pullFrom(world);
      refused.send(expecting(BLOG));
      await refused.ended;
      expect(refused.answers().map(({ status }) => status)).toEqual([421]);

      const accepted = await pullFrom(world);
      accepted.send(expecting(SHOP));
      await accepted.until((text) => text.endsWith("\r\n\r\n"));
      expect(accepted.answers().map(({ status }) => status)).toEqual([100]);
      accepted.send("hello");
      await accepted.answered(2);
      expect(accepted.answers().map(({ status }) => status)).toEqual([100, 200]);
      const reached = await waitFor(
        "the body",
        () =>
          world
            .reached()
            .slice(before)
            .find(({ body }) => body === "hello") ?? null,
      );
      expect(reached.headers).not.toHaveProperty("expect");
      accepted.destroy();
    });

    it("P64: no answer of the application's carries Pull-Refusal", async () => {
      const before = world.reached().length;
      const pull = await pullFrom(world);
      pull.send(head("GET /says-refusal"));
      const [answer] = await pull.answered(1);
      // Its line may come after its answer, and would be taken for the next request's.
      await waitFor("its line", () => world.reached().length === before + 1);
      expect(answer).toMatchObject({ status: 200, body: "from the application" });
      expect(answer?.headers.has("pull-refusal")).toBe(false);
      pull.destroy();
    });

    it("P55: a header is a header, though it is named like something of JavaScript's", async () => {
      for (const name of ["__proto__", "constructor", "prototype", "toString", "valueOf"]) {
        const { rawHeaders } = await seen(head("GET /", `${name}: 1`, `${name}: 2`));
        expect(rawHeaders.filter((text) => text === name)).toHaveLength(2);
      }
    });
  });
}

describe("P56: as proxy, byte for byte", () => {
  let application: RawApplication;
  let world: World;
  beforeAll(async () => {
    application = await startRawApplication();
    world = await startWorld({ pki, applicationPort: application.port });
  });
  afterAll(async () => {
    await world.close();
    await application.close();
  });

  /** What an application gets that is sent these bytes on a connection of its own. */
  async function forwarded(bytes: string): Promise<string> {
    const before = application.connections.map(({ bytes: { length } }) => length);
    const pull = await pullFrom(world);
    pull.send(bytes);
    await pull.answered(1);
    pull.destroy();
    return application.connections.map((each, at) => each.bytes.slice(before[at] ?? 0)).join("");
  }

  const ours = [
    "X-Forwarded-Host: shop.example.com",
    "X-Pull-Hostname: shop.example.com",
    `X-Pull-Fingerprint: ${pki.shop.fingerprint}`,
    "X-Pull-Verdict: accepted",
  ];
  const kept = ["Connection: keep-alive", "", ""];

  test.each([
    ["a GET", head("GET /a?b=c"), heads("GET /a?b=c", ...ours, ...kept)],
    ["a HEAD's like", head("OPTIONS *"), heads("OPTIONS *", ...ours, ...kept)],
    [
      "headers in their order and case, with what is above ASCII",
      head("GET /", "x-LOWER: a", "Cookie: a=1", "X-Latin: \xe9", "cookie: b=2"),
      heads("GET /", "x-LOWER: a", "Cookie: a=1", "X-Latin: \xe9", "cookie: b=2", ...ours, ...kept),
    ],
    [
      "more white space than there need be, and empty lines before",
      `\r\n\r\nGET  /  HTTP/1.1\r\nHost:\t ${SHOP} \t\r\nX:   y  \r\n\r\n`.replace("/  ", "/ "),
      heads("GET /", "X: y", ...ours, ...kept),
    ],
    ...["POST", "MKCOL", "PURGE"].map((method) => [
      `a ${method} without a body`,
      head(`${method} /`),
      heads(`${method} /`, ...ours, "Content-Length: 0", ...kept),
    ]),
    [
      "a length, with zeros before it",
      `${head("PUT /", "Content-Length: 005")}hello`,
      `${heads("PUT /", ...ours, "Content-Length: 5", ...kept)}hello`,
    ],
    ...["POST", "DELETE", "OPTIONS", "PATCH", "PROPFIND"].flatMap((method) => [
      [
        `chunks on ${method}`,
        `${head(`${method} /`, "Transfer-Encoding: Chunked")}5;ext=1\r\nhello\r\n000\r\nX: y\r\n\r\n`,
        `${heads(`${method} /`, ...ours, "Transfer-Encoding: chunked", ...kept)}5\r\nhello\r\n0\r\n\r\n`,
      ],
      [
        `a length on ${method}, that Connection names`,
        `${head(`${method} /`, "Content-Length: 5", "Connection: Content-Length")}hello`,
        `${heads(`${method} /`, ...ours, "Content-Length: 5", ...kept)}hello`,
      ],
    ]),
    [
      "what an application that folds `_` might take for framing",
      head("POST /", "Content_Length: 100", "Transfer_Encoding: chunked", "Transfer.Encoding: x"),
      heads("POST /", ...ours, "Content-Length: 0", ...kept),
    ],
  ] as [string, string, string][])("%s", async (_, sent, expected) => {
    expect(await forwarded(sent)).toBe(expected);
  });

  it("of every request there is exactly one, with one Host and at most one framing", () => {
    expect(application.unframed()).toEqual([]);
    for (const { headers } of application.requests()) {
      expect(values(headers, "host")).toEqual([SHOP]);
      const framing = [
        ...values(headers, "content-length"),
        ...values(headers, "transfer-encoding"),
      ];
      expect(framing.length).toBeLessThanOrEqual(1);
    }
  });

  it("a body that looks like a request is a body", async () => {
    const smuggled = head("GET /smuggled", "X-Pull-Verdict: accepted");
    const framings: [string, string][] = [
      [`Content-Length: ${smuggled.length}`, smuggled],
      ["Transfer-Encoding: chunked", `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`],
    ];
    for (const method of ["POST", "DELETE", "OPTIONS"]) {
      for (const [framing, body] of framings) {
        await forwarded(head(`${method} /carrier`, framing) + body);
      }
    }
    const targets = application.requests().map(({ target }) => target);
    expect(targets.filter((target) => target === "/carrier")).toHaveLength(6);
    expect(targets).not.toContain("/smuggled");
  });
});

it("P56: the application's Host carries the port that the mapping names", async () => {
  const withPort = mappingOf(pki);
  withPort.hosts["shop.example.com"].origin = `https://${SHOP}:8443`;
  const world = await startWorld({ pki, mapping: () => withPort });
  const pull = await pullFrom(world);
  for (const host of [SHOP, `${SHOP}:8443`, `${SHOP.toUpperCase()}.:1`]) {
    pull.send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  }
  await pull.answered(3);
  expect(world.reached().map(({ headers }) => headers["host"])).toEqual(
    Array.from({ length: 3 }, () => `${SHOP}:8443`),
  );
  pull.destroy();
  await world.close();
});
