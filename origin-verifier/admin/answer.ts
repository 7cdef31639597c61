import type { ServerResponse } from "node:http";

/** One answer of the admin listener. */
export interface Answer {
  readonly status: number;
  /** The media type. */
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Types of what is answered. */
export const HTML = "text/html; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";
export const JSON_TYPE = "application/json";

/**
 * On every answer. Nothing but our own files may run, load, be sent to or frame it; nothing of it is kept, since it is
 * true for a second; nobody is told where it was.
 */
const HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** Sets the headers that every answer has. */
export function guardAnswer(response: ServerResponse): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
}

/** Writes an answer; of one to HEAD, the head. */
export function writeAnswer(
  response: ServerResponse,
  { status, type, body, headers }: Answer,
): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** A line of text. */
export function textAnswer(status: number, line: string, headers?: Answer["headers"]): Answer {
  return { status, type: TEXT, body: `${line}\n`, ...(headers === undefined ? {} : { headers }) };
}
