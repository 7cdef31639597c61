import { externalService, type ExternalService } from "./external-service.ts";
import { localBindings, type WorkerOptions } from "./local-bindings.ts";
import { readMaterial } from "./material.ts";
import { nodeBinding } from "./node-binding.ts";
import { parseOptions, type LocalMtlsOptions } from "./options.ts";
import { switchService, type SwitchService } from "./switch-service.ts";

export type { LocalMtlsOptions } from "./options.ts";

type Service = ExternalService | SwitchService;

/** The name under which wrangler.local.toml asks for this plugin: `dev = { plugin = { package, name }, options }`. */
const PLUGIN = "local-mtls";

/**
 * The local stand-in for `mtls_certificates`.
 *
 * Cloudflare has none: `wrangler dev` answers "not supported", and the binding throws (workers-sdk #6067). The runtime
 * can do it, though, so each binding here becomes a service of workerd's that opens TLS with a pull certificate of its
 * own. Miniflare (5, the one that wrangler brings) finds this package by its name and asks it for bindings and
 * services; the interface is Miniflare's internal one, and the tests over a real origin are what notices a change.
 *
 * The files are read whenever the Worker is (re)built: after a new certificate, save any source file or start anew.
 */
const localMtls = {
  bindingTypeDescription: "pull certificate (local)",

  getBindings(worker: WorkerOptions): { name: string; service: { name: string } }[] {
    return localBindings(worker, PLUGIN).map(({ binding }) => ({
      name: binding,
      service: { name: serviceName(binding) },
    }));
  },

  /** The bindings as code in Node has them: each goes through the one in workerd. */
  getNodeBindings(worker: WorkerOptions): Record<string, object> {
    const proxy = nodeBinding();
    if (proxy === null) return {};
    return Object.fromEntries(localBindings(worker, PLUGIN).map(({ binding }) => [binding, proxy]));
  },

  getServices({ options: worker }: { options: WorkerOptions }): Service[] {
    return localBindings(worker, PLUGIN).flatMap(({ binding, options, folder }) => {
      const parsed = parseOptions(binding, options, process.env);
      const material = readMaterial(binding, parsed, folder);
      const name = serviceName(binding);
      const [first, ...others] = parsed.origins;
      if (others.length === 0) return [externalService(name, first, material)];
      const externals = parsed.origins.map(
        (origin) => [origin, externalService(`${name}:${origin.host}`, origin, material)] as const,
      );
      return [switchService(name, externals), ...externals.map(([, external]) => external)];
    });
  },
};

function serviceName(binding: string): string {
  return `${PLUGIN}:${binding}`;
}

/** What Miniflare looks for in a plugin's package; `plugin = { package = "pullproof/miniflare", name = "local-mtls" }`. */
export const plugins = { [PLUGIN]: localMtls };

/** A binding as Miniflare 5 takes it in a Worker's `config.env`. */
export interface LocalMtlsBinding {
  readonly type: "unsafe:service";
  readonly dev: {
    readonly plugin: { readonly package: string; readonly name: string };
    readonly options: LocalMtlsOptions;
  };
}

/**
 * A binding for whoever makes a Miniflare by hand: `new Miniflare({ workers: [{ config: { env: { PULL_CERT: localBinding(options) } } }] })`.
 * In wrangler's configuration the same stands under `[[services]]`.
 *
 * What is wrong with the options is said when Miniflare starts.
 */
export function localBinding(options: LocalMtlsOptions): LocalMtlsBinding {
  // By its place: Miniflare looks a name up from its own folder, from where not every package manager lets it see this one.
  return {
    type: "unsafe:service",
    dev: { plugin: { package: import.meta.filename, name: PLUGIN }, options },
  };
}
