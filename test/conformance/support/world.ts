import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Limits } from "../../../origin-verifier/limits.ts";
import type { Reader } from "../../../origin-verifier/fast-path/reader.ts";
import type { RefusePolicy } from "../../../origin-verifier/listener/lock-one.ts";
import type { Profile } from "../../../origin-verifier/profile/profile.ts";
import { READER } from "../../support/reader.ts";
import { startApplication, type Reached, type RecordingApplication } from "./application.ts";
import type { Program } from "./in-process-program.ts";
import { makePki, mappingOf, type Pki } from "./pki.ts";
import { startProcess, type LogLine, type ProcessUnderTest } from "./process-under-test.ts";
import { BUILT } from "./under-test.ts";

/** The two forms in which the verifier stands before an application. */
export const FORMS = ["as proxy", "in process"] as const;
export type Form = (typeof FORMS)[number];

export interface WorldOptions {
  readonly form?: Form;
  readonly pki?: Pki;
  readonly mapping?: (pki: Pki) => unknown;
  /** Files beside the mapping, `issuer.pem` and `other.pem` among them where they are not as usual. */
  readonly files?: Readonly<Record<string, string>>;
  readonly refuse?: RefusePolicy;
  readonly profile?: Profile;
  readonly limits?: Partial<Limits>;
  /** Who begins each connection with a PROXY protocol header, as proxy. Default: nobody. */
  readonly balancers?: readonly string[];
  /** Who reads what is proxied. Default: what the run is of. */
  readonly reader?: Reader;
  /** How many processes accept pulls, as proxy. Default: one. */
  readonly workers?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Flags beside `--config`, as proxy. Default: it reloads at the signal alone, so that each reload is a test's own. */
  readonly flags?: readonly string[];
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
  /** Another Node than the one under test. */
  readonly node?: string;
  /** Told of the process as soon as there is one, long before it listens. */
  readonly onStart?: (under: ProcessUnderTest) => void;
  /** How the application answers; as proxy. In process a request for `/held` waits for the next reload. */
  readonly answer?: (response: ServerResponse, request: Reached) => void;
  /** The port of an application of the test's own, as proxy. */
  readonly applicationPort?: number;
}

/** A built verifier that accepts pulls, with two hostnames, and an application behind it. */
export interface World extends ProcessUnderTest {
  readonly form: Form;
  readonly port: number;
  readonly pki: Pki;
  readonly folder: string;
  /** What reached the application, in order. */
  readonly reached: () => readonly Reached[];
  readonly write: (name: string, text: string) => Promise<void>;
  readonly writeMapping: (mapping: unknown) => Promise<void>;
  /** Sends SIGHUP, and waits for what comes of it. */
  readonly reload: () => Promise<LogLine>;
  /** Asks it to stop; its exit code. */
  readonly stop: () => Promise<number | null>;
  /** Ends everything. */
  readonly close: () => Promise<void>;
}

/** Starts a world. Fails, with what the verifier said, where it does not start. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const prepared = await prepareWorld(options);
  const { folder, pki, application, start } = prepared;
  const under = start();
  options.onStart?.(under);
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const close = async () => {
    await under.kill();
    await prepared.remove();
  };
  try {
    const listening = await under.line(
      "listening",
      ({ event, listener }) => event === "listening" && listener === "origin",
    );
    return {
      ...under,
      form: options.form ?? "as proxy",
      port: listening["port"] as number,
      pki,
      folder,
      reached: () =>
        application?.reached ??
        (under.lines.filter(({ event }) => event === "reached") as unknown as Reached[]),
      write,
      writeMapping: (mapping) => write("mapping.json", JSON.stringify(mapping)),
      reload: async () => {
        const after = under.lines.length;
        under.signal("SIGHUP");
        const ends = ["trust-swapped", "reload-failed"];
        return under.line("the end of a reload", ({ event }) => ends.includes(event), after);
      },
      stop: () => {
        under.signal("SIGTERM");
        return under.exited;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts a verifier that is expected not to start: what it said, and its exit code. */
export async function refusedStart(
  options: WorldOptions,
): Promise<{ code: number | null; stderr: string; lines: readonly LogLine[] }> {
  const prepared = await prepareWorld(options);
  const under = prepared.start();
  try {
    const listening = under
      .line("listening", ({ event }) => event === "listening")
      .then(
        () => "it listens" as const,
        () => "it ended" as const,
      );
    const first = await Promise.race([listening, under.exited]);
    if (first === "it listens") throw new Error("the verifier started, and was not to");
    return { code: await under.exited, stderr: under.stderr(), lines: under.lines };
  } finally {
    await under.kill();
    await prepared.remove();
  }
}

async function prepareWorld(options: WorldOptions) {
  const { form = "as proxy", pki = makePki(), mapping = mappingOf } = options;
  const folder = await mkdtemp(join(tmpdir(), "pullproof-conformance-"));
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const files: Record<string, string> = {
    "issuer.pem": pki.issuer.pem,
    "other.pem": pki.otherIssuer.pem,
    "origins.pem": pki.originIssuer.pem,
    "mapping.json": JSON.stringify(mapping(pki)),
    ...options.files,
  };
  const origins: Record<string, { certificate: string; key: string }> = {};
  for (const [hostname, { pem, keyPem }] of Object.entries(pki.origins)) {
    files[`${hostname}.pem`] ??= pem;
    files[`${hostname}.key`] ??= keyPem;
    origins[hostname] = {
      certificate: join(folder, `${hostname}.pem`),
      key: join(folder, `${hostname}.key`),
    };
  }
  await Promise.all(Object.entries(files).map(([name, text]) => write(name, text)));
  const application: RecordingApplication | null =
    form === "as proxy" && options.applicationPort === undefined
      ? await startApplication(options.answer)
      : null;
  const address = `http://127.0.0.1:${options.applicationPort ?? application?.port ?? 0}`;
  const { refuse = "silence", profile = "standard", limits } = options;
  if (form === "as proxy") {
    const served = Object.entries(origins).map(([hostname, own]) => [
      hostname,
      { ...own, application: address },
    ]);
    const configuration = {
      mapping: join(folder, "mapping.json"),
      listen: "127.0.0.1:0",
      refuse,
      profile,
      reader: options.reader ?? READER,
      origins: Object.fromEntries(served) as unknown,
      ...(limits === undefined ? {} : { limits }),
      ...(options.balancers === undefined ? {} : { balancers: options.balancers }),
      ...(options.workers === undefined ? {} : { workers: options.workers }),
    };
    await write("origin-verifier.json", JSON.stringify(configuration));
  } else {
    const program: Program = {
      built: pathToFileURL(join(BUILT, "origin-verifier.js")).href,
      mapping: join(folder, "mapping.json"),
      origins,
      refuse,
      profile,
      limits: limits ?? {},
    };
    await write("program.json", JSON.stringify(program));
  }
  const argv =
    form === "as proxy"
      ? [
          join(BUILT, "main.js"),
          "--config",
          join(folder, "origin-verifier.json"),
          ...(options.flags ?? ["--no-watch"]),
        ]
      : [resolve(import.meta.dirname, "in-process-program.ts"), join(folder, "program.json")];
  return {
    folder,
    pki,
    application,
    start: () =>
      startProcess(
        [...(options.nodeOptions ?? []), ...argv],
        options.environment,
        ...(options.node === undefined ? [] : [options.node]),
      ),
    remove: async () => {
      await application?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
