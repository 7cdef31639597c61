import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BLOG, pki, plainMapping, SHOP, type Pki } from "../../../support/verifier-world.ts";

/** A folder with everything that the verifier is started with: all of it good, until a test makes some of it bad. */
export interface VerifierFiles {
  readonly folder: string;
  readonly pki: Pki;
  /** The path of a file in the folder. */
  readonly path: (name: string) => string;
  readonly write: (name: string, text: string) => Promise<void>;
  readonly read: (name: string) => Promise<string>;
  /** Flags that start it on a port of the system's choice, before an application at this address. */
  readonly flags: (application?: string) => string[];
  readonly remove: () => Promise<void>;
}

/** The mapping of a folder as tests change it. */
export type MappingText = ReturnType<typeof plainMapping>;

/**
 * Makes one: `mapping.json`, `issuer.pem` and `other.pem` (its two issuers), and for each of the two origin hostnames
 * `NAME.pem` and `NAME.key`.
 */
export async function makeVerifierFiles(): Promise<VerifierFiles> {
  const keys = await pki();
  const folder = await mkdtemp(join(tmpdir(), "pullproof-command-"));
  const path = (name: string): string => join(folder, name);
  const write = async (name: string, text: string): Promise<void> =>
    await writeFile(path(name), text, { mode: 0o600 });
  await write("mapping.json", JSON.stringify(plainMapping(keys), null, 2));
  await write("issuer.pem", keys.issuer.certificate);
  await write("other.pem", keys.otherIssuer.certificate);
  for (const hostname of [SHOP, BLOG]) {
    const own = keys.origin.get(hostname);
    await write(`${hostname}.pem`, own?.certificate ?? "");
    await write(`${hostname}.key`, own?.key ?? "");
  }
  return {
    folder,
    pki: keys,
    path,
    write,
    read: async (name) => await readFile(path(name), "utf8"),
    flags: (application = "http://127.0.0.1:9") => [
      `--mapping=${path("mapping.json")}`,
      `--certificate=${path(`${SHOP}.pem`)}`,
      `--key=${path(`${SHOP}.key`)}`,
      `--application=${application}`,
      "--listen=127.0.0.1:0",
    ],
    remove: async () => await rm(folder, { recursive: true, force: true }),
  };
}
