import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LocalFolder } from "./certificates.ts";
import type { Origin } from "./origin.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** The gateway with the fixture's mapping, in workerd. */
export interface GatewayWorker {
  /** `http://127.0.0.1:PORT`: a request's Host says which hostname is asked for. */
  readonly url: URL;
  /** Every line that the Worker logged, oldest first. */
  readonly log: Readonly<Record<string, unknown>>[];
  /** URLs that left by the global fetch, with no pull certificate: there must never be one. */
  readonly unbound: string[];
  readonly stop: () => Promise<void>;
}

// What wrangler brings is no dependency of this repository's own: its Miniflare and its esbuild are found through it.
const requireFromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));

/** The fixture's hostnames with two origins, each with a binding of its own: what is remembered of one is no matter of another. */
export const TWOS = Array.from({ length: 16 }, (_, index) => `two-${index}.example.com`);

/** What of them this file uses. */
interface Esbuild {
  readonly build: (options: object) => Promise<{ outputFiles: readonly { text: string }[] }>;
}
type MiniflareClass = new (options: object) => { ready: Promise<URL>; dispose(): Promise<void> };

/**
 * Starts it: bundled by wrangler's esbuild, run by wrangler's Miniflare, pulling through the local stand-in.
 *
 * Not through `wrangler dev` or the test harness: both put a proxy of wrangler's in front, which does not tell the Worker
 * when a visitor leaves. Here the visitor's connection ends in the runtime itself, as it does in service.
 *
 * @param two the addresses of the two origins that some hostnames have.
 */
export async function startGatewayWorker(
  local: Pick<LocalFolder, "folder">,
  origin: Pick<Origin, "address">,
  two: readonly string[] = [origin.address, origin.address],
): Promise<GatewayWorker> {
  const folder = mkdtempSync(path.join(tmpdir(), "pullproof-gateway-"));
  const contents = await bundle();
  const log: Record<string, unknown>[] = [];
  const unbound: string[] = [];
  const { Miniflare } = requireFromWrangler("miniflare") as { Miniflare: MiniflareClass };
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    resourceTmpPath: folder,
    handleStructuredLogs: ({ message }: { message: string }) => log.push(parseLine(message)),
    workers: [
      {
        config: {
          name: "gateway",
          compatibilityDate: "2026-10-01",
          compatibilityFlags: ["enable_request_signal"],
          manifest: {
            mainModule: "index.js",
            modulesRoot: folder,
            modules: { "index.js": { type: "esm", contents } },
          },
          env: {
            PULL_CERT_SHOP: pullBinding(local, origin, "shop", "PULL_CERT_SHOP"),
            PULL_CERT_BLOG: pullBinding(local, origin, "blog", "PULL_CERT_BLOG"),
            PULL_CERT_HASTY: pullBinding(local, origin, "hasty", "PULL_CERT_SHOP"),
            ...Object.fromEntries(
              TWOS.map((_, index) => [`PULL_CERT_TWO_${index}`, twoBinding(local, two)]),
            ),
            // Nobody listens at the first: port 1 has been nobody's for long.
            PULL_CERT_HALF: twoBinding(local, ["127.0.0.1:1", origin.address]),
            ONLY_A_TEXT: { type: "text", value: "no Fetcher" },
          },
        },
        dev: {
          rootPath: ROOT,
          // Where the global fetch goes: nothing may ever come here.
          outboundService: {
            type: "fetcher",
            handler: ({ url: outside }: { url: string }) => {
              unbound.push(outside);
              throw new Error("the global fetch");
            },
          },
        },
      },
    ],
  });
  const url = await miniflare.ready;
  const stop = async (): Promise<void> => {
    await miniflare.dispose();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, log, unbound, stop };
}

function pullBinding(
  local: Pick<LocalFolder, "folder">,
  origin: Pick<Origin, "address">,
  name: string,
  files: string,
): object {
  const { address } = origin;
  return stand(local, { host: `origin-${name}.example.net`, address }, files);
}

function stand({ folder }: Pick<LocalFolder, "folder">, where: object, files: string): object {
  return {
    type: "unsafe:service",
    dev: {
      plugin: { package: "pullproof-local-mtls", name: "local-mtls" },
      options: {
        ...where,
        certificate: path.join(folder, `${files}.pem`),
        key: path.join(folder, `${files}.key`),
        trust: path.join(folder, "origin-issuer.pem"),
      },
    },
  };
}

/** One certificate, and an address for each of two origins. */
function twoBinding(local: Pick<LocalFolder, "folder">, address: readonly string[]): object {
  const host = ["origin-two-a.example.net", "origin-two-b.example.net"];
  return stand(local, { host, address }, "PULL_CERT_SHOP");
}

/** As wrangler bundles: with its own esbuild, and with what the runtime brings left out. */
async function bundle(): Promise<string> {
  const { build } = requireFromWrangler("esbuild") as Esbuild;
  const { outputFiles } = await build({
    entryPoints: [path.join(ROOT, "test/worker/fixture/index.ts")],
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

function parseLine(message: string): Record<string, unknown> {
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return { event: "not-json", message };
  }
}
