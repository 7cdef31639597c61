import type { Framing } from "../request/request-head.ts";

// They have no body by habit. Of any other method some applications wait for one where nothing is said of it, and Node says
// "chunked" of none.
const USUALLY_WITHOUT_BODY = new Set(["GET", "HEAD", "DELETE", "OPTIONS"]);

/**
 * The framing of a forwarded request, said in so many words. A proxy that leaves it to Node's defaults sends the body
 * of a `DELETE` with chunks, or of a request whose `Connection` named Content-Length, without any: and an unframed body
 * is a second request, with headers of the attacker's choice.
 */
export function framingHeaders(framing: Framing, method: string): readonly string[] {
  switch (framing.by) {
    case "length":
      return ["Content-Length", String(framing.bytes)];
    case "chunks":
      return ["Transfer-Encoding", "chunked"];
    case "none":
      return USUALLY_WITHOUT_BODY.has(method) ? [] : ["Content-Length", "0"];
  }
}
