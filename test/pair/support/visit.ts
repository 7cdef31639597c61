import { once } from "node:events";
import {
  request as httpRequest,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { text } from "node:stream/consumers";
import type { LocalWorld } from "../../../cli/local-world/local-world.ts";

/** How a visitor asks. */
export interface Ask {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** Connections to keep; each visit has its own where left out. */
  readonly agent?: Agent;
}

/** What a visitor got. */
export interface Visit {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A visitor's request to the Worker, which the caller goes on writing and has to end. */
export function openVisit(
  { ports }: Pick<LocalWorld, "ports">,
  hostname: string,
  path: string,
  { method = "GET", headers = {}, agent }: Ask = {},
): ClientRequest {
  return httpRequest({
    host: "127.0.0.1",
    port: ports.worker,
    path,
    method,
    headers: { Host: hostname, ...headers },
    agent: agent ?? false,
  });
}

/** The answer to a request; rejects where there is none. */
export async function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}

/** Visits a hostname, and reads the whole answer. */
export async function visit(
  world: Pick<LocalWorld, "ports">,
  hostname: string,
  path: string,
  ask: Ask = {},
): Promise<Visit> {
  const request = openVisit(world, hostname, path, ask);
  const answered = answerTo(request);
  request.end(ask.body);
  const response = await answered;
  const { statusCode: status = 0, headers } = response;
  return { status, headers, body: await text(response) };
}
