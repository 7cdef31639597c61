import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { tellOneStory } from "../../support/one-story.ts";
import { fingerprintOf } from "../../../origin-verifier/certificate/fingerprint-of.ts";
import { useTemporaryFoldersOfFile } from "../../cli/rotation/support/folder.ts";
import {
  NEWS,
  startRotationWorld,
  type RotationWorld,
} from "../../cli/rotation/support/rotation-world.ts";
import { LOCAL, localBinding } from "../../cli/support/project.ts";
import { editMapping } from "./mapping-by-hand.ts";
import { openRunbook, type Runbook } from "./open-runbook.ts";

export const ORIGIN_SHOP = "origin-shop.example.net";

/** Nobody can be asked here, and nobody waits for hours. */
export const TOLD: readonly string[] = ["--yes", "--wait", "5s"];
export const NOW: readonly string[] = ["--yes", "--wait", "0"];

/** A runbook in hand, and the project in which it is followed. */
export interface InHand {
  readonly world: () => RotationWorld;
  readonly book: () => Runbook;
  /** Edits the mapping by hand, and brings it to the verifiers. */
  readonly mappingOnVerifiers: (edit: Parameters<typeof editMapping>[1]) => Promise<void>;
  /** The same command again, and the mapping brought to the verifiers, until nothing is left: as the pages say. */
  readonly goOn: (args: readonly string[]) => Promise<void>;
  readonly fingerprintAt: (file: string) => string;
  /** The certificate that was issued last, as the name of its files. */
  readonly newest: () => string;
  /** What doctor has to be told where no name of the mapping leads anywhere. */
  readonly here: () => Promise<readonly string[]>;
}

/**
 * For a block of tests: everything is presented already, as on the day before, and after them nothing that the page says is
 * left to run.
 *
 * @param days how long the certificates are valid that were issued a hundred days ago: too short, and nothing is presented.
 */
export function useRunbook(page: string, days?: number): InHand {
  const newFolder = useTemporaryFoldersOfFile();
  let world: RotationWorld;
  let book: Runbook;
  const isBroken = tellOneStory();
  beforeAll(async () => {
    world = await startRotationWorld(newFolder(), days);
    writeFileSync(path.join(world.folder, "wrangler.local.toml"), twin());
    book = openRunbook(page, world, NEWS);
    if (days !== undefined) return;
    const { status, stderr } = await world.run("apply", ...world.asked, "--deploy", ...TOLD);
    if (status !== 0) throw new Error(stderr);
  }, 120_000);
  afterAll(async () => {
    const left = book.left();
    await world.close();
    // Whoever adds a command to the page adds it to its story.
    if (!isBroken()) expect(left).toEqual([]);
  });
  return {
    world: () => world,
    book: () => book,
    mappingOnVerifiers: async (edit) => {
      editMapping(world.folder, edit);
      await world.copyMapping();
    },
    goOn: async (args) => {
      for (let round = 0; round < 6; round += 1) {
        const { status, stdout, stderr } = await world.run(...args, ...TOLD);
        if (status === 0) return;
        if (status !== 4) throw new Error(`${stdout}${stderr}`);
        await world.copyMapping();
      }
      throw new Error("it never ends");
    },
    fingerprintAt: (file) =>
      fingerprintOf(new X509Certificate(readFileSync(path.join(world.folder, file), "utf8")).raw),
    newest: () => {
      const changed = (file: string): number => statSync(path.join(world.folder, file)).mtimeMs;
      const keys = globSync("pki/*.key", { cwd: world.folder });
      const [newest = ""] = keys.toSorted((a, b) => changed(b) - changed(a));
      return path.basename(newest, ".key");
    },
    here: async () => [
      "--no-worker",
      "--address",
      `127.0.0.1:${world.verifier.port}`,
      "--plain-port",
      String(await closedPort()),
      "--origin-ca",
      "pki/issuer.pem",
    ],
  };
}

function twin(): string {
  const top = LOCAL.slice(0, LOCAL.indexOf("[[services]]"))
    .replace('"pullproof"', '"pulls"')
    .replace('"worker/index.ts"', '"worker.js"');
  return `${top}${localBinding("PULL_CERT_SHOP", ORIGIN_SHOP)}`;
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
