import { X509Certificate } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import { fingerprintOf } from "../../../origin-verifier/certificate/fingerprint-of.ts";
import { makeLocalFolder, type LocalFolder } from "../../local-mtls/support/certificates.ts";
import { startGatewayWorker, type GatewayWorker } from "../../local-mtls/support/gateway-worker.ts";
import { packedPackage, type Project } from "../../support/packed-package.ts";
import { pki, SHOP, type Pki } from "../../support/verifier-world.ts";
import { startExample, type ExampleProgram } from "./example-program.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

/** The two origin hostnames of the Worker's hostnames that have two. */
export const TWO_ORIGINS = ["origin-two-a.example.net", "origin-two-b.example.net"] as const;

/** An example in a project that has the package installed as npm would publish it. */
export interface ExampleWorld {
  readonly folder: string;
  readonly keys: Pki;
  /** What the compiler says of the example. */
  readonly complaints: () => Promise<string>;
  /** Files beside it, or in a folder of it. */
  readonly write: (files: Readonly<Record<string, string>>) => void;
  /** Starts its server, in its folder or in another; it ends with the test. */
  readonly start: (folder?: string) => Promise<ExampleProgram>;
  /** The Worker in workerd, whose hostnames have these ports for origins; it ends with the test. */
  readonly startWorker: (...ports: readonly number[]) => Promise<GatewayWorker>;
  /** Mapping, issuer and origin certificate for what that Worker presents. */
  readonly filesForWorker: (
    hostname: string,
    origin: unknown,
    originHostname: string,
  ) => Readonly<Record<string, string>>;
  /** The same for shop.example.com, to be pulled straight with `keys.shop`. */
  readonly filesForShop: () => Readonly<Record<string, string>>;
  /** Something that ends with the test. */
  readonly end: (end: () => unknown) => void;
}

/** One for all tests of a file. */
export function useExample(name: string): ExampleWorld {
  let parts: { project: Project; keys: Pki; local: LocalFolder; folder: string } | null = null;
  const ends: (() => unknown)[] = [];
  const made = (): NonNullable<typeof parts> => {
    if (parts === null) throw new Error("the example is not there");
    return parts;
  };
  beforeAll(async () => {
    const project = await packedPackage();
    const folder = join(project.folder, name);
    cpSync(join(ROOT, "examples", name), folder, { recursive: true });
    const pulls = { PULL_CERT_SHOP: "shop.example.com", PULL_CERT_BLOG: "blog.example.com" };
    const local = await makeLocalFolder(pulls, [SHOP, ...TWO_ORIGINS]);
    parts = { project, keys: await pki(), local, folder };
  }, 300_000);
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });
  afterAll(async () => {
    parts?.local.remove();
    await parts?.project.remove();
  });
  return {
    get folder() {
      return made().folder;
    },
    get keys() {
      return made().keys;
    },
    complaints: async () => await made().project.complaints(`${name}/server.ts`),
    write: (files) => {
      for (const [file, text] of Object.entries(files))
        writeFileSync(join(made().folder, file), text, { mode: 0o600 });
    },
    start: async (folder = made().folder) => {
      const program = await startExample(join(made().folder, "server.ts"), folder);
      ends.push(() => program.stop());
      return program;
    },
    startWorker: async (...ports) => {
      const addresses = ports.map((port) => `127.0.0.1:${port}`);
      const origin = { address: addresses[0] ?? "" };
      const worker = await startGatewayWorker(made().local, origin, addresses);
      ends.push(worker.stop);
      return worker;
    },
    filesForWorker: (hostname, origin, originHostname) => {
      const { folder, issuer, origins } = made().local;
      const pem = readFileSync(join(folder, "PULL_CERT_SHOP.pem"));
      const fingerprint = fingerprintOf(new X509Certificate(pem).raw);
      const own = origins.get(originHostname);
      return filesOf({ [hostname]: entry(origin, "ANY", fingerprint) }, issuer, own);
    },
    filesForShop: () => {
      const { issuer, origin, shop } = made().keys;
      const hosts = { "shop.example.com": entry(`https://${SHOP}`, "SHOP", shop.fingerprint) };
      return filesOf(hosts, issuer.certificate, origin.get(SHOP));
    },
    end: (end) => ends.push(end),
  };
}

/** An entry that a Worker presents for. */
export function entry(origin: unknown, binding: string, fingerprint: string): object {
  const accept = { issuer: "own", certificates: [fingerprint] };
  return { origin, present: { by: "worker", binding }, accept };
}

/** A mapping with these entries and one issuer. */
export function mappingText(hosts: object): string {
  return JSON.stringify({ version: 1, issuers: { own: { certificates: "issuer.pem" } }, hosts });
}

function filesOf(
  hosts: object,
  issuer: string,
  own: { readonly certificate: string; readonly key: string } | undefined,
): Readonly<Record<string, string>> {
  return {
    "mapping.json": mappingText(hosts),
    "issuer.pem": issuer,
    "origin.pem": own?.certificate ?? "",
    "origin.key": own?.key ?? "",
  };
}
