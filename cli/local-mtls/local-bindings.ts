/** What this package reads of the options that Miniflare 5 hands to its plugins, of one Worker. */
export interface WorkerOptions {
  readonly config?: { readonly env?: Readonly<Record<string, unknown>> };
  readonly dev?: { readonly rootPath?: string };
}

/** A binding that asks for this plugin, with its options as they stand in wrangler.local.toml. */
export interface LocalBinding {
  readonly binding: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The folder of wrangler.local.toml: paths in the options are relative to it. */
  readonly folder: string;
}

interface PluginBinding {
  readonly dev?: {
    readonly plugin?: { readonly name?: string };
    readonly options?: Readonly<Record<string, unknown>>;
  };
}

/**
 * The bindings of one Worker that ask for the plugin of this name.
 *
 * Throws where the options have another shape: Miniflare 4 hands over another one, and it speaks plain HTTP where it
 * was told HTTPS (see external-service.ts). Guessing on would be a pull in the clear.
 */
export function localBindings(worker: WorkerOptions, plugin: string): readonly LocalBinding[] {
  if (worker.config === undefined) {
    throw new Error(
      `${plugin} needs Miniflare 5, as wrangler 4.156.0 brings it; this is another one.\n` +
        "Next: npm install --save-dev wrangler@4.156.0, then npx wrangler dev -c wrangler.local.toml",
    );
  }
  const folder = worker.dev?.rootPath ?? process.cwd();
  return Object.entries(worker.config.env ?? {}).flatMap(([binding, value]) => {
    const { dev } = value as PluginBinding;
    return dev?.plugin?.name === plugin ? [{ binding, options: dev.options ?? {}, folder }] : [];
  });
}
