import { readFileSync } from "node:fs";
import path from "node:path";
import type { RotationWorld } from "../../cli/rotation/support/rotation-world.ts";
import type { Ran } from "../../cli/support/run-pullproof.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../../docs/runbooks");

/** A runbook in somebody's hands: its commands, in its order, run as they stand there. */
export interface Runbook {
  /**
   * Runs the next command that was not run yet, which has to be this one, with what only a test has to add.
   *
   * @param begins how the command begins, behind `pullproof`: whoever reorders the page sees it here.
   */
  readonly run: (begins: string, ...more: readonly string[]) => Promise<Ran>;
  /** The commands that nobody has run. */
  readonly left: () => readonly string[];
}

/** Where the page names a verifier, and a hostname of the edge's, of somebody's own. */
const VERIFIER = "http://127.0.0.1:9464";
const EDGE_HOSTNAME = "docs.example.com";

/** The commands of a page: those that stand in blocks for a shell, and those in the text. */
export function commandsOf(page: string): readonly string[] {
  const text = readFileSync(path.join(FOLDER, page), "utf8").replaceAll(/\\\n\s*/g, " ");
  const found = text.matchAll(/```sh\n(?<block>[^]*?)```|`(?<inline>(?:npx )?pullproof [^`]+)`/g);
  return [...found].flatMap(({ groups }) =>
    [...(groups?.["block"] ?? groups?.["inline"] ?? "").matchAll(COMMAND)].map(([, line = ""]) =>
      line.trim(),
    ),
  );
}

const COMMAND = /^\s*(?:npx )?pullproof (.+)$/gm;

/** Takes one in hand. */
export function openRunbook(page: string, world: RotationWorld, edgeHostname: string): Runbook {
  const left = [...commandsOf(page)];
  return {
    run: async (begins, ...more) => {
      const line = left.shift() ?? "(nothing)";
      if (!line.startsWith(begins)) throw new Error(`${page} says: pullproof ${line}`);
      const args = line
        .replaceAll(VERIFIER, world.asked[1])
        .replaceAll(EDGE_HOSTNAME, edgeHostname)
        .match(/"[^"]*"|\S+/g);
      return await world.run(...(args ?? []).map((one) => one.replaceAll('"', "")), ...more);
    },
    left: () => left,
  };
}
