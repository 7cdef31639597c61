/** Where pulls go. */
export interface Target {
  /** Connections are divided among them. */
  readonly ports: readonly number[];
  /** Null: plain HTTP. */
  readonly tls: {
    /** PEM files. */
    readonly certificate: string;
    readonly key: string;
    readonly servername: string;
  } | null;
  readonly host: string;
}

/** What a loader is asked to do until it is told to stop. */
export type Work =
  /** As many pulls as go, one after the other on each connection. */
  | {
      readonly kind: "pulls";
      readonly connections: number;
      readonly target: string;
      /**
       * Whether the load never sleeps, where nothing else needs its core: to wake it costs, and it is the server that pays, the more
       * the slower it is. Default false.
       */
      readonly isAwake?: boolean;
      /** Header lines beside the usual ones. */
      readonly headers?: readonly string[];
    }
  /** At a steady rate, whether answers come or not, so that a slow server is not asked less. */
  | { readonly kind: "steady"; readonly connections: number; readonly perSecond: number }
  /** Full handshakes, one after the other on each of so many. */
  | { readonly kind: "handshakes"; readonly connections: number }
  /** Connections with one answered pull each, and then silence. */
  | { readonly kind: "idle"; readonly connections: number }
  /** Bodies of so many bytes, one after the other at each of so many connections. */
  | {
      readonly kind: "downloads" | "uploads";
      readonly connections: number;
      readonly bytes: number;
    };

/** What a loader is told. */
export type Order =
  | { readonly order: "start"; readonly work: Work; readonly target: Target }
  | { readonly order: "mark" }
  | { readonly order: "stop" };

/** What was done since the start of the work; a difference between two is what is measured. */
export interface Mark {
  /** Milliseconds of the loader's own clock. */
  readonly at: number;
  /** Pulls answered, or handshakes ended. */
  readonly done: number;
  /** Microseconds of CPU of the loader itself. */
  readonly cpu: number;
  /** Microseconds from a pull's time to its whole answer, since the last mark; of steady work alone. */
  readonly latencies: readonly number[];
}

/** What a loader says. */
export type Report =
  /** Every connection has been answered once. */
  | { readonly report: "ready" }
  | { readonly report: "mark"; readonly mark: Mark }
  | { readonly report: "stopped" }
  /** One wrong answer is enough: a benchmark of refusals is none. */
  | { readonly report: "failed"; readonly why: string };
