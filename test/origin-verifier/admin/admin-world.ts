import { request, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { parseAdminToken, type AdminToken } from "../../../origin-verifier/admin/admin-token.ts";
import { createAdmin, type AdminOptions } from "../../../origin-verifier/admin/create-admin.ts";
import type { VerifierEvent } from "../../../origin-verifier/events.ts";
import { createMetrics } from "../../../origin-verifier/metrics/create-metrics.ts";
import {
  createObservations,
  type Observations,
} from "../../../origin-verifier/observations/observations.ts";
import type { Trust } from "../../../origin-verifier/trust/trust.ts";
import { fingerprint, madeUpTrust } from "../../support/made-up-trust.ts";

export const ORIGIN = "origin-shop.example.net";
export const START = Date.UTC(2030, 0, 1);

export const TOKEN = "a-token-that-nobody-guesses" as AdminToken;

/** An admin listener on this machine, over observations that a test fills. */
export interface AdminWorld {
  readonly port: number;
  readonly observations: Observations;
  readonly take: (event: VerifierEvent) => void;
  readonly clock: { now: number };
  readonly ask: (path: string, more?: Asked) => Promise<Answered>;
  readonly close: () => Promise<void>;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export function shopTrust(): Trust {
  return madeUpTrust(
    {
      [ORIGIN]: {
        hostnames: ["shop.example.com"],
        accepts: [fingerprint(1), fingerprint(2)],
        originNotAfter: START + 90 * 86_400_000,
      },
    },
    { issuerNotAfter: START + 900 * 86_400_000 },
  );
}

export async function startAdmin(
  options: Partial<AdminOptions> & { readonly madeUp?: Trust } = {},
): Promise<AdminWorld> {
  const { madeUp: trust = shopTrust(), ...given } = options;
  const clock = { now: START };
  const now = () => clock.now;
  const observations = createObservations({ trust: () => trust, now });
  const sources = { trust: () => trust, observations, connections: () => 2, version: "1.2.3", now };
  const metrics = createMetrics(sources);
  const server = createAdmin({
    ...sources,
    metrics,
    profile: "standard",
    token: null,
    answeredHosts: { loopback: true, hosts: [] },
    ...given,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    observations,
    take: (event) => {
      observations.take(event);
      metrics.take(event);
    },
    clock,
    ask: (path, more) => askAt(port, path, more),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Asks, with exactly these headers: `fetch` would not let a test write its own Host. */
export function askAt(
  port: number,
  path: string,
  { method = "GET", headers = {}, body = "" }: Asked = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asking = request(
      { host: "127.0.0.1", port, path, method, headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
        response.on("error", reject);
      },
    );
    asking.on("error", reject);
    asking.end(body);
  });
}

/** An open stream of events: what it has said so far, and a wait for what it will. */
export interface OpenStream {
  readonly status: number;
  readonly until: (said: (text: string) => boolean) => Promise<string>;
  readonly ended: Promise<void>;
  readonly close: () => void;
}

export function openStream(
  port: number,
  path = "/events",
  headers: Readonly<Record<string, string>> = {},
): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
      let text = "";
      const waiting = new Set<() => void>();
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        for (const look of waiting) look();
      });
      const ended = new Promise<void>((end) => response.on("close", () => end()));
      response.on("error", () => {});
      resolve({
        status: response.statusCode ?? 0,
        ended,
        until: (said) =>
          new Promise((done) => {
            const look = (): void => {
              if (!said(text)) return;
              waiting.delete(look);
              done(text);
            };
            waiting.add(look);
            look();
          }),
        close: () => asking.destroy(),
      });
    });
    asking.on("error", reject);
    asking.end();
  });
}

/** A token as it would be read. */
export function tokenOf(raw: string): AdminToken {
  const token = parseAdminToken(raw);
  if (!token.ok) throw new Error(token.problems[0].message);
  return token.value;
}
