import type { Hostname } from "../../shared/hostname.ts";
import type { SslMode } from "../observe/observed.ts";

/** A proxied hostname as the edge knows it: where it pulls from, how, and what it can present there. */
export interface EdgeHost {
  /** The name of the pull: SNI, Host, and what the origin certificate must carry in the modes that check it. */
  readonly originHostname: Hostname;
  readonly origin: OriginAddress;
  readonly sslMode: SslMode;
  readonly levels: Levels;
}

/** Where the origin hostname's record leads. */
export interface OriginAddress {
  readonly host: string;
  /** Where it speaks TLS: 443, in the world. */
  readonly tlsPort: number;
  /** Where it does not: 80, in the world. Null where nothing is there. */
  readonly plainPort: number | null;
}

/** The certificates of Authenticated Origin Pulls, a level each; null where the level has none. */
export interface Levels {
  /** The hostname's association; null removes it (it falls back), which is not the same as `enabled: false` (none at all). */
  readonly hostname: { readonly enabled: boolean | null; readonly pair: EdgePair } | null;
  readonly zone: { readonly enabled: boolean; readonly pair: EdgePair } | null;
  /** Cloudflare's own certificate, by the switch of the zone. */
  readonly shared: { readonly enabled: boolean; readonly pair: EdgePair } | null;
}

/** A certificate that the edge presents, and its key. */
export interface EdgePair {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS#8. */
  readonly key: string;
}

/** A hostname for which nothing is presented: Authenticated Origin Pulls is off. */
export const NO_LEVELS: Levels = { hostname: null, zone: null, shared: null };
