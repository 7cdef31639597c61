import { IncomingMessage } from "node:http";
import type { AcceptedRequest } from "../request/accepted-request.ts";
import { framingHeaders } from "./framing-headers.ts";

const NO_TRAILERS = [
  ["trailers", () => ({})],
  ["trailersDistinct", () => ({})],
  ["rawTrailers", () => []],
] as const;

/** Replaces what came by what may be seen, in each of the forms in which Node shows headers. */
export function showAcceptedHeaders(
  request: IncomingMessage,
  { headers, head }: AcceptedRequest,
  framing = framingHeaders(head.framing, request.method ?? ""),
): void {
  replaceHeaders(request, framing.length === 0 ? headers : [...headers, ...framing]);
  // Nothing comes behind a body that is framed by its length, or behind none.
  if (head.framing.by !== "chunks") return;
  // Trailers come after the judgement: a handler that merges them (RFC 9110 6.5.1) would take an identity from there.
  // Node writes them in the moment in which the message is complete, before any listener of ours could take them away.
  for (const [name, empty] of NO_TRAILERS) {
    Object.defineProperty(request, name, { get: empty, set: () => {}, configurable: true });
  }
}

/** What Node's parser calls with a head's lines, which makes every form of them from these when it is asked for. */
interface TakesLines {
  headers: unknown;
  headersDistinct: unknown;
  complete: boolean;
  readonly _addHeaderLines: (lines: readonly string[], count: number) => void;
}

/**
 * Gives a request other lines in the place of its own, as if these had come: `headers` and `headersDistinct` are made of them by
 * Node itself, and only where somebody asks.
 */
function replaceHeaders(request: IncomingMessage, lines: readonly string[]): void {
  const message = request as unknown as TakesLines;
  const { complete } = message;
  message.headers = null;
  message.headersDistinct = null;
  // Behind a whole message they would be trailers.
  message.complete = false;
  // oxlint-disable-next-line no-underscore-dangle -- it is called so in Node
  message._addHeaderLines(lines, lines.length);
  message.complete = complete;
}

/**
 * Tries what {@link showAcceptedHeaders} stands on, which Node promises nowhere.
 *
 * @throws where this Node shows something of what came.
 */
export function makeSureOfShowing(): void {
  const request = new IncomingMessage(null as never);
  replaceHeaders(request, ["Came", "1", "Both", "1"]);
  const before = Object.keys({ ...request.headers, ...request.headersDistinct });
  request.complete = true;
  replaceHeaders(request, ["Both", "2", "Both", "3", "Shown", "4"]);
  const { headers, headersDistinct, rawHeaders, trailers, rawTrailers } = request;
  const after = [headers, headersDistinct, rawHeaders, trailers, rawTrailers];
  const wanted = [
    { both: "2, 3", shown: "4" },
    { both: ["2", "3"], shown: ["4"] },
    ["Both", "2", "Both", "3", "Shown", "4"],
    {},
    [],
  ];
  if (before.join() !== "came,both" || JSON.stringify(after) !== JSON.stringify(wanted))
    throw new Error("this Node shows headers in another way: there is a way past what is shown");
}
