import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { localBinding } from "../../cli/local-mtls/index.ts";
import { ORIGIN, type Certificates } from "../support/certificates.ts";

/** A Worker in workerd, with a binding that pulls from an origin; this process's one argument, as JSON. */
export interface WorkerProgram {
  /** A file that holds the whole Worker. */
  readonly script: string;
  readonly folder: string;
  readonly certificates: Certificates;
  /** `127.0.0.1:PORT` of the origin. */
  readonly origin: string;
}

/** What it says when it answers. */
export interface WorkerListening {
  readonly listening: number;
}

const { script, folder, certificates, origin } = JSON.parse(process.argv[2] ?? "") as WorkerProgram;

interface MiniflareLike {
  readonly ready: Promise<URL>;
  unsafeGetDirectURL(): Promise<URL>;
}
// wrangler's own Miniflare is what the stand-in for mtls_certificates is made for.
const requireFromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));
const { Miniflare } = requireFromWrangler("miniflare") as {
  Miniflare: new (options: object) => MiniflareLike;
};

const own = path.join(folder, "worker");
mkdirSync(own, { recursive: true });
const { pull: certificate, pullKey: key, issuer: trust } = certificates;
const binding = localBinding({ host: ORIGIN, address: origin, certificate, key, trust });
const contents = readFileSync(script, "utf8");
const miniflare = new Miniflare({
  host: "127.0.0.1",
  port: 0,
  cf: false,
  resourceTmpPath: own,
  workers: [
    {
      config: {
        name: "bench",
        compatibilityDate: "2026-10-01",
        compatibilityFlags: ["enable_request_signal"],
        manifest: {
          mainModule: "index.js",
          modulesRoot: own,
          modules: { "index.js": { type: "esm", contents } },
        },
        env: { PULL_CERT_SHOP: binding },
      },
      // Straight into the Worker: Miniflare's own entry would be in every figure.
      dev: { rootPath: own, unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
    },
  ],
});
await miniflare.ready;
const { port } = await miniflare.unsafeGetDirectURL();
process.send?.({ listening: Number(port) } satisfies WorkerListening);
