import type { VerifierEvent } from "../../origin-verifier/events.ts";
import type { Mapping } from "../../shared/mapping.ts";
import type { Failure } from "../manners/failure.ts";
import type { EventLog } from "./event-log.ts";
import type { LocalEdge } from "./local-edge.ts";
import type { Layout } from "./layout.ts";
import type { LocalCertificates } from "./local-certificates.ts";
import type { WorkerEvent } from "./start-worker.ts";
import type { RefuseMode } from "./verifier-configuration.ts";

/** The three ports of a local world; 0 lets the system choose. */
export interface LocalPorts {
  /** Where visitors ask the Worker; not looked at where there is none. */
  readonly worker: number;
  /** Where the verifier listens. */
  readonly origin: number;
  /** Where the demo application listens. */
  readonly application: number;
}

/** What a local world is made from. */
export interface LocalWorldOptions {
  /** The mapping's file. */
  readonly mapping: string;
  /** The local twin of wrangler's configuration; not read where no entry is presented by a Worker. */
  readonly configuration: string;
  readonly ports: LocalPorts;
  /** Where visitors ask the edge, if the mapping has entries that it presents for; default 0, the system's choice. */
  readonly edgePort?: number;
  /** Where the throwaway files go; the variable PULLPROOF_LOCAL_FOLDER, or `.pullproof/local` beside the mapping. */
  readonly folder?: string;
  /** How the verifier refuses; default `silence`. */
  readonly refuse?: RefuseMode;
  /** An application of one's own, `http://...`, in place of the demo one. */
  readonly application?: string;
  readonly now: Date;
  /** Aborted, it stops whatever has been started by then. */
  readonly signal?: AbortSignal;
  /** Told before each step, in words. */
  readonly onStep?: (step: string) => void;
  /** What the person typed, for the next command when a port is taken; default `pullproof dev`. */
  readonly typed?: string;
}

/** A local world, up and answering. */
export interface LocalWorld {
  readonly mapping: Mapping;
  readonly layout: Layout;
  readonly certificates: LocalCertificates;
  /** Whether the certificates are those of last time. */
  readonly reusedCertificates: boolean;
  /** As they came out; 0 for what was not started: the Worker of a mapping of the edge's alone, the demo application. */
  readonly ports: LocalPorts;
  /** Null where the edge presents for nothing in the mapping. */
  readonly edge: LocalEdge | null;
  /** `http://127.0.0.1:PORT`: where visitors ask, with a Host of their choice. Null where no entry is presented by a Worker. */
  readonly workerUrl: string | null;
  /** `http://127.0.0.1:PORT`, of the demo application or of the one that was given. */
  readonly applicationUrl: string;
  /** `http://127.0.0.1:PORT`: the verifier's console, `/status` and `/metrics`. */
  readonly consoleUrl: string;
  /** Process id of the verifier, for signals and for measuring. */
  readonly verifierPid: number;
  readonly verifierEvents: EventLog<VerifierEvent>;
  readonly workerEvents: EventLog<WorkerEvent>;
  /** Settles when the verifier or the Worker ends by itself: then the world is not one any more. Never rejected. */
  readonly broken: Promise<Failure>;
  /** Stops everything, in order. Safe to call twice. */
  close(): Promise<void>;
}
