import { resolve } from "node:path";
import {
  parseApplicationTarget,
  type ApplicationTarget,
} from "../../origin-verifier/application/application-target.ts";
import { DEFAULT_LISTEN } from "../../origin-verifier/command/configuration.ts";
import { readListen, type ListenAddress } from "../../origin-verifier/command/listen-address.ts";
import { readConfigurationFile } from "../../origin-verifier/command/read-configuration-file.ts";
import type { Hostname } from "../../shared/hostname.ts";
import { EXIT } from "../manners/exit-code.ts";
import { Failure, failure, refuseIfAny } from "../manners/failure.ts";
import { findingsIn, type Finding } from "../manners/finding.ts";
import { nextFor } from "../manners/next-for.ts";
import { unrenderedOptions } from "./unrendered-options.ts";

/** What is served at the origin, and where: as `origin-verifier` is told it, by flags or by its file. */
export interface ServedFlags {
  readonly mapping: string;
  readonly config?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly application?: string;
  readonly listen?: string;
}

/** The files and the application of one origin hostname. */
export interface ServedOrigin {
  readonly certificate: string;
  readonly key: string;
  readonly application: ApplicationTarget;
}

/** Every path absolute. */
export interface Served {
  readonly mapping: string;
  readonly listen: ListenAddress;
  /** Undefined for an origin hostname that is served elsewhere. */
  readonly originOf: (hostname: Hostname) => ServedOrigin | undefined;
}

/** Reads the verifier's own configuration file, or the flags that say the same for one certificate. */
export async function readServed(flags: ServedFlags): Promise<Served> {
  if (flags.config === undefined) return fromFlags(flags);
  for (const name of ["certificate", "key", "application"] as const)
    if (flags[name] !== undefined)
      throw failure(
        { message: `--${name} stands beside --config`, next: `say it in ${flags.config}` },
        EXIT.usage,
      );
  return await fromFile(flags.config, flags.listen);
}

async function fromFile(file: string, listen: string | undefined): Promise<Served> {
  const read = await readConfigurationFile(resolve(file), {});
  const next = nextFor(file, "--config FILE, or --certificate, --key and --application");
  if (!read.ok)
    throw new Failure(read.problems.map((one) => ({ ...one, file, next })) as [Finding]);
  const { configuration } = read;
  refuseIfAny(
    findingsIn(
      file,
      unrenderedOptions(configuration),
      "run origin-verifier here; or render from a copy of the file without it, where that will do",
    ),
  );
  const { origins } = configuration;
  const address = listen === undefined ? configuration.listen : listenOf(listen);
  return {
    mapping: configuration.mapping,
    listen: withPort(address),
    originOf: (hostname) => {
      const files = origins.by === "name" ? origins.files.get(hostname) : origins.files;
      const application = configuration.applicationOf(hostname);
      return files === undefined || application === undefined
        ? undefined
        : { ...files, application };
    },
  };
}

function fromFlags(flags: ServedFlags): Served {
  const { certificate, key, application: written = "http://127.0.0.1:3000" } = flags;
  if (certificate === undefined || key === undefined)
    throw failure(
      {
        message: `which ${certificate === undefined ? "origin certificate" : "key of the origin certificate"}? Name its file as it is called at the origin`,
        next: "--certificate /etc/ssl/origin.pem --key /etc/ssl/origin.key, or --config origin-verifier.json",
      },
      EXIT.usage,
    );
  const application = parseApplicationTarget(written);
  if (!application.ok)
    throw failure(
      {
        message: `--application ${JSON.stringify(written)}: ${application.problems[0].message}`,
        next: "--application http://127.0.0.1:3000",
      },
      EXIT.usage,
    );
  const origin = {
    certificate: resolve(certificate),
    key: resolve(key),
    application: application.value,
  };
  return {
    mapping: resolve(flags.mapping),
    listen: withPort(listenOf(flags.listen ?? DEFAULT_LISTEN)),
    originOf: () => origin,
  };
}

function listenOf(raw: string): ListenAddress {
  const problems: string[] = [];
  const address = readListen(raw, "--listen", problems);
  if (address !== null) return address;
  throw new Failure(findings(problems, "--listen 0.0.0.0:443"), EXIT.usage);
}

/** Other servers have a port, or do not start: none lets the system choose. */
function withPort(address: ListenAddress): ListenAddress {
  if (address.port !== 0) return address;
  const message = "port 0 is any port: no other server listens there";
  throw failure({ message, next: "--listen 0.0.0.0:443" }, EXIT.usage);
}

function findings(problems: readonly string[], next: string): [Finding, ...Finding[]] {
  return problems.map((message) => ({ file: "", path: "", message, next })) as [
    Finding,
    ...Finding[],
  ];
}
