import { dirname, join, resolve } from "node:path";
import type { Mapping } from "../../shared/mapping.ts";
import { readMapping } from "../check/check.ts";
import { readWranglerConfiguration } from "../wrangler/wrangler-configuration.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { failure, type Failure } from "../manners/failure.ts";
import { nextForConfiguration, nextForMapping } from "../manners/next-for.ts";
import { required } from "../manners/required.ts";
import type { KeptProcess } from "../processes/kept-process.ts";
import { edgeEntries } from "../edge-entries.ts";
import { needsWorker } from "../worker-entries.ts";
import { startApplication } from "./application.ts";
import { shownEntries } from "./edge-attempts.ts";
import { createEventLog } from "./event-log.ts";
import { layoutIn, LOCAL_FOLDER, LOCAL_FOLDER_VARIABLE } from "./layout.ts";
import { startLocalEdge } from "./local-edge.ts";
import type { LocalWorld, LocalWorldOptions } from "./local-world.ts";
import { localMapping } from "./local-mapping.ts";
import { makeLocalSecrets } from "./local-secrets.ts";
import { LOOPBACK, requirePorts } from "./ports.ts";
import { prepareCertificates } from "./prepare-certificates.ts";
import { endedWith, processFailure } from "./process-failure.ts";
import { startVerifier } from "./start-verifier.ts";
import { startWorker, type WorkerEvent } from "./start-worker.ts";
import { verifierConfiguration } from "./verifier-configuration.ts";

/**
 * Brings a local world up: throwaway certificates from the mapping, the application, the verifier in front of it, the
 * edge where the mapping has entries that it presents for, and the Worker in workerd where it has any that one presents for.
 *
 * @throws {Failure} where something is in the way; whatever had been started is stopped by then.
 */
export async function startLocalWorld(options: LocalWorldOptions): Promise<LocalWorld> {
  const toClose: (() => Promise<void>)[] = [];
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= closeInTurn(toClose));
  const onAbort = (): void => void close();
  options.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const world = await bringUp(options, close, (closer) => toClose.push(closer));
    if (options.signal?.aborted === true) throw interrupted();
    return world;
  } catch (thrown) {
    await close();
    // An abort closes what there was at that moment; something may have come up since.
    await closeInTurn(toClose);
    // What was stopped on purpose fails in its own way; the purpose is what should be told.
    throw options.signal?.aborted === true ? interrupted() : thrown;
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
  }
}

async function bringUp(
  options: LocalWorldOptions,
  close: () => Promise<void>,
  onClose: (closer: () => Promise<void>) => void,
): Promise<LocalWorld> {
  const { ports, edgePort = 0, now, onStep = () => undefined } = options;
  const mapping = readPulledMapping(options.mapping);
  const hasWorker = needsWorker(mapping);
  if (hasWorker) {
    const next = nextForConfiguration(options.configuration, "--local");
    required(options.configuration, readWranglerConfiguration(options.configuration), next);
  }
  await requirePorts(
    [
      ...(hasWorker ? [{ port: ports.worker, listener: "the Worker", flag: "--port" }] : []),
      { port: ports.origin, listener: "the verifier", flag: "--origin-port" },
      { port: ports.application, listener: "the application", flag: "--application-port" },
      ...(edgeEntries(mapping).length === 0
        ? []
        : [{ port: edgePort, listener: "the edge", flag: "--edge-port" }]),
    ],
    options.typed ?? "pullproof dev",
  );
  const stopFirst = (kept: KeptProcess): void => onClose(async () => await kept.stop());
  const goOn = (step: string): void => {
    options.signal?.throwIfAborted();
    onStep(step);
  };

  goOn("certificates");
  const layout = layoutIn(folderOf(options));
  const { certificates, reused } = await prepareCertificates(mapping, layout, now);

  goOn("application");
  const demo = options.application === undefined ? await startApplication(ports.application) : null;
  if (demo !== null) onClose(() => demo.close());
  const applicationUrl = demo?.url ?? options.application ?? "";

  goOn("verifier");
  writeDocument(layout.mapping, localMapping(mapping, certificates, true));
  const settings = {
    port: ports.origin,
    application: applicationUrl,
    refuse: options.refuse ?? "silence",
  };
  writeDocument(layout.verifier, verifierConfiguration(certificates, layout, settings));
  const secrets = makeLocalSecrets(mapping);
  const verifier = await startVerifier(layout.verifier, layout.folder, stopFirst, secrets.accepted);

  goOn("edge");
  const edge = await startLocalEdge(
    mapping,
    certificates,
    { port: edgePort, verifierPort: verifier.port, applicationUrl },
    onClose,
  );

  if (hasWorker) goOn("Worker");
  const worker = hasWorker
    ? await startWorker(
        {
          configuration: options.configuration,
          layout,
          port: ports.worker,
          originPort: verifier.port,
          secrets: secrets.sent,
        },
        stopFirst,
      )
    : null;
  return {
    mapping,
    layout,
    certificates,
    reusedCertificates: reused,
    ports: { worker: worker?.port ?? 0, origin: verifier.port, application: demo?.port ?? 0 },
    edge,
    workerUrl: worker === null ? null : `http://${LOOPBACK}:${worker.port}`,
    applicationUrl,
    consoleUrl: `http://${LOOPBACK}:${verifier.adminPort}`,
    verifierPid: verifier.pid,
    verifierEvents: verifier.events,
    workerEvents: worker?.events ?? createEventLog<WorkerEvent>().log,
    broken: Promise.race([
      brokenBy("the verifier", verifier),
      ...(worker === null ? [] : [brokenBy("wrangler dev", worker)]),
    ]),
    close,
  };
}

async function brokenBy(
  name: string,
  { process: kept, lines }: { process: KeptProcess; lines: readonly string[] },
): Promise<Failure> {
  const { code } = await kept.ended;
  return processFailure(name, endedWith(code), lines, "pullproof check, then start it again");
}

async function closeInTurn(toClose: (() => Promise<void>)[]): Promise<void> {
  // The last one first: the Worker, then the verifier, then the application that they pull from.
  for (let closer = toClose.pop(); closer !== undefined; closer = toClose.pop()) await closer();
}

/** A mapping with something to try: through a Worker, or, where it has none, through the edge. */
function readPulledMapping(file: string): Mapping {
  const mapping = required(file, readMapping(file), nextForMapping(file));
  if (needsWorker(mapping) || shownEntries(mapping).length > 0) return mapping;
  throw failure({
    file,
    path: "hosts",
    message:
      "no entry is presented by a Worker, and of the edge's none has an origin hostname to itself: there is nothing to pull",
    next: "pullproof check",
  });
}

function folderOf({ folder, mapping }: LocalWorldOptions): string {
  return resolve(
    folder ?? process.env[LOCAL_FOLDER_VARIABLE] ?? join(dirname(mapping), LOCAL_FOLDER),
  );
}

function writeDocument(path: string, document: object): void {
  writeFiles([{ path, text: `${JSON.stringify(document, null, 2)}\n`, mode: 0o644 }], "replace");
}

/** Told to stop before it had shown anything. */
export function interrupted(): Failure {
  return failure({ message: "interrupted before it was done", next: "pullproof dev" });
}
