import { connect as connectTcp } from "node:net";
import { NO_OPENSSL, sClient, startSClient } from "../../conformance/support/openssl.ts";
import {
  attempt,
  get,
  statuses,
  TLS_VERSIONS,
  type DialOptions,
} from "../../conformance/support/pull.ts";
import { keepSession, type SessionPeer } from "../../conformance/support/session-probe.ts";
import { waitFor } from "../../conformance/support/wait-for.ts";
import { BLOG, pull, SHOP } from "../support/peers.ts";
import type { ServerWorld } from "../support/server-world.ts";
import { broken, type Check } from "./check.ts";

/** Offers a session of shop's to another peer's place: true where nothing was resumed, and nothing reached the application. */
async function isNew(
  world: ServerWorld,
  version: (typeof TLS_VERSIONS)[number],
  to: Partial<SessionPeer>,
): Promise<boolean> {
  const shop = { port: world.port, name: SHOP, certificate: world.pki.shop };
  const session = await keepSession(version, shop);
  try {
    if (!statuses(session.answer.output).includes(200)) throw new Error(session.answer.output);
    // A server that gives none cannot be offered one.
    if (!session.kept) return true;
    const before = world.application.reached.length;
    const offered = await session.offer({ ...shop, ...to }).catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith("no handshake")) return null;
      throw error;
    });
    const own = to.name === undefined && to.certificate === undefined;
    const reached = world.application.reached.length > before;
    return offered?.resumed !== true && reached === own;
  } finally {
    await session.remove();
  }
}

const resumption = (
  promise: string,
  ways: Readonly<Record<string, (world: ServerWorld) => Partial<SessionPeer>>>,
): Check => ({
  promise,
  ofHttp: false,
  run: async (world) => {
    const claims: Record<string, boolean> = {};
    for (const version of TLS_VERSIONS)
      for (const [what, to] of Object.entries(ways))
        claims[`${what} (${version})`] = await isNew(world, version, to(world));
    return broken(claims);
  },
});

const ANY = "DEFAULT:@SECLEVEL=0";
const WEAK: Readonly<Record<string, DialOptions>> = {
  "TLS 1.1": { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: ANY },
  "a suite without forward secrecy": {
    version: "TLSv1.2",
    ciphers: "AES128-GCM-SHA256:AES128-SHA:@SECLEVEL=0",
  },
  "a suite without AEAD": {
    version: "TLSv1.2",
    ciphers: "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0",
  },
  "finite-field Diffie-Hellman": {
    version: "TLSv1.2",
    ciphers: "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
  },
  "a handshake signed with SHA-224": { version: "TLSv1.2", sigalgs: "ECDSA+SHA224" },
  "HTTP/2 alone": { ALPNProtocols: ["h2"] },
};

// A peer that offers SHA-224 alone, as Node does, is refused by either half of a server's bounds: these by one of them.
const [SHA224, SHA256] = ["ECDSA+SHA224", "ECDSA+SHA256"];
const ONE_SIDE: Readonly<Record<string, readonly string[]>> = {
  "it signs with SHA-224 itself": ["-sigalgs", SHA224, "-client_sigalgs", SHA256],
  "it lets its peer sign with SHA-224": ["-sigalgs", SHA256, "-client_sigalgs", SHA224],
};

const versionsAndSuites: Check = {
  promise: "P6",
  ofHttp: false,
  run: async (world) => {
    const claims: Record<string, boolean> = {};
    for (const [what, options] of Object.entries(WEAK)) {
      const { text } = await attempt(world, world.pki.shop, get(SHOP, "", "/weak"), options);
      claims[`it takes ${what}`] = text === "";
    }
    if (NO_OPENSSL) return broken(claims);
    world.write("peer.pem", world.pki.shop.pem);
    world.write("peer.key", world.pki.shop.keyPem);
    const files = ["-cert", `${world.folder}/peer.pem`, "-key", `${world.folder}/peer.key`];
    const peer = ["-tls1_2", "-servername", SHOP, ...files];
    for (const [what, algorithms] of Object.entries(ONE_SIDE)) {
      const { output } = await sClient(world.port, [...peer, ...algorithms], get(SHOP));
      claims[what] = !statuses(output).includes(200);
    }
    const running = startSClient(world.port, peer);
    await waitFor("the handshake", () => running.output().includes("Secure Renegotiation IS"));
    running.write("R\n");
    await waitFor(
      "an end",
      () =>
        /no renegotiation|unexpected message|closed|errno|alert|error/i.test(
          running.output().split("RENEGOTIATING")[1] ?? "",
        ) || running.output().split("RENEGOTIATING")[1]?.includes("verify return"),
    );
    running.end();
    const { output } = await running.ended;
    claims["it renegotiates"] = !(output.split("RENEGOTIATING")[1] ?? "").includes("verify return");
    return broken(claims);
  },
};

