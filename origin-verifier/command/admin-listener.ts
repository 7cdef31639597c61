import type { Server } from "node:http";
import type { AdminToken } from "../admin/admin-token.ts";
import { createTokenReplacement } from "../admin/token-replacement.ts";
import { createAdmin } from "../admin/create-admin.ts";
import type { VerifierEvent } from "../events.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import { createObservations } from "../observations/observations.ts";
import type { Profile } from "../profile/profile.ts";
import type { Trust } from "../trust/trust.ts";
import type { AdminConfiguration } from "./configuration.ts";
import { isLoopback } from "./listen-address.ts";
import { version } from "./version.ts";

/** What the admin listener is made with. */
export interface AdminListenerOptions {
  readonly configuration: AdminConfiguration;
  readonly profile: Profile;
  readonly token: AdminToken | null;
  /** Null before there is one; by the time that somebody asks there is. */
  readonly trust: () => Trust | null;
  /** Connections to the origin listener at this moment. */
  readonly connections: () => number;
}

/** The admin listener, and the ear of everything behind it. */
export interface AdminListener {
  readonly server: Server;
  /** Takes in every event of the verifier. */
  readonly take: (event: VerifierEvent) => void;
  /** Asks for this token from now on, and for no other. */
  readonly replaceToken: (token: AdminToken) => void;
}

/** Makes observations, metrics and the listener that answers from them. It is not listening yet. */
export function createAdminListener(options: AdminListenerOptions): AdminListener {
  const { configuration, profile, token, trust, connections } = options;
  const now = Date.now;
  const observations = createObservations({ trust, now });
  const sources = { observations, connections, version: version(), now };
  const metrics = createMetrics({ ...sources, trust });
  const tokens = createTokenReplacement();
  const server = createAdmin({
    ...sources,
    profile,
    trust: () => {
      const current = trust();
      if (current === null) throw new Error("asked before there is a trust");
      return current;
    },
    metrics,
    token,
    tokens,
    answeredHosts: { loopback: isLoopback(configuration.address.host), hosts: configuration.hosts },
  });
  return {
    server,
    replaceToken: tokens.replace,
    take: (event) => {
      observations.take(event);
      metrics.take(event);
    },
  };
}
