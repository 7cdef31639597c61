import type { ExternalService } from "./external-service.ts";
import type { LocalOrigin } from "./options.ts";

/** A workerd service (`Worker`, workerd.capnp) as Miniflare's plugins give it. */
export interface SwitchService {
  readonly name: string;
  readonly worker: {
    readonly compatibilityDate: string;
    readonly compatibilityFlags: readonly string[];
    readonly modules: readonly { readonly name: string; readonly esModule: string }[];
    readonly bindings: readonly {
      readonly name: string;
      readonly service: { readonly name: string };
    }[];
  };
}

// Of the URL's hostname alone, as Cloudflare's binding dials; and where it is none of the binding's, nowhere.
const SCRIPT = `export default {
  async fetch(request, env) {
    const { hostname } = new URL(request.url);
    if (!Object.hasOwn(env, hostname)) throw new Error("no local origin is called " + hostname);
    return await env[hostname].fetch(request);
  },
};
`;

/**
 * Stands before the origins of a binding that has several: workerd's `external` has one address and one SNI, and Cloudflare's
 * binding dials whatever the URL names.
 */
export function switchService(
  name: string,
  externals: readonly (readonly [LocalOrigin, ExternalService])[],
): SwitchService {
  return {
    name,
    worker: {
      compatibilityDate: "2026-10-01",
      // A visitor who leaves ends the pull behind this, too.
      compatibilityFlags: ["enable_request_signal"],
      modules: [{ name: "switch.js", esModule: SCRIPT }],
      bindings: externals.map(([{ host }, external]) => ({
        name: host,
        service: { name: external.name },
      })),
    },
  };
}
