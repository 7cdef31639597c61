import type { Server } from "node:http";
import type { AdminToken } from "../admin/admin-token.ts";
import { createAdmin } from "../admin/create-admin.ts";
import { createTokenReplacement } from "../admin/token-replacement.ts";
import type { AdminConfiguration } from "../command/configuration.ts";
import { isLoopback } from "../command/listen-address.ts";
import { version } from "../command/version.ts";
import { createMetrics } from "../metrics/create-metrics.ts";
import type { Profile } from "../profile/profile.ts";
import type { Machine } from "./machine.ts";

/** What the one admin listener is made with. */
export interface MergedAdminOptions {
  readonly machine: Machine;
  /** Has every worker say how it stands. */
  readonly ask: () => Promise<void>;
  readonly configuration: AdminConfiguration;
  readonly profile: Profile;
  readonly token: AdminToken | null;
}

/** The admin listener of all workers. */
export interface MergedAdmin {
  readonly server: Server;
  readonly replaceToken: (token: AdminToken) => void;
}

/** Makes it: what a lone verifier answers from what it observed itself, here from what all workers did. */
export function createMergedAdmin(options: MergedAdminOptions): MergedAdmin {
  const { machine, ask, configuration, profile, token } = options;
  const { observed: observations, trust, connections, usage, workers } = machine;
  const sources = { observations, connections, usage, version: version(), now: Date.now };
  const tokens = createTokenReplacement();
  const server = createAdmin({
    ...sources,
    profile,
    trust: () => {
      const current = trust();
      if (current === null) throw new Error("asked before a worker has a trust");
      return current;
    },
    metrics: createMetrics({ ...sources, trust }, machine.distributions),
    prepare: async () => {
      await ask();
      return trust() !== null;
    },
    workers,
    token,
    tokens,
    answeredHosts: { loopback: isLoopback(configuration.address.host), hosts: configuration.hosts },
  });
  return { server, replaceToken: tokens.replace };
}
