import { request, type Agent, type ClientRequest, type IncomingMessage } from "node:http";
import { refusal, type Refusal } from "../judge/refusal.ts";
import type { ApplicationTarget } from "./application-target.ts";

/** Opens a request to an application with exactly these headers. */
export type Dial = (
  target: ApplicationTarget,
  pull: IncomingMessage,
  headers: readonly string[],
  options: DialOptions,
) => ClientRequest;

/** How one request is opened. */
export interface DialOptions {
  /** Which connection it takes: false is one of its own, and none that was kept. */
  readonly agent: Agent | false;
  /** Whether it is no longer the application that is waited for. */
  readonly isPeerSlow: () => boolean;
}

/** Bytes of an answer's head: as much as Cloudflare takes from an origin, whatever NODE_OPTIONS says. */
export const ANSWER_HEAD_BYTES = 128 * 1024;

const ignore = (): void => {};

/**
 * Makes the one way in which requests to the application are opened: with answers that are read strictly, whatever the
 * environment says.
 *
 * @param timeoutMs without a byte from the application, in milliseconds.
 */
export function createDial(timeoutMs: number): Dial {
  return (target, { method = "GET", url: path = "/" }, headers, { agent, isPeerSlow }) => {
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
      maxHeaderSize: ANSWER_HEAD_BYTES,
      timeout: timeoutMs,
    });
    // Node drops the header lines beyond its own limit without a word.
    opened.maxHeadersCount = 0;
    opened.on("socket", (socket) => {
      // Between two requests Node leaves a kept connection without a listener for a moment: a reset would end the process.
      if (socket.listenerCount("error", ignore) === 0) socket.on("error", ignore);
    });
    opened.on("timeout", () => {
      if (!isPeerSlow()) opened.destroy(new ApplicationTimeout());
    });
    return opened;
  };
}

class ApplicationTimeout extends Error {}

/** The application gave no answer in time. */
export function applicationTimeout(): Refusal {
  return refusal("application-timeout", "the application gave no answer in time");
}

/** Why the application gave no answer, for the log. */
export function applicationRefusal(error: NodeJS.ErrnoException): Refusal {
  if (error instanceof ApplicationTimeout) return applicationTimeout();
  return refusal("application-unreachable", error.code ?? error.message);
}
