import type { Hostname } from "../../shared/hostname.ts";
import type { ApplicationTarget } from "../application/application-target.ts";
import type { ProxyProtocol } from "../application/connections.ts";
import type { Reader } from "../fast-path/reader.ts";
import type { Limits } from "../limits.ts";
import type { RefusePolicy } from "../listener/lock-one.ts";
import type { Profile } from "../profile/profile.ts";
import type { ClientCertHeader } from "../request/client-cert-headers.ts";
import type { ServedOrigins } from "../trust/origin-files.ts";
import type { ListenAddress } from "./listen-address.ts";

/** What one verifier process is told, by flags or by a file: every path absolute, every address parsed. */
export interface Configuration {
  readonly mapping: string;
  readonly listen: ListenAddress;
  /** Where the console, `/metrics`, `/status`, `/livez` and `/readyz` are answered; null for nowhere. */
  readonly admin: AdminConfiguration | null;
  readonly refuse: RefusePolicy;
  readonly profile: Profile;
  readonly limits: Limits;
  readonly clientCertHeader: ClientCertHeader;
  readonly proxyProtocol: ProxyProtocol;
  /** Addresses and ranges whose connections begin with a PROXY protocol header. */
  readonly balancers: readonly string[];
  readonly reader: Reader;
  /** How many processes accept pulls; 1 is this one alone. */
  readonly workers: number;
  readonly origins: ServedOrigins;
  readonly applicationOf: (originHostname: Hostname) => ApplicationTarget | undefined;
}

/** The admin listener. */
export interface AdminConfiguration {
  readonly address: ListenAddress;
  /** The file of the token; null where the environment has it, or none is asked for. */
  readonly tokenFile: string | null;
  /** Names that its Host header may have, beside those of loopback. */
  readonly hosts: readonly Hostname[];
}

/** The values of `refuse`. */
export const REFUSE_POLICIES = [
  "silence",
  "status",
  "always-silent",
] as const satisfies readonly RefusePolicy[];

/** More processes than this are more than any machine of this kind has cores for. */
export const WORKERS_AT_MOST = 64;

/** Where pulls are accepted where nothing else is said. */
export const DEFAULT_LISTEN = "127.0.0.1:8443";
