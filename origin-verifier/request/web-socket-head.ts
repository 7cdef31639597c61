import { refusal, type Refusal } from "../judge/refusal.ts";
import type { RequestHead } from "./request-head.ts";

const KEY = /^[A-Za-z0-9+/]{22}==$/;

/**
 * RFC 6455 4.2.1, all of it: what only resembles a WebSocket handshake (h2c, an early byte, a missing key) opens a
 * tunnel of bytes that nobody judges.
 *
 * @param early the bytes that came with the head.
 */
export function webSocketRefusal(
  method: string,
  rawHeaders: readonly string[],
  head: RequestHead,
  early: number,
): Refusal | null {
  if (head.upgrade?.toLowerCase() !== "websocket") return no("Upgrade is not websocket");
  if (!head.nominated.includes("upgrade")) return no("Connection does not name Upgrade");
  if (method !== "GET" || head.framing.by !== "none")
    return no("a WebSocket handshake is a GET without a body");
  if (early > 0) return no("bytes before the WebSocket was opened");
  if (values(rawHeaders, "sec-websocket-version").join() !== "13")
    return no("Sec-WebSocket-Version is not 13");
  const keys = values(rawHeaders, "sec-websocket-key");
  if (keys.length !== 1 || !KEY.test(keys[0] as string))
    return no("Sec-WebSocket-Key is not 16 bytes in base64");
  return null;
}

function values(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}

function no(detail: string): Refusal {
  return refusal("malformed-request", detail);
}
