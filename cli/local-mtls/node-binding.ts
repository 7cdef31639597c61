import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { getCallSites } from "node:util";

// Where Miniflare's own code lies; nothing else is ever loaded here.
const MINIFLARE = /[\\/]miniflare[\\/]dist[\\/]src[\\/]index\.[cm]?js$/;

/**
 * What Miniflare replaces by a proxy of the binding in workerd, for code in Node that asks it for its bindings
 * (`getPlatformProxy()`, `getBindings()`); null where none can be had, and then there is no such binding in Node.
 *
 * It must be an instance of a class of the very Miniflare that asks: of another copy it would be handed on as it is, and
 * there is often more than one (wrangler's, and the one of `@cloudflare/vitest-plugin`). Miniflare gives its plugins no
 * hold of itself, so it is found by who called.
 */
export function nodeBinding(): object | null {
  const caller = getCallSites(8).find(({ scriptName }) => MINIFLARE.test(scriptName))?.scriptName;
  if (caller === undefined) return null;
  const file = caller.startsWith("file:") ? fileURLToPath(caller) : caller;
  const { ProxyNodeBinding } = createRequire(file)(file) as {
    readonly ProxyNodeBinding?: new () => object;
  };
  return ProxyNodeBinding === undefined ? null : new ProxyNodeBinding();
}
