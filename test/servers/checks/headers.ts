import { head } from "../../conformance/http-pull.ts";
import type { Reached } from "../../conformance/support/application.ts";
import { open } from "../../support/conversation.ts";
import { waitFor } from "../../conformance/support/wait-for.ts";
import { SHOP } from "../support/peers.ts";
import type { ServerWorld } from "../support/server-world.ts";
import { broken, type Check } from "./check.ts";

/** The request that the application sees; null where the server refused it. */
async function seen(world: ServerWorld, bytes: string): Promise<Reached | null> {
  const before = world.application.reached.length;
  const { pem: cert, keyPem: key } = world.pki.shop;
  const conversation = await open(world.port, { cert, key }, SHOP);
  conversation.send(bytes);
  await Promise.race([conversation.answered(1).catch(() => null), conversation.ended]);
  const [answer] = conversation.answers();
  conversation.destroy();
  if (answer?.status !== 200) return null;
  return waitFor("the request at the application", () => world.application.reached[before] ?? null);
}

const IDENTITIES = [
  "X-Pull-Hostname",
  "X-Pull-Fingerprint",
  "X-Pull-Verdict",
  "X-Pull-Anything",
  "Pull-Refusal",
  "Client-Cert",
  "Client-Cert-Chain",
  "X-Client-Cert",
  "X-Client-Verify",
  "X-Forwarded-Client-Cert",
  "X-Forwarded-Tls-Client-Cert",
  "Cf-Client-Cert-Der-Base64",
  "Cf-Client-Cert-Sha256",
  "X-SSL-Client-Verify",
  "SSL-Client-S-DN",
  "X-SSL-Cert",
  "X-Forwarded-Port",
  "X-Forwarded-Server",
  "X-Forwarded-User",
  "X-Forwarded",
  "Forwarded",
  "X-Real-IP",
  "True-Client-IP",
  "X-Client-IP",
  "X-Original-Host",
  "X-Original-URL",
  "X-Rewrite-URL",
  "X-Cluster-Client-IP",
  "Remote-User",
  "X-Remote-User",
  "X-WebAuth-User",
  "X-Auth-Request-Email",
  "X-Authentik-Username",
  "X-Amzn-Mtls-Clientcert",
  "X-Arr-ClientCert",
  "X-Consumer-Username",
  "Tailscale-User-Login",
  "SM-User",
  "iv-user",
  "OIDC-Claim-sub",
  "X-Pomerium-Claim-Email",
  "Cf-Access-Jwt-Assertion",
  "Proxy",
];
/** Values that a test's peer alone would send. */
const [ONE, TWO] = ["forged-one", "forged-two"];

const identity: Check = {
  promise: "P50",
  ofHttp: true,
  run: async (world) => {
    const { pki } = world;
    const claims: Record<string, boolean> = {};
    const told = await seen(world, head("GET /told", "Connection: close"));
    const headers = told?.headers ?? {};
    const ours = {
      "x-pull-hostname": "shop.example.com",
      "x-pull-fingerprint": pki.shop.fingerprint,
      "x-pull-verdict": "accepted",
      "x-forwarded-host": "shop.example.com",
      "client-cert": `:${pki.shop.der.toString("base64")}:`,
      host: SHOP,
    };
    for (const [name, value] of Object.entries(ours))
      claims[`${name} is ${JSON.stringify(headers[name])}`] = headers[name] === value;
    const forms: Readonly<Record<string, (name: string) => string>> = {
      "as it is": (name) => name,
      "in upper case": (name) => name.toUpperCase(),
      "in lower case": (name) => name.toLowerCase(),
      "with `_` for `-`": (name) => name.replaceAll("-", "_"),
      "with a dot": (name) => name.replace("-", "."),
    };
    for (const name of [...IDENTITIES, "X-Forwarded-Host"]) {
      for (const [how, form] of Object.entries(forms)) {
        const written = form(name);
        const lines = [`${written}: ${ONE}`, `${written}: ${TWO}`];
        const request = await seen(world, head("GET /forged", ...lines, "Connection: close"));
        claims[`${name} ${how} passes`] =
          request === null ||
          !request.rawHeaders.some((text) => text.includes(ONE) || text.includes(TWO));
      }
    }
    // Whoever looks for one header of a family may look at the last one alone.
    const masked = ["X-Pull-Anything: " + ONE, "X-Pull-Something:", "Connection: close"];
    const request = await seen(world, head("GET /masked", ...masked));
    claims["one before an empty one of its family passes"] =
      request === null || !request.rawHeaders.includes(ONE);
    return broken(claims);
  },
};

const visitor: Check = {
  promise: "P51",
  ofHttp: true,
  run: async (world) => {
    const said = {
      "x-forwarded-for": "203.0.113.7",
      "x-forwarded-proto": "https",
      "cf-connecting-ip": "203.0.113.7",
    };
    const lines = Object.entries(said).map(([name, value]) => `${name}: ${value}`);
    const claims: Record<string, boolean> = {};
    const once = await seen(world, head("GET /once", ...lines, "Connection: close"));
    for (const [name, value] of Object.entries(said))
      claims[`${name} said once arrives as ${JSON.stringify(once?.headers[name])}`] =
        once?.headers[name] === value;
    const other = ["203.0.113.8", "http", "203.0.113.8"];
    const more = Object.keys(said).map((name, at) => `${name}: ${other[at] ?? ""}`);
    const twice = await seen(world, head("GET /twice", ...lines, ...more, "Connection: close"));
    for (const name of Object.keys(said))
      claims[`${name} said twice arrives`] = twice === null || twice.headers[name] === undefined;
    return broken(claims);
  },
};

const connection: Check = {
  promise: "P52",
  ofHttp: true,
  run: async (world) => {
    const claims: Record<string, boolean> = {};
    const all =
      "close, host, content-length, transfer-encoding, x-pull-hostname, x-forwarded-host, client-cert";
    for (const [framing, body] of [
      ["Content-Length: 5", "hello"],
      ["Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n"],
    ] as const) {
      const request = await seen(world, head("POST /named", framing, `Connection: ${all}`) + body);
      claims[`with ${framing} something of ours is gone`] =
        request === null ||
        (request.body === "hello" &&
          request.headers["x-pull-hostname"] === "shop.example.com" &&
          request.headers["client-cert"] !== undefined &&
          request.headers.host === SHOP);
    }
    const lines = ["X-Requested-With: 1", "Connection: close, X-Requested-With"];
    const hop = await seen(world, head("GET /hop", ...lines));
    claims["what Connection names passes"] =
      hop === null || hop.headers["x-requested-with"] === undefined;
    return broken(claims);
  },
};

const trailer: Check = {
  promise: "P53",
  ofHttp: true,
  run: async (world) => {
    const trailers = "X-Pull-Hostname: blog.example.com\r\nHost: evil.test\r\nX-Trailed: 1\r\n";
    const request = await seen(
      world,
      `${head("POST /trailed", "Transfer-Encoding: chunked", "Trailer: X-Trailed", "Connection: close")}5\r\nhello\r\n0\r\n${trailers}\r\n`,
    );
    const told = JSON.stringify([request?.headers, request?.rawHeaders]);
    return broken({ "a trailer became a header": !/evil|blog\.example|x-trailed":/i.test(told) });
  },
};

export const HEADER_CHECKS: readonly Check[] = [identity, visitor, connection, trailer];
