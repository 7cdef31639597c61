import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import { visit as visitAt, type Visit } from "../../local-mtls/support/visit.ts";
import type { FakeCloudflare } from "../../support/cloudflare/start-fake-cloudflare.ts";
import type { WorkerVersion } from "../../support/cloudflare/state.ts";
import { deployedVersions } from "../../support/cloudflare/worker-bindings.ts";

/** A visit, and which version of the Worker it came to. */
export interface EdgeVisit extends Visit {
  /** What that version's bindings present: by binding, what the account's store holds under the id that it names. */
  readonly presents: Readonly<Record<string, Fingerprint>>;
}

/** Cloudflare's edge, as far as visitors can tell: it runs what is deployed. */
export interface Edge {
  /** The fingerprints that a binding may pull with at this moment: of every version that still serves. */
  readonly presents: (binding: string) => readonly Fingerprint[];
  readonly visit: (hostname: string) => Promise<EdgeVisit>;
  readonly close: () => Promise<void>;
}

/** What the edge is told beside what is deployed. */
interface EdgeOptions {
  readonly script: string;
  readonly folder: string;
  /** Where every origin hostname leads: `127.0.0.1:PORT`. */
  readonly origin: string;
  /** By binding, the origin hostname that is dialled with it. */
  readonly originHostnames: Readonly<Record<string, string>>;
  /** PEM: who signs origin certificates. */
  readonly trust: string;
}

interface ServingVersion {
  readonly id: string;
  readonly url: URL;
  readonly presents: EdgeVisit["presents"];
  readonly dispose: () => Promise<void>;
  underWay: number;
}

const LOOK_EVERY = 25;
/** A deployment is not everywhere at once: for so many milliseconds the versions before and after it both serve. */
const SPREADS_FOR = 1500;

// wrangler's own Miniflare is what the stand-in for mtls_certificates is made for.
const requireFromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));
type MiniflareClass = new (options: object) => { ready: Promise<URL>; dispose(): Promise<void> };

/**
 * Runs every version that the fake says is deployed: the modules that the real wrangler uploaded, in workerd, each binding
 * with the certificate and key that the fake's store holds under the id that the version names. A new version serves before
 * the one that it replaces stops; in between visits go to both in turn, and what is under way is never cut off.
 */
export function followDeployments(cloudflare: FakeCloudflare, options: EdgeOptions): Edge {
  const serving: ServingVersion[] = [];
  const over = new AbortController();
  let turn = 0;
  let broken: unknown = null;

  const look = async (): Promise<void> => {
    const worker = cloudflare.state.workers.get(options.script);
    const deployed = worker === undefined ? [] : deployedVersions(worker);
    for (const version of deployed) {
      if (serving.some(({ id }) => id === version.id)) continue;
      serving.push(await serve(cloudflare, version, options));
    }
    const replaced = serving.filter(({ id }) => !deployed.some((one) => one.id === id));
    if (replaced.length === 0) return;
    await delay(SPREADS_FOR, undefined, { signal: over.signal });
    for (const one of replaced) {
      serving.splice(serving.indexOf(one), 1);
      while (one.underWay > 0) await delay(LOOK_EVERY, undefined, { signal: over.signal });
      await one.dispose();
    }
  };
  const follow = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await look();
      await delay(LOOK_EVERY, undefined, { signal: over.signal });
    }
  };
  const following = follow().catch((thrown: unknown) => {
    if (!over.signal.aborted) broken = thrown;
  });

  const refuseBroken = (): void => {
    if (broken !== null) throw new Error("the edge is broken", { cause: broken });
  };

  return {
    presents: (binding) => {
      refuseBroken();
      return [...new Set(serving.flatMap(({ presents }) => presents[binding] ?? []))];
    },
    visit: async (hostname) => {
      refuseBroken();
      turn += 1;
      const version = serving[turn % serving.length];
      if (version === undefined) throw new Error("nothing is deployed");
      version.underWay += 1;
      try {
        return { ...(await visitAt(version.url, hostname, "/")), presents: version.presents };
      } finally {
        version.underWay -= 1;
      }
    },
    close: async () => {
      over.abort();
      await following;
      for (const { dispose } of serving) await dispose();
    },
  };
}

async function serve(
  { state }: FakeCloudflare,
  version: WorkerVersion,
  { folder, origin, originHostnames, trust }: EdgeOptions,
): Promise<ServingVersion> {
  const own = path.join(folder, version.id);
  mkdirSync(own, { recursive: true });
  const write = (name: string, text: string): string => {
    const file = path.join(own, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const presents: Record<string, Fingerprint> = {};
  const env: Record<string, object> = {};
  for (const { type, name, certificate_id: id } of version.bindings) {
    const held = state.accountCertificates.get(id ?? "");
    if (type !== "mtls_certificate" || held === undefined) throw new Error(`${name} is no use`);
    presents[name] = held.fingerprint;
    env[name] = {
      type: "unsafe:service",
      dev: {
        plugin: { package: "pullproof-local-mtls", name: "local-mtls" },
        options: {
          host: originHostnames[name],
          address: origin,
          certificate: write(`${name}.pem`, held.pem),
          key: write(`${name}.key`, held.privateKey),
          trust: write("trust.pem", trust),
        },
      },
    };
  }
  const modules = Object.entries(version.modules).map(
    ([name, contents]) => [name, { type: "esm", contents }] as const,
  );
  const { Miniflare } = requireFromWrangler("miniflare") as { Miniflare: MiniflareClass };
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    resourceTmpPath: own,
    handleStructuredLogs: () => undefined,
    workers: [
      {
        config: {
          name: "deployed",
          compatibilityDate: version.compatibilityDate,
          compatibilityFlags: version.compatibilityFlags,
          manifest: {
            mainModule: version.mainModule,
            modulesRoot: own,
            modules: Object.fromEntries(modules),
          },
          env,
        },
        dev: { rootPath: own },
      },
    ],
  });
  const url = await miniflare.ready;
  const dispose = async (): Promise<void> => await miniflare.dispose();
  return { id: version.id, url, presents, dispose, underWay: 0 };
}
