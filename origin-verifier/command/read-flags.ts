import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseApplicationTarget } from "../application/application-target.ts";
import { PROXY_PROTOCOLS } from "../application/connections.ts";
import { READERS } from "../fast-path/reader.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { PROFILES } from "../profile/profile.ts";
import { CLIENT_CERT_HEADERS } from "../request/client-cert-headers.ts";
import { balancerProblems } from "./balancer-problems.ts";
import {
  DEFAULT_LISTEN,
  REFUSE_POLICIES,
  WORKERS_AT_MOST,
  type Configuration,
} from "./configuration.ts";
import { readListen } from "./listen-address.ts";
import { oneOf } from "./one-of.ts";
import { readAdmin, type Environment } from "./read-admin.ts";
import { readRunOptions, RUN_FLAGS, type RunOptions } from "./run-options.ts";

/** What the command line asks for. */
export type Asked =
  | { readonly ask: "help" }
  | { readonly ask: "version" }
  | { readonly ask: "run"; readonly configuration: Configuration; readonly run: RunOptions }
  | { readonly ask: "run-file"; readonly file: string; readonly run: RunOptions }
  | { readonly ask: "nothing"; readonly problems: readonly string[] };

const OPTIONS = {
  mapping: { type: "string" },
  certificate: { type: "string" },
  key: { type: "string" },
  application: { type: "string" },
  listen: { type: "string" },
  admin: { type: "string" },
  "admin-token-file": { type: "string" },
  "admin-host": { type: "string", multiple: true },
  refuse: { type: "string" },
  profile: { type: "string" },
  "client-cert-header": { type: "string" },
  "proxy-protocol": { type: "string" },
  balancer: { type: "string", multiple: true },
  reader: { type: "string" },
  workers: { type: "string" },
  config: { type: "string" },
  ...RUN_FLAGS,
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

/** Reads the command line. Never throws: what is wrong comes back as sentences, all of them. */
export function readFlags(argv: readonly string[], environment: Environment): Asked {
  let flags: ReturnType<typeof parse>;
  try {
    flags = parse(argv);
  } catch (error) {
    return { ask: "nothing", problems: [(error as Error).message] };
  }
  if (flags.help === true) return { ask: "help" };
  if (flags.version === true) return { ask: "version" };
  const problems: string[] = [];
  const run = readRunOptions(flags, problems);
  if (flags.config !== undefined) {
    for (const name of Object.keys(flags))
      if (name !== "config" && !(name in RUN_FLAGS))
        problems.push(`--${name} stands beside --config: say it in the file`);
    return problems.length > 0 || run === null
      ? { ask: "nothing", problems }
      : { ask: "run-file", file: resolve(flags.config), run };
  }
  return fromFlags(flags, run, environment, problems);
}

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: OPTIONS, strict: true, allowPositionals: false })
    .values;
}

function fromFlags(
  flags: ReturnType<typeof parse>,
  run: RunOptions | null,
  environment: Environment,
  problems: string[],
): Asked {
  const needed = (
    name: "mapping" | "certificate" | "key" | "application",
    what: string,
  ): string => {
    const value = flags[name];
    if (value === undefined || value === "") problems.push(`--${name} is missing: ${what}`);
    return value ?? "";
  };
  const mapping = resolve(needed("mapping", "the mapping file"));
  const certificate = resolve(needed("certificate", "PEM file of the origin certificate"));
  const key = resolve(needed("key", "PEM file of its key"));
  const written = needed("application", "where the application listens, http://127.0.0.1:3000");

  const application = parseApplicationTarget(written === "" ? "http://127.0.0.1" : written);
  if (!application.ok) problems.push(`--application: ${application.problems[0].message}`);
  const listen = readListen(flags.listen ?? DEFAULT_LISTEN, "--listen", problems);
  const tokenFile = flags["admin-token-file"];
  const admin = readAdmin(
    {
      address: flags.admin,
      tokenFile: tokenFile === undefined || tokenFile === "" ? tokenFile : resolve(tokenFile),
      hosts: flags["admin-host"],
    },
    { address: "--admin", tokenFile: "--admin-token-file", hosts: "--admin-host" },
    environment,
    problems,
  );
  const refuse = oneOf(REFUSE_POLICIES, flags.refuse ?? "silence", "--refuse", problems);
  const profile = oneOf(PROFILES, flags.profile ?? "standard", "--profile", problems);
  const clientCertHeader = oneOf(
    CLIENT_CERT_HEADERS,
    flags["client-cert-header"] ?? "off",
    "--client-cert-header",
    problems,
  );
  const proxyProtocol = oneOf(
    PROXY_PROTOCOLS,
    flags["proxy-protocol"] ?? "off",
    "--proxy-protocol",
    problems,
  );
  const balancers = flags.balancer ?? [];
  problems.push(...balancerProblems(balancers, "--balancer"));
  const reader = oneOf(READERS, flags.reader ?? "fast", "--reader", problems);
  const workers = /^[0-9]{1,3}$/.test(flags.workers ?? "1") ? Number(flags.workers ?? 1) : 0;
  if (workers < 1 || workers > WORKERS_AT_MOST)
    problems.push(
      `--workers: ${JSON.stringify(flags.workers)} is not a number of processes from 1 to ${WORKERS_AT_MOST}`,
    );
  if (
    problems.length > 0 ||
    !application.ok ||
    listen === null ||
    refuse === null ||
    profile === null ||
    clientCertHeader === null ||
    proxyProtocol === null ||
    reader === null ||
    run === null
  )
    return { ask: "nothing", problems };
  return {
    ask: "run",
    configuration: {
      mapping,
      listen,
      admin,
      refuse,
      profile,
      limits: DEFAULT_LIMITS,
      clientCertHeader,
      proxyProtocol,
      balancers,
      reader,
      workers,
      origins: { by: "certificate", files: { certificate, key } },
      applicationOf: () => application.value,
    },
    run,
  };
}
