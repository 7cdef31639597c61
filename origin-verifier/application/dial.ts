import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import { refusal, type Refusal } from "../judge/refusal.ts";
import type { ApplicationTarget } from "./application-target.ts";

/** Opens a request to an application with exactly these headers. */
export type Dial = (
  target: ApplicationTarget,
  pull: IncomingMessage,
  headers: readonly string[],
) => ClientRequest;

/**
 * Makes the one way in which requests to the application are opened: kept-alive connections, and answers that are read
 * strictly whatever the environment says.
 *
 * @param timeoutMs without a byte from the application, in milliseconds.
 */
export function createDial(timeoutMs: number): Dial {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 1_024, scheduling: "lifo" });
  return (target, { method = "GET", url: path = "/" }, headers) => {
    const opened = request({
      agent,
      ...(target.by === "unix"
        ? { socketPath: target.path }
        : { host: target.host, port: target.port }),
      method,
      path,
      headers,
      setHost: false,
      insecureHTTPParser: false,
      timeout: timeoutMs,
    });
    opened.on("timeout", () => opened.destroy(new ApplicationTimeout()));
    return opened;
  };
}

class ApplicationTimeout extends Error {}

/** Why the application gave no answer, for the log. */
export function applicationRefusal(error: NodeJS.ErrnoException): Refusal {
  if (error instanceof ApplicationTimeout)
    return refusal("application-timeout", "the application gave no answer in time");
  return refusal("application-unreachable", error.code ?? error.message);
}
