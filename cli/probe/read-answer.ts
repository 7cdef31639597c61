import type { IncomingMessage } from "node:http";
import { PULL_FAILED, PULL_REFUSAL } from "../../shared/wire.ts";
import type { Answer } from "./outcome.ts";

/** Reads the head of an answer; its body is of no interest, and is let go. */
export function readAnswer(response: IncomingMessage): Answer {
  response.resume().on("error", () => {});
  const header = (name: string): string | null => {
    const value = response.headers[name.toLowerCase()];
    return typeof value === "string" ? value : (value?.[0] ?? null);
  };
  return {
    status: response.statusCode ?? 0,
    refusal: header(PULL_REFUSAL),
    failed: header(PULL_FAILED),
    server: header("Server"),
    throughCloudflare: header("CF-RAY") !== null,
  };
}
