import type { AdminToken } from "../admin/admin-token.ts";
import type { Configuration } from "../command/configuration.ts";
import type { WorkerReport } from "./worker-report.ts";

/** What holds in all processes from start to end: a worker that comes back later takes none of it from a newer file. */
export type WorkerSettings = Omit<Configuration, "mapping" | "origins" | "applicationOf">;

/** What a supervisor says to a worker. */
export type ToWorker =
  | {
      readonly do: "begin";
      readonly worker: number;
      /** Where it listens, together with the others. */
      readonly port: number;
      readonly settings: WorkerSettings;
    }
  | { readonly do: "reload" }
  | { readonly do: "stop" }
  | {
      /** Asks for a report. */
      readonly do: "report";
      /** What the answer names. */
      readonly asked: number;
      /** Whether somebody looks on: then accepted pulls are told of, too. */
      readonly live: boolean;
    };

/** What a worker says to its supervisor. */
export type ToSupervisor =
  | {
      readonly told: "report";
      /** The question; null where something happened that is told unasked. */
      readonly asked: number | null;
      readonly report: WorkerReport;
    }
  | {
      /** The admin token's file says another one. Between a process and its parent, by no file and no argument. */
      readonly told: "token";
      readonly token: AdminToken;
    };
