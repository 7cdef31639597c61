import type { TLSSocket } from "node:tls";

/**
 * Why the engine did not authorize a peer, in its own words. `authorizationError` is the one word UNSPECIFIED for ten
 * different causes; `ssl.verifyError()` says which. It is not documented, so it is asked with care: an operator's log
 * is worse without it, and nothing else.
 */
export function engineDetail(socket: TLSSocket): string {
  if (socket.authorized) return "";
  const error: unknown = socket.authorizationError;
  const code = error instanceof Error ? error.message : typeof error === "string" ? error : "";
  const words = verifyErrorMessage(socket);
  if (words === null || words === code) return code;
  return code === "" ? words : `${words} (${code})`;
}

function verifyErrorMessage(socket: TLSSocket): string | null {
  try {
    const engine = (
      socket as unknown as { ssl?: { verifyError?: () => { message?: unknown } | null } }
    ).ssl;
    const message = engine?.verifyError?.()?.message;
    return typeof message === "string" && message !== "" ? message : null;
  } catch {
    return null;
  }
}
