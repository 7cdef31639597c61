import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import { envelopeOf, errorEnvelope, Refused } from "./answer.ts";
import type { Clock } from "./clock.ts";
import { edgePresents, type Presented } from "./edge.ts";
import { createFaults, type Fault } from "./faults.ts";
import { BASE_PATH, handle } from "./handle.ts";
import { DEFAULT_TIMINGS, type Timings } from "./lifecycle.ts";
import { createState, createZone, hexId, type State, type Zone } from "./state.ts";
import { workerPresents } from "./worker-presents.ts";
import type { Features, World } from "./world.ts";

export interface FakeCloudflareOptions {
  /** The machine's own where left out. */
  readonly clock?: Clock;
  readonly timings?: Partial<Timings>;
  readonly features?: Partial<Features>;
  readonly faults?: readonly Fault[];
}

/** A request that was made, and how it was answered. */
export interface Call {
  readonly method: string;
  /** Behind `/client/v4`, without the query. */
  readonly path: string;
  readonly query: string;
  readonly authorization: string;
  /** 0 where the connection was broken. */
  readonly status: number;
}

/** Cloudflare's API on this machine. */
export interface FakeCloudflare {
  /** `http://127.0.0.1:PORT/client/v4`. */
  readonly url: string;
  /** May do everything. */
  readonly token: string;
  readonly accountId: string;
  /** What wrangler and pullproof need in their environment to come here, and to go nowhere else. */
  readonly environment: Readonly<Record<string, string>>;
  /** In the order in which they were answered. */
  readonly calls: readonly Call[];
  readonly state: State;
  readonly addZone: (name: string, changes?: Partial<Zone>) => Zone;
  readonly inject: (fault: Fault) => void;
  /** What the edge may present for a proxied hostname now: several answers while a change is on its way. */
  readonly edgePresents: (zone: Zone, hostname: string) => readonly Presented[];
  /** What a Worker's binding may present now: several answers in a gradual deployment, and while one spreads. */
  readonly workerPresents: (script: string, binding: string) => readonly (Fingerprint | "none")[];
  readonly close: () => Promise<void>;
}

/** Starts a fake that listens on a port of the system's choice. */
export async function startFakeCloudflare(
  options: FakeCloudflareOptions = {},
): Promise<FakeCloudflare> {
  const token = `fake-token-${hexId()}`;
  const accountId = hexId();
  const state = createState(token, accountId);
  const faults = createFaults(options.faults ?? []);
  const calls: Call[] = [];
  const world: World = {
    state,
    clock: options.clock ?? { now: () => Date.now() },
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    features: { listAssociations: true, ...options.features },
    timesOut: false,
  };

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(message.url ?? "/", "http://fake");
    const method = message.method ?? "";
    const path = url.pathname.slice(BASE_PATH.length);
    const fault = faults.meet(method, path);
    const { status, body } = await respond(message, url, fault, world, response);
    const authorization = message.headers.authorization ?? "";
    calls.push({ method, path, query: url.search, authorization, status });
    if (body === null) message.socket.destroy();
    else response.writeHead(status).end(body);
  };
  const server = createServer((message, response) => {
    answer(message, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE_PATH}`;

  return {
    url,
    token,
    accountId,
    environment: {
      CLOUDFLARE_API_BASE_URL: url,
      CLOUDFLARE_API_TOKEN: token,
      CLOUDFLARE_ACCOUNT_ID: accountId,
    },
    calls,
    state,
    addZone: (name, changes) => {
      const zone = createZone(name, changes);
      state.zones.set(zone.id, zone);
      return zone;
    },
    inject: faults.inject,
    edgePresents: (zone, hostname) => edgePresents(zone, hostname, world),
    workerPresents: (script, binding) => workerPresents(script, binding, world),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Response {
  readonly status: number;
  /** Null: the connection breaks. */
  readonly body: string | null;
}

async function respond(
  message: IncomingMessage,
  url: URL,
  fault: Fault | null,
  world: World,
  response: ServerResponse,
): Promise<Response> {
  if (fault?.fault === "hang-up") return { status: 0, body: null };
  if (fault?.fault === "answer") return faulty(fault, response);
  if (fault?.fault === "slow") await delay(fault.ms);
  if (fault?.fault === "hold") {
    fault.met();
    await fault.until;
  }
  response.setHeader("content-type", "application/json");
  if (fault?.fault === "say") {
    return { status: 200, body: JSON.stringify(envelopeOf({ result: fault.result })) };
  }
  try {
    const timesOut = fault?.fault === "time-out";
    const result = await handle(message, url, { ...world, timesOut });
    if (fault?.fault === "lose-answer") return { status: 0, body: null };
    return { status: 200, body: JSON.stringify(envelopeOf(result)) };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const { status, code, message: text } = thrown;
    return { status, body: JSON.stringify(errorEnvelope(code, text)) };
  }
}

function faulty(fault: Fault & { fault: "answer" }, response: ServerResponse): Response {
  const { status, code = 10_000, message = "A fault was asked for", retryAfterSeconds } = fault;
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", retryAfterSeconds);
  response.setHeader("content-type", fault.html === true ? "text/html" : "application/json");
  const html = `<html><body>Error ${status}</body></html>`;
  return {
    status,
    body: fault.html === true ? html : JSON.stringify(errorEnvelope(code, message)),
  };
}
