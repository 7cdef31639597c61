import { canonicalHeaderName, METHOD_OVERRIDES } from "../shared/wire.ts";
import { remembering } from "./remembering.ts";
import type { HeaderValues } from "./visit.ts";

// CGI and WSGI make one variable of `X_HTTP_Method_Override` and `X-HTTP-Method-Override`.
const isOverride = remembering((name) => METHOD_OVERRIDES.has(canonicalHeaderName(name)));

/** Whether a request may be another method's to its application, whatever it says of its own. */
export function mayOverrideMethod(headers: HeaderValues): boolean {
  for (const name of headers.keys()) if (isOverride(name)) return true;
  return false;
}
