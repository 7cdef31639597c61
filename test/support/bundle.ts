import { createRequire } from "node:module";
import { join } from "node:path";

/** What this file uses of esbuild. */
interface Esbuild {
  readonly build: (options: object) => Promise<{
    readonly outputFiles: readonly { readonly text: string }[];
    readonly metafile: {
      readonly inputs: Readonly<Record<string, unknown>>;
      readonly outputs: Readonly<
        Record<
          string,
          {
            readonly exports: readonly string[];
            readonly imports: readonly { readonly path: string; readonly external?: boolean }[];
          }
        >
      >;
    };
  }>;
}
// wrangler's own: it is what will bundle the Worker.
const { build } = createRequire(createRequire(import.meta.url).resolve("wrangler"))(
  "esbuild",
) as Esbuild;

/** What a bundler makes of a module. */
export interface Bundled {
  readonly text: string;
  readonly exports: readonly string[];
  /** Every file that is in it. */
  readonly inputs: readonly string[];
  /** What is left to the runtime. */
  readonly imports: readonly string[];
}

/**
 * Bundles a module of a folder, as wrangler does, minified.
 *
 * @param packages `external` leaves out what comes from other packages; `all of it` puts it in.
 */
export async function bundle(
  folder: string,
  module: string,
  packages: "external" | "all of it" = "external",
): Promise<Bundled> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(folder, module)],
    absWorkingDir: folder,
    outdir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    ...(packages === "external" ? { external: ["node:*", "cloudflare:*", "[a-z@]*"] } : {}),
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  return {
    text: outputFiles[0]?.text ?? "",
    exports: output?.exports ?? [],
    inputs: Object.keys(metafile.inputs),
    imports: (output?.imports ?? []).map(({ path }) => path),
  };
}
