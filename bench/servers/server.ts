import type { Cores } from "../machine/cores.ts";
import type { Certificates } from "../support/certificates.ts";

/** Where an application answers behind a server. */
export interface Application {
  readonly port: number;
  /** The path of its Unix socket. */
  readonly socket: string;
}

/** The way from a server to its application. */
export type Hop = "tcp" | "unix";

/** What a server is started with. */
export interface Place {
  /** For its files, and for nobody else's. */
  readonly folder: string;
  readonly certificates: Certificates;
  readonly application: Application;
  /** Where it runs: all of its processes on these. */
  readonly cores: readonly number[];
  /** Where what is not part of it runs. */
  readonly allCores: Cores;
}

/** A server that takes pulls. */
export interface RunningServer {
  /** Of 127.0.0.1. */
  readonly ports: readonly number[];
  readonly isPlain?: boolean;
  /** Every process whose CPU and memory count as its own. */
  readonly pids: () => readonly number[];
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

/** A server that can be measured. */
export interface Server {
  /** In reports, and the key of its samples. */
  readonly name: string;
  /** The kind of the tool that it needs; null where Node alone is enough. */
  readonly needs: ToolName | null;
  readonly start: (place: Place) => Promise<RunningServer>;
}

/** The tools of Debian that are measured against. */
export type ToolName = "nginx" | "haproxy" | "caddy" | "apache" | "stunnel";
