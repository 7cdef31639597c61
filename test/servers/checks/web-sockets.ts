import { setTimeout as pause } from "node:timers/promises";
import { head, pullFrom, webSocketHead } from "../../conformance/http-pull.ts";
import { mappingOf } from "../../conformance/support/pki.ts";
import { mintLeaf, type Minted } from "../../support/certificates.ts";
import type { Conversation } from "../../support/conversation.ts";
import { values } from "../../support/strict-reader.ts";
import { settled } from "../support/peers.ts";
import type { RawWorld } from "../support/raw-world.ts";
import { broken, type Check, type Claims } from "./check.ts";

/** How long something may take that is not forbidden to take a moment. */
const MOMENT_MS = 4_000;

async function within(what: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  const timer = pause(MOMENT_MS, false, { signal: late.signal }).catch(() => false);
  const isDone = await Promise.race([what.then(() => true).catch(() => false), timer]);
  late.abort();
  return isDone;
}

/** A 101 of the application's joins the two sides; nothing else does. */
const joined: Check = {
  promise: "P61",
  ofHttp: true,
  run: async (_, { world, application }) => {
    const claims: Record<string, boolean> = {};
    const pull = await pullFrom(world);
    pull.send(webSocketHead("/accepted", "X-Pull-Verdict: refused", "Client-Cert: x"));
    claims["a WebSocket is not joined after the application's 101"] =
      (await within(pull.until((text) => text.endsWith("first")))) &&
      pull.text().startsWith("HTTP/1.1 101 ");
    const told = application.requests().find(({ target }) => target === "/accepted")?.headers ?? [];
    claims["the handshake carries what the peer claims"] =
      JSON.stringify(values(told, "x-pull-verdict")) === '["accepted"]' &&
      !values(told, "client-cert").includes("x");
    claims["the application is not asked for a WebSocket"] =
      values(told, "upgrade").join().toLowerCase() === "websocket";
    pull.send("to the application");
    const arrived = () => application.connections.some(({ bytes }) => bytes.endsWith("plication"));
    claims["what the peer says then does not arrive"] = await within(application.until(arrived));
    pull.destroy();
    // Whoever is no WebSocket after all is read as requests go on being read.
    for (const target of ["/unauthorized", "/plain", "/wrong-protocol"]) {
      const other = await pullFrom(world);
      other.send(webSocketHead(target));
      await within(other.until((text) => text.includes("\r\n\r\n")));
      other.send(head(`GET /behind${target}`, "X-Pull-Verdict: forged", "Connection: close"));
      await within(other.ended);
      other.destroy();
      claims[`what is said behind the answer to ${target} passes as it is`] =
        !application.connections.some(({ bytes }) => bytes.includes("forged"));
    }
    return broken(claims);
  },
};

/** A WebSocket that is open for this peer. */
async function opened({ world }: RawWorld, peer: Minted): Promise<Conversation> {
  const certificates = [world.pki.shop.fingerprint, peer.fingerprint];
  const ran = await world.render(mappingOf(world.pki, { shop: { certificates } }), [peer]);
  if (ran.status !== 0) throw new Error(ran.stderr);
  await settledRaw(world, peer, true);
  const pull = await pullFrom(world, undefined, { cert: peer.pem, key: peer.keyPem });
  pull.send(webSocketHead("/accepted"));
  await pull.until((text) => text.endsWith("first"));
  return pull;
}

/** Reloads until this peer's pulls are answered by the application, or not. */
async function settledRaw(
  world: RawWorld["world"],
  peer: Minted,
  isServed: boolean,
): Promise<void> {
  await settled(world, peer, isServed, undefined, ({ text, target }) => text.endsWith(target));
}

const ends: Check = {
  promise: "P63",
  ofHttp: true,
  run: async (_, raw) => {
    const { world } = raw;
    const { pki } = world;
    const claims: Record<string, boolean> = {};
    const names = ["shop.example.com"];
    const notAfter = Math.ceil(Date.now() / 1_000 + 6) * 1_000;
    const brief = await opened(raw, mintLeaf(pki.issuer, { names, notAfter }));
    await pause(Math.max(0, notAfter - Date.now()));
    claims["an open WebSocket outlives its certificate"] = await within(brief.ended);
    brief.destroy();
    const retired = await opened(raw, pki.unlisted);
    await world.render();
    await settledRaw(world, pki.unlisted, false);
    claims["an open WebSocket goes on after a reload without its certificate"] = await within(
      retired.ended,
    );
    retired.destroy();
    return broken(claims);
  },
};

/** What only the server may say. */
const refusalId: Check = {
  promise: "P64",
  ofHttp: true,
  run: async (_, { world }) => {
    const pull = await pullFrom(world);
    pull.send(head("GET /pretends", "Connection: close"));
    await pull.ended;
    const [answer] = pull.answers();
    const claims: Claims = {
      "an answer of the application's does not arrive": answer?.body === "it does",
      "an answer of the application's carries Pull-Refusal": !/^pull-refusal:/im.test(pull.text()),
    };
    return broken(claims);
  },
};

export const WEB_SOCKET_CHECKS: readonly Check[] = [joined, refusalId, ends];
