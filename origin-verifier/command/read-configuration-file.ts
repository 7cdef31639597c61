import { dirname, resolve } from "node:path";
import * as v from "valibot";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import { pathTo, type Problem } from "../../shared/problem.ts";
import { schemaProblems } from "../../shared/schema-problems.ts";
import { readJson } from "../../shared/strict-json.ts";
import {
  parseApplicationTarget,
  type ApplicationTarget,
} from "../application/application-target.ts";
import { PROXY_PROTOCOLS } from "../application/connections.ts";
import type { FileProblem } from "../events.ts";
import { PROFILES } from "../profile/profile.ts";
import { READERS } from "../fast-path/reader.ts";
import { CLIENT_CERT_HEADERS } from "../request/client-cert-headers.ts";
import type { OriginFiles } from "../trust/origin-files.ts";
import { balancerProblems } from "./balancer-problems.ts";
import { readTextFile } from "../trust/read-file.ts";
import {
  DEFAULT_LISTEN,
  REFUSE_POLICIES,
  WORKERS_AT_MOST,
  type Configuration,
} from "./configuration.ts";
import { readListen } from "./listen-address.ts";
import { LimitsSchema } from "./limits-schema.ts";
import { readAdmin, type Environment } from "./read-admin.ts";

const Text = v.pipe(v.string(), v.nonEmpty("empty"));

const File = v.strictObject({
  $schema: v.optional(v.string()),
  mapping: Text,
  listen: v.optional(Text),
  admin: v.optional(Text),
  adminTokenFile: v.optional(Text),
  adminHosts: v.optional(v.array(Text)),
  refuse: v.optional(v.picklist(REFUSE_POLICIES)),
  profile: v.optional(v.picklist(PROFILES)),
  limits: LimitsSchema,
  clientCertHeader: v.optional(v.picklist(CLIENT_CERT_HEADERS)),
  proxyProtocol: v.optional(v.picklist(PROXY_PROTOCOLS)),
  balancers: v.optional(v.array(Text)),
  reader: v.optional(v.picklist(READERS)),
  workers: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(WORKERS_AT_MOST))),
  origins: v.record(
    v.string(),
    v.strictObject({ certificate: Text, key: Text, application: Text }),
  ),
});

/** The configuration that a file says, or every problem of it. */
export type ReadConfiguration =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Reads `--config`: several origin hostnames, each with its own certificate, key and application. */
export async function readConfigurationFile(
  file: string,
  environment: Environment,
): Promise<ReadConfiguration> {
  const failed = (problems: readonly Problem[]): ReadConfiguration => ({
    ok: false,
    problems: problems.map((problem) => ({ file, ...problem })),
  });
  const text = await readTextFile(file);
  if (!text.ok) return failed(text.problems);
  const json = readJson(text.value, "a configuration");
  if (!json.ok) return failed(json.problems);
  const { value: input, doubled } = json.value;
  const parsed = v.safeParse(File, input);
  if (!parsed.success) return failed([...schemaProblems(parsed.issues, ""), ...doubled]);
  if (doubled.length > 0) return failed(doubled);
  const read = fromFile(file, parsed.output, environment);
  return "problems" in read ? failed(read.problems.map(placed)) : { ok: true, configuration: read };
}

/** A sentence that begins with its place, or does not. */
function placed(sentence: string): Problem {
  const [, path = "", message = sentence] = /^([^\s:]+): (.*)$/s.exec(sentence) ?? [];
  return { path, message };
}

function fromFile(
  file: string,
  text: v.InferOutput<typeof File>,
  environment: Environment,
): Configuration | { readonly problems: readonly string[] } {
  const problems: string[] = [];
  const path = (relative: string): string => resolve(dirname(file), relative);
  const files = new Map<Hostname, OriginFiles>();
  const applications = new Map<Hostname, ApplicationTarget>();
  for (const [name, origin] of Object.entries(text.origins)) {
    const place = pathTo("origins", name);
    const hostname = parseHostname(name);
    if (hostname === null || hostname !== name) {
      problems.push(`${place}: not an origin hostname (lower case, no port)`);
      continue;
    }
    const application = parseApplicationTarget(origin.application);
    if (application.ok) applications.set(hostname, application.value);
    else problems.push(`${place}.application: ${application.problems[0].message}`);
    files.set(hostname, { certificate: path(origin.certificate), key: path(origin.key) });
  }
  if (Object.keys(text.origins).length === 0)
    problems.push("origins: empty: name at least one origin hostname");
  const listen = readListen(text.listen ?? DEFAULT_LISTEN, "listen", problems);
  const admin = readAdmin(
    {
      address: text.admin,
      tokenFile: text.adminTokenFile === undefined ? undefined : path(text.adminTokenFile),
      hosts: text.adminHosts,
    },
    { address: "admin", tokenFile: "adminTokenFile", hosts: "adminHosts" },
    environment,
    problems,
  );
  const balancers = text.balancers ?? [];
  problems.push(...balancerProblems(balancers, "balancers"));
  if (problems.length > 0 || listen === null) return { problems };
  return {
    mapping: path(text.mapping),
    listen,
    admin,
    refuse: text.refuse ?? "silence",
    profile: text.profile ?? "standard",
    limits: text.limits,
    clientCertHeader: text.clientCertHeader ?? "off",
    proxyProtocol: text.proxyProtocol ?? "off",
    balancers,
    reader: text.reader ?? "fast",
    workers: text.workers ?? 1,
    origins: { by: "name", files },
    applicationOf: (hostname) => applications.get(hostname),
  };
}
