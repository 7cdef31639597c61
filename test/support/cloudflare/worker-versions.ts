import { Refused } from "./answer.ts";
import { jsonBody, param, type ApiRequest } from "./request.ts";
import type { WorkerDeployment, WorkerVersion } from "./state.ts";
import { refuseUnknownCertificates } from "./worker-bindings.ts";
import { deploy, findWorker, readVersion, toldVersion } from "./worker-upload.ts";
import type { Route, World } from "./world.ts";

const SCRIPT = "/accounts/:account/workers/scripts/:script";
const needs = "Account Workers Scripts";

/** Versions and deployments: a version is what was uploaded, a deployment is which versions serve (documented). */
export const workerVersions: readonly Route[] = [
  { method: "GET", path: `${SCRIPT}/versions`, needs, handle: listVersions },
  { method: "POST", path: `${SCRIPT}/versions`, needs, handle: uploadVersion },
  { method: "GET", path: `${SCRIPT}/versions/:version`, needs, handle: getVersion },
  { method: "GET", path: `${SCRIPT}/deployments`, needs, handle: listDeployments },
  { method: "POST", path: `${SCRIPT}/deployments`, needs, handle: createDeployment },
];

/** The ten newest of them, newest first, where no page is named (documented: a page of ten). */
function listVersions(request: ApiRequest, world: World) {
  const size = Math.min(Number(request.query.get("per_page") ?? 10), 100);
  const page = Number(request.query.get("page") ?? 1);
  const all = findWorker(request, world).versions.toReversed();
  const items = all.slice((page - 1) * size, page * size).map(toldInList);
  const info = {
    page,
    per_page: size,
    count: items.length,
    total_count: all.length,
    total_pages: Math.ceil(all.length / size),
  };
  return { result: { items }, info };
}

/** Without its bindings (documented): those are told of one version at a time. */
function toldInList(version: WorkerVersion) {
  const { id, number, metadata, annotations, startup_time_ms } = toldVersion(version);
  return { id, number, metadata, annotations, startup_time_ms };
}

/** Uploaded and not deployed: nothing that serves has changed (documented). */
async function uploadVersion(request: ApiRequest, world: World) {
  const worker = findWorker(request, world);
  const version = await readVersion(request, world);
  worker.versions.push(version);
  return { result: toldVersion(version) };
}

function getVersion(request: ApiRequest, world: World) {
  const id = param(request, "version");
  const version = findWorker(request, world).versions.find((one) => one.id === id);
  if (version === undefined) throw new Refused(404, 100_146, "Version not found");
  return { result: toldVersion(version) };
}

/** Newest first; the first one serves (documented). */
function listDeployments(request: ApiRequest, world: World) {
  const deployments = findWorker(request, world).deployments.toReversed().map(told);
  return { result: { deployments } };
}

function createDeployment(request: ApiRequest, world: World) {
  const worker = findWorker(request, world);
  const { versions, annotations } = jsonBody(request) as unknown as Partial<WorkerDeployment>;
  if (!Array.isArray(versions)) throw new Refused(400, 10_021, "versions is required");
  const wanted: WorkerDeployment["versions"] = versions;
  const sum = wanted.reduce((all, { percentage }) => all + percentage, 0);
  if (sum !== 100) throw new Refused(400, 10_021, "Percentages must sum to 100");
  for (const { version_id } of wanted) {
    const version = worker.versions.find(({ id }) => id === version_id);
    if (version === undefined) throw new Refused(404, 100_146, `Version ${version_id} not found`);
    // A rollback to a version whose certificate is gone. That Cloudflare looks again is likely; nobody has told.
    refuseUnknownCertificates(version.bindings, world.state);
  }
  return { result: told(deploy(worker, wanted, annotations ?? {}, world)) };
}

function told({ id, createdAt, versions, annotations }: WorkerDeployment) {
  return {
    id,
    source: "wrangler",
    strategy: "percentage",
    author_email: "operator@example.com",
    created_on: new Date(createdAt).toISOString(),
    versions,
    annotations: { "workers/triggered_by": "deployment", ...annotations },
  };
}
