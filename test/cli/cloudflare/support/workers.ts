import type { FakeCloudflare } from "../../../support/cloudflare/start-fake-cloudflare.ts";
import { hexId, uuid, type Worker } from "../../../support/cloudflare/state.ts";

/** Puts a version of a Worker there, without wrangler; its id. */
export function uploadVersion(
  cloudflare: FakeCloudflare,
  name: string,
  certificates: Readonly<Record<string, string>>,
  minute = 0,
): string {
  const worker = cloudflare.state.workers.get(name) ?? newWorker(name);
  cloudflare.state.workers.set(name, worker);
  const id = uuid();
  worker.versions.push({
    id,
    number: worker.versions.length + 1,
    createdOn: new Date(minute * 60_000).toISOString(),
    bindings: [
      { type: "plain_text", name: "GREETING", text: "hello" },
      ...Object.entries(certificates).map(([binding, certificate_id]) => ({
        type: "mtls_certificate",
        name: binding,
        certificate_id,
      })),
    ],
    annotations: {},
    mainModule: "index.js",
    modules: {},
    compatibilityDate: "2026-10-01",
    compatibilityFlags: [],
  });
  return id;
}

/** Has versions serve, each with its share. */
export function deployWorker(
  cloudflare: FakeCloudflare,
  name: string,
  shares: Readonly<Record<string, number>>,
): void {
  const versions = Object.entries(shares).map(([version_id, percentage]) => ({
    version_id,
    percentage,
  }));
  const deployment = { id: uuid(), createdAt: 0, versions, annotations: {} };
  cloudflare.state.workers.get(name)?.deployments.push(deployment);
}

function newWorker(name: string): Worker {
  return {
    name,
    tag: hexId(),
    createdOn: new Date(0).toISOString(),
    versions: [],
    deployments: [],
    settings: {},
    subdomain: { enabled: false, previews_enabled: false },
  };
}
