import { connectionTokens, HOP_BY_HOP, KEPT_IN_ANSWERS, PULL_REFUSAL } from "../../shared/wire.ts";

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
  for (const name of KEPT_IN_ANSWERS) nominated.delete(name);
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
