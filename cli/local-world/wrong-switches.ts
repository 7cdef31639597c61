import { NO_LEVELS, type EdgeHost, type EdgePair } from "../local-edge/edge-host.ts";

/** Something at Cloudflare that is not as the mapping says: the drift that nobody sees from outside. */
export type WrongSwitch =
  /** `enabled: false`: presents none at all, whatever other levels say. */
  | "association off"
  /** `enabled: null`: falls back to the zone's level, which has a certificate of its own. */
  | "association removed"
  /** The SSL mode Flexible, and an origin whose port 80 answers. */
  | "flexible, port 80 open"
  /** The same, and nothing at port 80. */
  | "flexible, port 80 closed";

export const WRONG_SWITCHES: readonly WrongSwitch[] = [
  "association off",
  "association removed",
  "flexible, port 80 open",
  "flexible, port 80 closed",
];

/** What such a switch is made of. */
export interface WrongMaterial {
  /** What the entry presents when all is well; null where nothing is at hand. */
  readonly own: EdgePair | null;
  /** The certificate of the zone's level. */
  readonly zones: EdgePair;
  /** What answers at the origin's port 80 where that is open; null: nothing can. */
  readonly plainPort: number | null;
}

/** A proxied hostname with one switch wrong. */
export function withWrongSwitch(
  host: EdgeHost,
  wrong: WrongSwitch,
  { own, zones, plainPort }: WrongMaterial,
): EdgeHost {
  const zone = { enabled: true, pair: zones };
  switch (wrong) {
    case "association off":
      return {
        ...host,
        levels: { ...NO_LEVELS, zone, hostname: { enabled: false, pair: own ?? zones } },
      };
    case "association removed":
      return {
        ...host,
        levels: { ...NO_LEVELS, zone, hostname: { enabled: null, pair: own ?? zones } },
      };
    case "flexible, port 80 open":
      return { ...host, sslMode: "flexible", origin: { ...host.origin, plainPort } };
    case "flexible, port 80 closed":
      return { ...host, sslMode: "flexible" };
  }
}
