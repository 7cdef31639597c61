import { Refused } from "./answer.ts";
import { pageOf } from "./pages.ts";
import { jsonBody, param, type ApiRequest } from "./request.ts";
import { deployedVersions } from "./worker-bindings.ts";
import { deploy, findWorker, readVersion, workerFor } from "./worker-upload.ts";
import { stampOf, type Route, type World } from "./world.ts";
import { replaceRoutes } from "./zones.ts";

const WORKERS = "/accounts/:account/workers";
const SCRIPT = `${WORKERS}/scripts/:script`;
const needs = "Account Workers Scripts";

/** Everything else that the real wrangler asks about a Worker (seen, by running it). */
export const workerScripts: readonly Route[] = [
  { method: "GET", path: `${WORKERS}/scripts`, needs, handle: listScripts },
  { method: "PUT", path: SCRIPT, needs, handle: upload },
  { method: "DELETE", path: SCRIPT, needs, handle: remove },
  { method: "GET", path: `${WORKERS}/services/:script`, needs, handle: getService },
  { method: "GET", path: `${WORKERS}/workers/:script`, needs, handle: getWorker },
  {
    method: "GET",
    path: `${WORKERS}/subdomain`,
    needs,
    handle: () => ({ result: { subdomain: "fake" } }),
  },
  { method: "GET", path: `${SCRIPT}/subdomain`, needs, handle: getSubdomain },
  { method: "POST", path: `${SCRIPT}/subdomain`, needs, handle: setSubdomain },
  {
    method: "GET",
    path: `${SCRIPT}/secrets`,
    needs,
    handle: (request, world) => ({ result: [findWorker(request, world)].flatMap(() => []) }),
  },
  { method: "GET", path: `${SCRIPT}/settings`, needs, handle: getSettings },
  { method: "GET", path: `${SCRIPT}/script-settings`, needs, handle: getScriptSettings },
  { method: "PATCH", path: `${SCRIPT}/script-settings`, needs, handle: setScriptSettings },
  { method: "PUT", path: `${SCRIPT}/routes`, needs, handle: replaceRoutes },
];

function listScripts({ query }: ApiRequest, { state }: World) {
  return pageOf(
    [...state.workers.values()].map(({ name, createdOn }) => ({ id: name, created_on: createdOn })),
    query,
  );
}

/** An upload that serves at once: a new version and a deployment of nothing else (documented). */
async function upload(request: ApiRequest, world: World) {
  const version = await readVersion(request, world);
  const worker = workerFor(param(request, "script"), world);
  worker.versions.push(version);
  const all = [{ version_id: version.id, percentage: 100 }];
  const { id } = deploy(worker, all, version.annotations, world);
  return {
    result: {
      id: worker.name,
      tag: worker.tag,
      etag: version.id,
      deployment_id: id,
      entry_point: version.mainModule,
      startup_time_ms: 5,
      has_assets: false,
      created_on: worker.createdOn,
      modified_on: stampOf(world),
    },
  };
}

function remove(request: ApiRequest, world: World) {
  world.state.workers.delete(findWorker(request, world).name);
  return { result: null };
}

/** 10090 for one that is not there (seen in wrangler, which takes it for "deploy it for the first time"). */
function getService(request: ApiRequest, { state }: World) {
  const worker = state.workers.get(param(request, "script"));
  if (worker === undefined) throw new Refused(404, 10_090, "workers.api.error.service_not_found");
  const { name, tag } = worker;
  const script = { id: name, tag, tags: [], etag: tag, last_deployed_from: "wrangler" };
  return {
    result: { id: name, default_environment: { environment: "production", script } },
  };
}

function getWorker(request: ApiRequest, world: World) {
  const { name, tag, subdomain } = findWorker(request, world);
  return { result: { id: tag, name, tags: [], observability: {}, subdomain } };
}

function getSubdomain(request: ApiRequest, world: World) {
  return { result: findWorker(request, world).subdomain };
}

function setSubdomain(request: ApiRequest, world: World) {
  const worker = findWorker(request, world);
  const { enabled = false, previews_enabled = false } = jsonBody(request);
  worker.subdomain = { enabled: enabled === true, previews_enabled: previews_enabled === true };
  return { result: worker.subdomain };
}

/** The newest deployed version's bindings (documented; a gradual deployment has two, and this shows one of them). */
function getSettings(request: ApiRequest, world: World) {
  const worker = findWorker(request, world);
  const version = deployedVersions(worker).at(-1);
  return {
    result: { ...worker.settings, bindings: version?.bindings ?? [], usage_model: "standard" },
  };
}

function getScriptSettings(request: ApiRequest, world: World) {
  return { result: findWorker(request, world).settings };
}

function setScriptSettings(request: ApiRequest, world: World) {
  const worker = findWorker(request, world);
  worker.settings = { ...worker.settings, ...jsonBody(request) };
  return { result: worker.settings };
}
