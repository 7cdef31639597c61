import { mkdtempSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { VerifierEvent } from "../../origin-verifier/events.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { startApplication } from "../local-world/application.ts";
import { layoutIn, LOCAL_FOLDER_VARIABLE, LOCAL_ORIGIN_VARIABLE } from "../local-world/layout.ts";
import type { LocalCertificate } from "../local-world/local-certificates.ts";
import { localMapping } from "../local-world/local-mapping.ts";
import { LOOPBACK } from "../local-world/ports.ts";
import { prepareCertificates } from "../local-world/prepare-certificates.ts";
import { startVerifier } from "../local-world/start-verifier.ts";
import { verifierConfiguration, type RefuseMode } from "../local-world/verifier-configuration.ts";
import { mappingOf } from "./mapping-of.ts";
import { pullFrom, type Pulled, type PullOptions } from "./pull.ts";
import { serve } from "./serve.ts";

/** What an origin for tests is made from: a mapping, or bindings. */
export interface TestOriginOptions {
  /**
   * The mapping: what `import mapping from "./mapping.json"` gives, or the file's path. Only names are taken from it: its
   * issuers and fingerprints are replaced by throwaway ones, and every entry enforces.
   */
  readonly mapping?: unknown;
  /**
   * In its place, for a Worker that has no mapping: the origin hostname that each of its `mtls_certificates` bindings pulls
   * from. Each origin hostname once; it is the pull's hostname, too.
   */
  readonly bindings?: Readonly<Record<string, string>>;
  /**
   * What answers accepted pulls: a listener as Node's http has it, or the address of a server, `http://127.0.0.1:PORT`.
   * Default: a demo application that says who pulled, as JSON.
   */
  readonly application?: RequestListener | string;
  /** What strangers get; default `silence`, as in service. */
  readonly refuse?: RefuseMode;
}

/** An origin, listening: throwaway certificates, the verifier in a process of its own, an application behind it. */
export interface TestOrigin extends AsyncDisposable {
  /** `127.0.0.1:PORT`, where the verifier listens: the `address` of a local binding. */
  readonly address: string;
  /** The application's, `http://127.0.0.1:PORT`. */
  readonly applicationUrl: string;
  /** Where its files are, its owner's alone; gone when it is closed. */
  readonly folder: string;
  /** What `wrangler dev` and everything else that loads `pullproof/miniflare` needs in its environment to pull from here. */
  readonly environment: Readonly<Record<string, string>>;
  /** By binding, the pull certificate and its key: PEM, and where the files are. */
  readonly pullCertificates: ReadonlyMap<string, LocalCertificate>;
  /** The CA of the origin certificates. */
  readonly originIssuer: LocalCertificate;
  /** What the verifier has said, oldest first; what it says of a pull may come after the answer. */
  readonly events: readonly VerifierEvent[];
  /**
   * Pulls from the origin, past any Worker, as whoever is named, and tells the verdict.
   *
   * @param hostname one that the mapping has an entry for; its origin hostname is dialled.
   * @throws Error where the mapping has no such entry, or no such certificate.
   */
  readonly pull: (hostname: string, options?: PullOptions) => Promise<Pulled>;
  /** Ends it all, and takes the files away. Safe to call twice; `await using` calls it, which Node 22 does not know. */
  readonly close: () => Promise<void>;
}

/**
 * Starts an origin for tests: `await using origin = await startOrigin({ mapping })`. Every port is the system's choice,
 * so as many as one likes stand side by side; whatever was started ends with this process, however it ends.
 *
 * @throws Error with every problem of the mapping; or where something cannot be started, and then nothing is left.
 */
export async function startOrigin(options: TestOriginOptions): Promise<TestOrigin> {
  const mapping = mappingOf(options);
  const folder = mkdtempSync(join(tmpdir(), "pullproof-origin-"));
  const closers = [async (): Promise<void> => rmSync(folder, { recursive: true, force: true })];
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= closeInTurn(closers));
  try {
    const { application = null, refuse = "silence" } = options;
    const layout = layoutIn(folder);
    const { certificates } = await prepareCertificates(mapping, layout, new Date());
    const applicationUrl = await applicationOf(application, closers);
    const settings = { port: 0, application: applicationUrl, refuse };
    writeDocument(layout.mapping, localMapping(mapping, certificates));
    writeDocument(layout.verifier, verifierConfiguration(certificates, layout, settings));
    const verifier = await startVerifier(layout.verifier, folder, (started) => {
      closers.push(async () => started.stop());
    });
    const address = `${LOOPBACK}:${verifier.port}`;
    return {
      address,
      applicationUrl,
      folder,
      environment: { [LOCAL_FOLDER_VARIABLE]: folder, [LOCAL_ORIGIN_VARIABLE]: address },
      pullCertificates: certificates.pull,
      originIssuer: certificates.originIssuer,
      events: verifier.events.events,
      pull: (hostname, pull = {}) => pullFrom({ mapping, certificates, verifier }, hostname, pull),
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function applicationOf(
  given: RequestListener | string | null,
  closers: (() => Promise<void>)[],
): Promise<string> {
  if (typeof given === "string") return given;
  const { url, close } = given === null ? await startApplication(0) : await serve(given);
  closers.push(close);
  return url;
}

function writeDocument(path: string, document: object): void {
  writeFiles([{ path, text: JSON.stringify(document), mode: 0o644 }], "replace");
}

async function closeInTurn(closers: (() => Promise<void>)[]): Promise<void> {
  // The last one first: the verifier, then the application behind it, then the files.
  for (const closer of closers.toReversed()) await closer();
}
