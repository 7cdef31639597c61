import type { RequestHead } from "../request/request-head.ts";

/** Whether a pull is one that the fast path carries: a request, its answer, and nothing that changes the connection. */
export function isOrdinary({ nominated, upgrade, expectsContinue }: RequestHead): boolean {
  // A protocol to change to, a body to be asked for: both are Node's parser's, with the answers to them.
  if (upgrade !== null || expectsContinue || nominated.length > 1) return false;
  const [connection = "keep-alive"] = nominated;
  return connection === "keep-alive" || connection === "close";
}

/** Whether it asks for the end of its connection after the answer. */
export function closesAfter({ nominated }: RequestHead): boolean {
  return nominated[0] === "close";
}
