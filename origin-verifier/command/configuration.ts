import type { Hostname } from "../../shared/hostname.ts";
import type { ApplicationTarget } from "../application/application-target.ts";
import type { RefusePolicy } from "../listener/lock-one.ts";
import type { ServedOrigins } from "../trust/origin-files.ts";
import type { ListenAddress } from "./listen-address.ts";

/** What one verifier process is told, by flags or by a file: every path absolute, every address parsed. */
export interface Configuration {
  readonly mapping: string;
  readonly listen: ListenAddress;
  /** Where `/livez`, `/readyz` and `/status` are answered; null for nowhere. */
  readonly admin: ListenAddress | null;
  readonly refuse: RefusePolicy;
  readonly origins: ServedOrigins;
  readonly applicationOf: (originHostname: Hostname) => ApplicationTarget | undefined;
  readonly logAccepted: boolean;
}

/** The values of `refuse`. */
export const REFUSE_POLICIES = [
  "silence",
  "status",
  "always-silent",
] as const satisfies readonly RefusePolicy[];

/** Where pulls are accepted where nothing else is said. */
export const DEFAULT_LISTEN = "127.0.0.1:8443";
