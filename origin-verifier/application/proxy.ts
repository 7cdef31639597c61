import type { IncomingMessage, ServerResponse } from "node:http";
import type { Hostname } from "../../shared/hostname.ts";
import { refusal } from "../judge/refusal.ts";
import type { Limits } from "../limits.ts";
import type { AcceptedRequest, Application } from "../request/accepted-request.ts";
import type { ApplicationTarget } from "./application-target.ts";
import { applicationRefusal, createDial, type Dial } from "./dial.ts";
import { forwardResponse } from "./forward-response.ts";
import { framingHeaders } from "./framing-headers.ts";
import { joinWebSocket } from "./join-web-socket.ts";

/** Finds the application behind an origin hostname. */
export type ApplicationOf = (originHostname: Hostname) => ApplicationTarget | undefined;

/** An application of its own process: accepted pulls are handed on over HTTP/1.1, explicitly framed and streamed. */
export function proxyTo(
  applicationOf: ApplicationOf,
  { applicationMs }: Pick<Limits, "applicationMs">,
): Application {
  const dial = createDial(applicationMs);
  const targetOf = ({ pull, refuse }: AcceptedRequest): ApplicationTarget | null => {
    const target = applicationOf(pull.originHostname);
    if (target === undefined)
      refuse(
        refusal("application-unreachable", "no application is named for this origin hostname"),
      );
    return target ?? null;
  };
  return {
    request: (request, response, accepted) => {
      const target = targetOf(accepted);
      if (target !== null) forward(dial, target, request, response, accepted, true);
    },
    webSocket: (request, socket, accepted) => {
      const target = targetOf(accepted);
      if (target !== null) joinWebSocket(dial, target, request, socket, accepted);
    },
  };
}

// What may be sent twice: safe methods (RFC 9110 9.2.1), and then only without a body.
const REPEATABLE = new Set(["GET", "HEAD", "OPTIONS"]);
const STALE = new Set(["ECONNRESET", "EPIPE"]);

function forward(
  dial: Dial,
  target: ApplicationTarget,
  request: IncomingMessage,
  response: ServerResponse,
  accepted: AcceptedRequest,
  mayRepeat: boolean,
): void {
  const { method = "GET" } = request;
  const { framing } = accepted.head;
  const opened = dial(target, request, [...accepted.headers, ...framingHeaders(framing, method)]);
  let answered = false;
  opened.on("response", (answer) => {
    answered = true;
    forwardResponse(answer, response, method);
  });
  opened.on("error", (error: NodeJS.ErrnoException) => {
    request.unpipe(opened);
    const stale =
      opened.reusedSocket &&
      STALE.has(error.code ?? "") &&
      framing.by === "none" &&
      REPEATABLE.has(method);
    if (answered || response.destroyed || response.writableEnded) response.destroy();
    // The application closed its idle connection in the moment in which we took it: it has read nothing of the pull.
    else if (mayRepeat && stale) forward(dial, target, request, response, accepted, false);
    else accepted.refuse(applicationRefusal(error));
  });
  // The peer left, or was refused in mid-body: what the application has of it must not end as if it were whole.
  response.on("close", () => {
    if (!response.writableFinished || !request.complete) opened.destroy();
  });
  if (framing.by === "none") opened.end();
  else request.pipe(opened);
}
