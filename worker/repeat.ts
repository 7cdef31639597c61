import { REPEATABLE } from "../shared/wire.ts";
import { mayOverrideMethod } from "./method-override.ts";
import type { Visit } from "./visit.ts";

/**
 * Whether a pull may be made once more after one that failed before any byte of a response.
 *
 * A kept-alive connection that the origin closes while the request is on its way is no fault of anyone's. But whether
 * the application has acted on the first one is then unknown, so only safe methods are repeated (RFC 9110 9.2.2): none that the
 * application might take for another. And none with a body: a stream is spent.
 */
export function mayRepeat(
  { method, headers }: Pick<Visit, "method" | "headers">,
  hasBody: boolean,
): boolean {
  return !hasBody && REPEATABLE.has(method) && !mayOverrideMethod(headers);
}
