import { Refused } from "./answer.ts";
import { param, type ApiRequest } from "./request.ts";
import { hexId, uuid, type Binding, type Worker, type WorkerVersion } from "./state.ts";
import { refuseUnknownCertificates } from "./worker-bindings.ts";
import { stampOf, type World } from "./world.ts";

interface Metadata {
  readonly main_module?: string;
  readonly bindings?: readonly Binding[];
  readonly compatibility_date?: string;
  readonly compatibility_flags?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A Worker by the name in the path; 10007 where there is none (documented). */
export function findWorker(request: ApiRequest, { state }: World): Worker {
  const worker = state.workers.get(param(request, "script"));
  if (worker === undefined) {
    throw new Refused(404, 10_007, "This Worker does not exist on your account.");
  }
  return worker;
}

/** The Worker that is uploaded to, made where it is new. */
export function workerFor(name: string, world: World): Worker {
  const standing = world.state.workers.get(name);
  if (standing !== undefined) return standing;
  const worker: Worker = {
    name,
    tag: hexId(),
    createdOn: stampOf(world),
    versions: [],
    deployments: [],
    settings: {},
    subdomain: { enabled: false, previews_enabled: false },
  };
  world.state.workers.set(name, worker);
  return worker;
}

/** Reads an upload: multipart, the first part `metadata`, each module a part of its own (documented). */
export async function readVersion(request: ApiRequest, world: World): Promise<WorkerVersion> {
  const headers = { "content-type": request.contentType };
  const form = await new Response(new Uint8Array(request.bytes), { headers }).formData();
  const part = form.get("metadata");
  const text = part instanceof File ? await part.text() : part;
  if (text === null) throw new Refused(400, 10_003, "metadata is missing");
  const metadata = JSON.parse(text) as Metadata;
  const main = metadata.main_module ?? "";
  if (!form.has(main)) throw new Refused(400, 10_021, `No such module "${main}"`);
  const bindings = metadata.bindings ?? [];
  refuseUnknownCertificates(bindings, world.state);
  const standing = world.state.workers.get(param(request, "script"));
  return {
    id: uuid(),
    number: (standing?.versions.length ?? 0) + 1,
    createdOn: stampOf(world),
    bindings,
    annotations: metadata.annotations ?? {},
    mainModule: main,
    modules: await modulesOf(form),
    compatibilityDate: metadata.compatibility_date ?? "",
    compatibilityFlags: metadata.compatibility_flags ?? [],
  };
}

/** Every part but the metadata and the source maps. */
async function modulesOf(form: FormData): Promise<WorkerVersion["modules"]> {
  const modules: Record<string, string> = {};
  for (const [name, part] of form) {
    if (part instanceof File && part.type !== "application/source-map") {
      if (name !== "metadata") modules[name] = await part.text();
    }
  }
  return modules;
}

/** Sends all traffic to one version, or shares it (documented: gradual deployments). */
export function deploy(
  worker: Worker,
  versions: Worker["deployments"][number]["versions"],
  annotations: Readonly<Record<string, string>>,
  world: World,
) {
  const deployment = { id: uuid(), createdAt: world.clock.now(), versions, annotations };
  worker.deployments.push(deployment);
  return deployment;
}

/** A version, as the API tells it. */
export function toldVersion(version: WorkerVersion) {
  return {
    id: version.id,
    number: version.number,
    metadata: {
      created_on: version.createdOn,
      modified_on: version.createdOn,
      source: "wrangler",
      author_id: "0".repeat(32),
      author_email: "operator@example.com",
      hasPreview: false,
    },
    annotations: version.annotations,
    resources: {
      bindings: version.bindings,
      script: { etag: version.id, handlers: ["fetch"], last_deployed_from: "wrangler" },
      script_runtime: { compatibility_date: version.compatibilityDate, usage_model: "standard" },
    },
    startup_time_ms: 5,
  };
}
