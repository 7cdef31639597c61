import type { Hostname } from "../../shared/hostname.ts";
import type { Level } from "./level-in-force.ts";
import type { PullTrouble } from "./pull-trouble.ts";

/** What the edge says of a pull. */
export interface EdgePull {
  readonly event: "edge-pull";
  /** What the visitor's answer carries as CF-RAY. */
  readonly ray: string;
  readonly hostname: Hostname;
  readonly scheme: "http" | "https";
  /** The level whose certificate was at hand for an origin that asks; null for none. */
  readonly level: Level | null;
  /** The port that it came from; null where there was no connection. */
  readonly localPort: number | null;
  /** What the visitor is answered. */
  readonly status: number;
  /** Null where the origin answered. */
  readonly trouble: PullTrouble | null;
}