const NOBODIES = [
  "unknown.example.net",
  "sub.origin-shop.example.net",
  "shop.example.com",
  "",
  "not_a-name!",
];

const names: Check = {
  promise: "P7",
  ofHttp: false,
  run: async (world) => {
    const claims: Record<string, boolean> = {};
    for (const version of TLS_VERSIONS) {
      for (const servername of NOBODIES) {
        const ended = await attempt(world, world.pki.shop, get(SHOP), { version, servername });
        claims[`SNI ${JSON.stringify(servername)} gets no alert (${version})`] =
          ended.text === "" && /^ERR_SSL_|ALERT/.test(ended.error);
      }
    }
    if (NO_OPENSSL) return broken(claims);
    world.write("peer.pem", world.pki.shop.pem);
    world.write("peer.key", world.pki.shop.keyPem);
    const files = ["-cert", `${world.folder}/peer.pem`, "-key", `${world.folder}/peer.key`];
    for (const name of ["Origin-SHOP.example.NET", `${SHOP}.`]) {
      const { output } = await sClient(world.port, ["-servername", name, ...files], get(SHOP));
      claims[`SNI ${name} is another name`] = statuses(output).includes(200);
    }
    return broken(claims);
  },
};

const plaintext: Check = {
  promise: "P26",
  ofHttp: false,
  run: async (world) => {
    const text = await new Promise<string>((done) => {
      const socket = connectTcp(world.port, "127.0.0.1");
      let came = "";
      socket.on("data", (chunk: Buffer) => (came += chunk.toString("latin1")));
      socket.on("error", () => {});
      socket.on("close", () => done(came));
      socket.setTimeout(15_000, () => socket.destroy());
      socket.write(get(SHOP, "", "/plain"));
    });
    const reached = world.application.reached.some(({ url }) => url === "/plain");
    return broken({
      "plain HTTP gets an answer in HTTP": !text.includes("HTTP/"),
      "it is served": !reached,
    });
  },
};

const silence: Check = {
  promise: "P29",
  ofHttp: false,
  run: async (world) => {
    const { pki } = world;
    const [nobody, stranger, known] = [
      await pull(world, null),
      await pull(world, pki.stranger),
      await pull(world, pki.unlisted),
    ];
    return broken({
      "a peer without a certificate gets an answer": nobody.text === "" && !nobody.reached,
      "a stranger's certificate gets an answer": stranger.text === "" && !stranger.reached,
      "a known peer that is not listed gets no status": known.status === 403 && !known.reached,
      "the status carries no id": /^Pull-Refusal: [A-Za-z0-9_-]{8,64}\r$/im.test(known.text),
    });
  },
};

const ids: Check = {
  promise: "P32",
  ofHttp: false,
  run: async (world) => {
    const before = world.application.reached.length;
    const refused = [
      await pull(world, world.pki.unlisted),
      await pull(world, world.pki.blog),
      await pull(world, world.pki.shop, { host: BLOG }),
      await pull(world, world.pki.shop, { host: "nobody.example.net" }),
    ];
    const found = refused.map(({ text }) => /^Pull-Refusal: (\S+)\r$/im.exec(text)?.[1]);
    return broken({
      "a refused pull reached the application": world.application.reached.length === before,
      "a refusal may be kept by a cache": refused.every(({ text }) =>
        /^Cache-Control: no-store\r$/im.test(text),
      ),
      "refusals have no ids of their own":
        !found.includes(undefined) && new Set(found).size === found.length,
    });
  },
};

export const HANDSHAKE_CHECKS: readonly Check[] = [
  resumption("P1", {
    "a session of shop's is resumed at blog, without a certificate": () => ({
      name: BLOG,
      certificate: null,
    }),
    "a session of shop's is resumed at blog": () => ({ name: BLOG }),
  }),
  resumption("P2", {
    "a session is resumed without its certificate": () => ({ certificate: null }),
    "a session is resumed": () => ({}),
  }),
  versionsAndSuites,
  names,
  plaintext,
  silence,
  ids,
];
