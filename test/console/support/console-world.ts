import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { startVerifier, type RunningVerifier } from "../../../cli/local-world/start-verifier.ts";
import { createAdmin } from "../../../origin-verifier/admin/create-admin.ts";
import type { VerifierEvent } from "../../../origin-verifier/events.ts";
import { createMetrics } from "../../../origin-verifier/metrics/create-metrics.ts";
import { createObservations } from "../../../origin-verifier/observations/observations.ts";
import { makeVerifierFiles } from "../../origin-verifier/command/support/verifier-files.ts";
import {
  attempt,
  plainMapping,
  SHOP,
  startVerifierWorld,
  type VerifierWorld,
} from "../../support/verifier-world.ts";

/** A verifier with real pulls, its console, and an application behind it. */
export interface ConsoleWorld {
  /** `http://127.0.0.1:PORT` of the console. */
  readonly origin: string;
  readonly world: VerifierWorld;
  /** Pulls as shop's Worker would, and as somebody with another certificate; the answer's status line. */
  readonly pull: (whose: "shop" | "blog" | "stranger" | "nobody") => Promise<string>;
  /** Is refused as somebody who speaks no HTTP that two readers would read alike. */
  readonly refuseMalformed: () => Promise<void>;
  /** Reloads with shop in this mode. */
  readonly setMode: (mode: unknown) => Promise<void>;
  /** Cuts whatever is connected to the console. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

/** Quick, so that nobody waits for what a person would. */
const PACE = { happeningsMs: 50, sectionsMs: 100, heartbeatMs: 1_000 };

export async function startConsoleWorld(): Promise<ConsoleWorld> {
  const early: { world?: VerifierWorld } = {};
  const sources = { now: Date.now, version: "1.2.3", connections: () => 0 };
  const trust = () => early.world?.verifier.trust() ?? null;
  const observations = createObservations({ ...sources, trust });
  const world = await startVerifierWorld({ onEvent: observations.take });
  early.world = world;
  observations.take({
    event: "listening",
    listener: "origin",
    address: "127.0.0.1",
    port: world.port,
    profile: "standard",
  });
  const admin = createAdmin({
    ...sources,
    observations,
    trust: world.verifier.trust,
    metrics: createMetrics({ ...sources, trust, observations }),
    profile: "standard",
    token: null,
    answeredHosts: { loopback: true, hosts: [] },
    pace: PACE,
  });
  await new Promise<void>((resolve) => admin.listen(0, "127.0.0.1", resolve));
  const get = `GET /page HTTP/1.1\r\nHost: ${SHOP}\r\nConnection: close\r\n\r\n`;
  return {
    origin: `http://127.0.0.1:${(admin.address() as AddressInfo).port}`,
    world,
    pull: async (whose) => {
      const peer = whose === "nobody" ? null : world.pki[whose];
      const text = await attempt(world, peer, {}, get);
      return text.split("\r\n")[0] ?? "";
    },
    refuseMalformed: async () => {
      const twoHosts = get.replace("Connection", `Host: ${SHOP}\r\nConnection`);
      await attempt(world, world.pki.shop, {}, twoHosts);
    },
    setMode: async (mode) => {
      const mapping = plainMapping(world.pki);
      Object.assign(mapping.hosts["shop.example.com"]?.["accept"] as object, { mode });
      await world.writeMapping(mapping);
      const outcome = await world.verifier.reload();
      if (!outcome.ok) throw new Error(outcome.problems[0]?.message);
    },
    cut: () => admin.closeAllConnections(),
    close: async () => {
      admin.close();
      admin.closeAllConnections();
      await world.close();
    },
  };
}

/** The bin itself, with a token in a file. */
export interface GuardedVerifier {
  readonly origin: string;
  readonly token: string;
  readonly verifier: RunningVerifier;
  /** The status of an answer to a program. */
  readonly statusOf: (path: string, headers?: Record<string, string>) => Promise<number>;
  readonly close: () => Promise<void>;
}

export async function startGuardedVerifier(): Promise<GuardedVerifier> {
  const files = await makeVerifierFiles();
  const token = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4";
  await files.write("admin.token", `${token}\n`);
  const served = {
    certificate: `${SHOP}.pem`,
    key: `${SHOP}.key`,
    application: "http://127.0.0.1:9",
  };
  const configuration = {
    mapping: "mapping.json",
    listen: "127.0.0.1:0",
    admin: "127.0.0.1:0",
    adminTokenFile: "admin.token",
    adminHosts: ["admin.example.com"],
    origins: { [SHOP]: served },
  };
  await files.write("origin-verifier.json", JSON.stringify(configuration));
  const verifier = await startVerifier(
    files.path("origin-verifier.json"),
    files.folder,
    () => undefined,
  );
  const listening = await verifier.events.find(isAdmin, 1_000);
  const port = listening?.port ?? 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    token,
    verifier,
    statusOf: (path, headers = {}) =>
      new Promise((resolve, reject) => {
        const asking = request(
          { host: "127.0.0.1", port, path, headers, agent: false },
          (answer) => {
            answer.resume();
            resolve(answer.statusCode ?? 0);
          },
        );
        asking.on("error", reject);
        asking.end();
      }),
    close: async () => {
      await verifier.process.stop();
      await files.remove();
    },
  };
}

function isAdmin(event: VerifierEvent): event is Extract<VerifierEvent, { event: "listening" }> {
  return event.event === "listening" && event.listener === "admin";
}
