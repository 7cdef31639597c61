import { tokensOf } from "../shared/tokens-of.ts";
import { HOP_BY_HOP, KEPT_IN_ANSWERS, PULL_REFUSAL } from "../shared/wire.ts";

/**
 * Makes the headers of the application's answer the visitor's: without those of one connection, and without `Pull-Refusal`.
 * In place, and by the names alone: each value that is read, and each that is written, is one more copy between the runtime
 * and the script.
 */
export function toVisitor(headers: Headers): void {
  const nominated = tokensOf(headers.get("Connection") ?? "");
  const names = [...headers.keys()];
  for (const name of names) {
    const isNominated = nominated.includes(name) && !KEPT_IN_ANSWERS.has(name);
    if (isNominated || HOP_BY_HOP.has(name) || OURS_ALONE.has(name)) headers.delete(name);
  }
}

// Of the WebSocket handshake with the origin (the visitor has one of their own, with another key), and of the verifier.
const OURS_ALONE = new Set([
  "sec-websocket-accept",
  "sec-websocket-extensions",
  PULL_REFUSAL.toLowerCase(),
]);
