import { connectionTokens, HOP_BY_HOP, PULL_REFUSAL } from "../../shared/wire.ts";

/** Headers of an answer that its `Connection` may never take away. */
export const KEPT_FROM_CONNECTION = [
  "content-length",
  "cache-control",
  "set-cookie",
  "vary",
] as const;

/**
 * The headers of the application's answer that go back: without those of one connection, and without `Pull-Refusal`,
 * which is ours alone to say: the Worker turns an answer that carries it into a 502.
 */
export function answerHeaders(rawHeaders: readonly string[]): string[] {
  const nominated = new Set<string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== "connection") continue;
    for (const token of connectionTokens(rawHeaders[at + 1] as string)) nominated.add(token);
  }
  // Without the first the answer's end would be lost; without the others a cache would take it for everybody's.
  for (const name of KEPT_FROM_CONNECTION) nominated.delete(name);
  const headers: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const written = rawHeaders[at] as string;
    const name = written.toLowerCase();
    if (name === PULL_REFUSAL.toLowerCase() || HOP_BY_HOP.has(name) || nominated.has(name))
      continue;
    headers.push(written, rawHeaders[at + 1] as string);
  }
  return headers;
}
