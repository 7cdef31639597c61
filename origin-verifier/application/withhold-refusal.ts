import { ServerResponse, type OutgoingHttpHeader, type OutgoingHttpHeaders } from "node:http";
import { PULL_REFUSAL } from "../../shared/wire.ts";

type Headers = OutgoingHttpHeaders | readonly OutgoingHttpHeader[];
type WriteHead = (status: number, ...rest: readonly (string | Headers | undefined)[]) => unknown;

/**
 * Keeps `Pull-Refusal` out of an answer of a handler in this process, as the proxy keeps it out of an application's: it is
 * ours alone to say, and the Worker makes a 502 of whatever answer carries it. A handler that passes on what another
 * server said would let that one, or whoever it echoes, speak for the verifier.
 *
 * Node writes every head through `writeHead`, those too that nobody asked it to write.
 */
export function withholdRefusal(response: ServerResponse): void {
  response.writeHead = withheld as ServerResponse["writeHead"];
}

/** One for all responses: one of its own for each costs as much as judging its pull. */
function withheld(this: ServerResponse, ...[status, one, other]: Parameters<WriteHead>): unknown {
  if (!this.headersSent && this.hasHeader(PULL_REFUSAL)) this.removeHeader(PULL_REFUSAL);
  // Of the prototype, as it is now: whoever measures answers wraps it.
  const { writeHead } = ServerResponse.prototype as { readonly writeHead: WriteHead };
  // As many as were given: Node looks at what stands in each place.
  if (other !== undefined)
    return writeHead.call(this, status, one, isHeaders(other) ? without(other) : other);
  return writeHead.call(this, status, isHeaders(one) ? without(one) : one);
}

function isHeaders(value: string | Headers | undefined): value is Headers {
  return typeof value === "object" && value !== null;
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
