import { PULL_FAILED } from "../shared/wire.ts";

const REASONS = {
  400: "Bad Request",
  405: "Method Not Allowed",
  421: "Misdirected Request",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
} as const;

/** The statuses of the Worker's own answers. */
export type PlainStatus = keyof typeof REASONS;

/**
 * An answer of the Worker's own: small, plain, never stored, and silent about the origin.
 *
 * @param id the opaque id under which the log has the cause, where there is one.
 */
export function plainAnswer(status: PlainStatus, id: string | null = null): Response {
  const reason = REASONS[status];
  const headers = new Headers({
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  if (id !== null) headers.set(PULL_FAILED, id);
  const body = id === null ? `${status} ${reason}\n` : `${status} ${reason}\nid: ${id}\n`;
  return new Response(body, { status, statusText: reason, headers });
}

/** A fresh opaque id: 12 characters of base64url (72 random bits), which says nothing of anything. */
export function opaqueId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
