import { IncomingMessage } from "node:http";
import { addLines, ReceivedRequest, showLines } from "../request/received-request.ts";
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
  showLines(request, framing.length === 0 ? headers : [...headers, ...framing]);
  // Nothing comes behind a body that is framed by its length, or behind none.
  if (head.framing.by !== "chunks") return;
  // Trailers come after the judgement: a handler that merges them (RFC 9110 6.5.1) would take an identity from there.
  // Node writes them in the moment in which the message is complete, before any listener of ours could take them away.
  for (const [name, empty] of NO_TRAILERS) {
    Object.defineProperty(request, name, { get: empty, set: () => {}, configurable: true });
  }
}

/**
 * Tries what {@link showAcceptedHeaders} stands on, which Node promises nowhere.
 *
 * @throws where this Node shows something of what came.
 */
export function makeSureOfShowing(): void {
  for (const read of WAYS_TO_WHAT_CAME) {
    const request = new ReceivedRequest(null as never);
    addLines(request, ["Came", "1", "Expect", "1", "Both", "1"]);
    const { expect } = request.headers;
    const came = read(request);
    request.complete = true;
    showLines(request, ["Both", "2", "Both", "3", "Shown", "4"]);
    const { headers, headersDistinct, rawHeaders, trailers, rawTrailers } = request;
    const found = [expect, came, headers, headersDistinct, rawHeaders, trailers, rawTrailers];
    const wanted = [
      "1",
      "1",
      { both: "2, 3", shown: "4" },
      { both: ["2", "3"], shown: ["4"] },
      ["Both", "2", "Both", "3", "Shown", "4"],
      {},
      [],
    ];
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      throw new Error("this Node shows headers in another way: there is a way past what is shown");
  }
}

/** Somebody may have asked before the judgement, through the request or past it; or nobody. */
const WAYS_TO_WHAT_CAME: readonly ((request: IncomingMessage) => unknown)[] = [
  ({ rawHeaders }) => rawHeaders[1],
  ({ headers }) => headers["came"],
  ({ headersDistinct }) => headersDistinct["came"]?.[0],
  (request) => Reflect.get(IncomingMessage.prototype, "headers", request)["came"],
];
