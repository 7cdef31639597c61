import { request as requestHttp, type IncomingMessage } from "node:http";
import { codeOf, messageOf } from "../manners/failure.ts";
import type { Answer } from "./outcome.ts";
import { readAnswer } from "./read-answer.ts";

/** One request without TLS. */
export interface PlainAttempt {
  readonly address: string;
  readonly port: number;
  /** The request's Host. */
  readonly authority: string;
  readonly path: string;
  /** Milliseconds until it is given up. */
  readonly patience: number;
}

/** What came of it. */
export interface PlainOutcome {
  /** Whether anything listens there. */
  readonly connected: boolean;
  readonly answer: Answer | null;
  /** Where a redirect points; null without one. */
  readonly location: string | null;
  readonly error: string | null;
}

/** Asks in the clear: at port 80, where nothing should be, and at the port of TLS, where nothing should answer. */
export async function attemptPlain(attempt: PlainAttempt): Promise<PlainOutcome> {
  const { address, port, authority, path, patience } = attempt;
  let connected = false;
  const request = requestHttp({
    host: address,
    port,
    path,
    headers: { Host: authority, "User-Agent": "pullproof probe", Connection: "close" },
    agent: false,
  });
  request.once("socket", (socket) => socket.once("connect", () => (connected = true)));
  const timer = setTimeout(() => request.destroy(new Error("no answer in time")), patience);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once("response", resolve);
      request.once("error", reject);
      request.end();
    });
    const location = response.headers.location ?? null;
    return { connected, answer: readAnswer(response), location, error: null };
  } catch (thrown) {
    return { connected, answer: null, location: null, error: codeOf(thrown) ?? messageOf(thrown) };
  } finally {
    clearTimeout(timer);
    request.destroy();
  }
}
