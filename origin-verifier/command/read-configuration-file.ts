import { dirname, resolve } from "node:path";
import * as v from "valibot";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import { pathTo } from "../../shared/problem.ts";
import { schemaProblems } from "../../shared/schema-problems.ts";
import {
  parseApplicationTarget,
  type ApplicationTarget,
} from "../application/application-target.ts";
import { TLS_PROFILES } from "../listener/tls-options.ts";
import type { OriginFiles } from "../trust/origin-files.ts";
import { readTextFile } from "../trust/read-file.ts";
import { DEFAULT_LISTEN, REFUSE_POLICIES, type Configuration } from "./configuration.ts";
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
  tls: v.optional(v.picklist(TLS_PROFILES)),
  limits: LimitsSchema,
  origins: v.record(
    v.string(),
    v.strictObject({ certificate: Text, key: Text, application: Text }),
  ),
});

/** The configuration that a file says, or every problem of it, as sentences that name the file and the place. */
export type ReadConfiguration =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads `--config`: several origin hostnames, each with its own certificate, key and application. */
export async function readConfigurationFile(
  file: string,
  logAccepted: boolean,
  environment: Environment,
): Promise<ReadConfiguration> {
  const text = await readTextFile(file);
  if (!text.ok) return { ok: false, problems: [`${file}: ${text.problems[0].message}`] };
  let input: unknown;
  try {
    input = JSON.parse(text.value);
  } catch (error) {
    return { ok: false, problems: [`${file}: not JSON: ${(error as Error).message}`] };
  }
  const parsed = v.safeParse(File, input);
  if (!parsed.success) {
    const problems = schemaProblems(parsed.issues, "");
    return {
      ok: false,
      problems: problems.map(({ path, message }) => `${file}: ${path}: ${message}`),
    };
  }
  return fromFile(file, parsed.output, logAccepted, environment);
}

function fromFile(
  file: string,
  text: v.InferOutput<typeof File>,
  logAccepted: boolean,
  environment: Environment,
): ReadConfiguration {
  const problems: string[] = [];
  const path = (relative: string): string => resolve(dirname(file), relative);
  const files = new Map<Hostname, OriginFiles>();
  const applications = new Map<Hostname, ApplicationTarget>();
  for (const [name, origin] of Object.entries(text.origins)) {
    const place = `${file}: ${pathTo("origins", name)}`;
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
    problems.push(`${file}: origins: empty: name at least one origin hostname`);
  const listen = readListen(text.listen ?? DEFAULT_LISTEN, `${file}: listen`, problems);
  const admin = readAdmin(
    {
      address: text.admin,
      tokenFile: text.adminTokenFile === undefined ? undefined : path(text.adminTokenFile),
      hosts: text.adminHosts,
    },
    {
      address: `${file}: admin`,
      tokenFile: `${file}: adminTokenFile`,
      hosts: `${file}: adminHosts`,
    },
    environment,
    problems,
  );
  if (problems.length > 0 || listen === null) return { ok: false, problems };
  return {
    ok: true,
    configuration: {
      mapping: path(text.mapping),
      listen,
      admin,
      refuse: text.refuse ?? "silence",
      tls: text.tls ?? "standard",
      limits: text.limits,
      origins: { by: "name", files },
      applicationOf: (hostname) => applications.get(hostname),
      logAccepted,
    },
  };
}
