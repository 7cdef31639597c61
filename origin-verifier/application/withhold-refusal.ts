import { ServerResponse, type OutgoingHttpHeader, type OutgoingHttpHeaders } from "node:http";
import { PULL_REFUSAL } from "../../shared/wire.ts";

type Headers = OutgoingHttpHeaders | readonly OutgoingHttpHeader[];
type Given = string | Headers | null | undefined;
type WriteHead = (status: number, ...rest: readonly Given[]) => unknown;

/** Node's own, as they are at each call: whoever measures answers wraps them there. */
const node = ServerResponse.prototype as unknown as {
  readonly writeHead: WriteHead;
  readonly hasHeader: (name: string) => boolean;
  readonly removeHeader: (name: string) => void;
};

const HAS_ALIAS = "writeHeader" in node;

/**
 * Keeps `Pull-Refusal` out of an answer of a handler in this process, as the proxy keeps it out of an application's: it is
 * ours alone to say, and the Worker makes a 502 of whatever answer carries it. A handler that passes on what another
 * server said would let that one, or whoever it echoes, speak for the verifier.
 *
 * Node writes every head through `writeHead`, those too that nobody asked it to write.
 */
export function withholdRefusal(response: ServerResponse): void {
  response.writeHead = withheld as ServerResponse["writeHead"];
  // Another name of Node's for the same, up to Node 24.
  if (HAS_ALIAS) (response as unknown as { writeHeader: unknown }).writeHeader = withheld;
}

/** One for all responses: one of its own for each costs as much as judging its pull. */
function withheld(this: ServerResponse, ...[status, one, other]: Parameters<WriteHead>): unknown {
  if (!this.headersSent && node.hasHeader.call(this, PULL_REFUSAL))
    node.removeHeader.call(this, PULL_REFUSAL);
  // Node takes headers from the first place where the second has none and the first is no reason.
  return typeof one === "string"
    ? node.writeHead.call(this, status, one, withoutRefusal(other))
    : node.writeHead.call(this, status, withoutRefusal(other ?? one));
}

function withoutRefusal(value: Given): Given {
  const isHeaders = value !== null && (typeof value === "object" || typeof value === "function");
  return isHeaders ? without(value) : value;
}

/** In each of the forms that `writeHead` takes: an object, names and values in turn, or pairs of them. */
function without(headers: Headers): Headers {
  if (!isList(headers)) {
    if (!hasRefusal(headers)) return headers;
    return Object.fromEntries(Object.entries(headers).filter(([name]) => !isRefusal(name)));
  }
  if (Array.isArray(headers[0])) {
    return headers.filter((pair) => !isRefusal(Array.isArray(pair) ? pair[0] : pair));
  }
  return headers.filter((_, at) => !isRefusal(headers[at - (at % 2)]));
}

function hasRefusal(headers: OutgoingHttpHeaders): boolean {
  // What it inherits too, which Node does not write: nothing is lost by looking at that.
  for (const name in headers) if (isRefusal(name)) return true;
  return false;
}

function isList(headers: Headers): headers is readonly OutgoingHttpHeader[] {
  return Array.isArray(headers);
}

function isRefusal(name: OutgoingHttpHeader | undefined): boolean {
  if (typeof name === "string" && name.length !== PULL_REFUSAL.length) return false;
  return String(name).toLowerCase() === PULL_REFUSAL.toLowerCase();
}
