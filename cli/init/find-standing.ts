import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseMappingText } from "../../shared/mapping-text.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { failure } from "../manners/failure.ts";
import { readText } from "../manners/read-text.ts";

/** The files that `init` writes, relative to the folder that it is run in. */
export const PLACES = {
  mapping: "mapping.json",
  configuration: "wrangler.toml",
  twin: "wrangler.local.toml",
  entry: "worker/index.ts",
  issuer: "pki/issuer",
  gitignore: ".gitignore",
  manifest: "package.json",
} as const;

/** wrangler looks for them in this order; it creates none of them for us. */
const CONFIGURATIONS = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/** What is in the folder already, and may stay or is to be edited; null for what is not there. */
export interface Standing {
  /** The mapping that came with the repository, of names that nobody has: it is replaced. */
  readonly example: { readonly text: string; readonly mapping: Mapping } | null;
  readonly configuration: { readonly file: string; readonly text: string } | null;
  readonly twin: string | null;
  readonly gitignore: string | null;
  readonly hasIssuer: boolean;
  readonly hasManifest: boolean;
}

/**
 * Looks at the folder.
 *
 * @throws {Failure} where somebody's mapping is there: what stands there is worth more than what could be made.
 */
export function findStanding(): Standing {
  return { example: findExample(), ...lookAround() };
}

/** The same where a mapping of somebody's is to be added to: beside it. */
export function lookAround(): Omit<Standing, "example"> {
  const file = CONFIGURATIONS.find((name) => existsSync(name));
  const text = file === undefined ? null : textOf(file);
  return {
    configuration: file === undefined || text === null ? null : { file, text },
    twin: textOf(PLACES.twin),
    gitignore: textOf(PLACES.gitignore),
    hasIssuer: existsSync(`${PLACES.issuer}.pem`),
    hasManifest: existsSync(PLACES.manifest),
  };
}

/** Whether a mapping is there that is somebody's: it is added to, and never overwritten. */
export function hasOwnMapping(): boolean {
  const text = textOf(PLACES.mapping);
  const mapping = text === null ? null : parseMappingText(text);
  return mapping !== null && !(mapping.ok && isExample(mapping.value));
}

function findExample(): Standing["example"] {
  const text = textOf(PLACES.mapping);
  if (text === null) return null;
  const mapping = parseMappingText(text);
  if (mapping.ok && isExample(mapping.value)) return { text, mapping: mapping.value };
  throw failure({
    file: PLACES.mapping,
    message: mapping.ok
      ? `is there already (${mapping.value.entries.map(({ hostname }) => hostname).join(", ")}), and is not overwritten`
      : "is there already, and does not parse",
    next: mapping.ok
      ? "add a hostname to it: pullproof init --add HOSTNAME=ORIGIN, or --edge HOSTNAME by itself; or move it away to begin anew"
      : "pullproof check says why; or move it away to begin anew",
  });
}

/** RFC 2606: names for documentation, which no zone of Cloudflare's has; and no issuer has been made for them. */
function isExample(mapping: Mapping): boolean {
  return (
    mapping.entries.every(({ hostname }) => /(?:^|\.)example\.(?:com|net|org)$/.test(hostname)) &&
    [...mapping.issuers.values()].every(({ certificates }) => !existsSync(join(".", certificates)))
  );
}

function textOf(file: string): string | null {
  const text = readText(file);
  if (text.ok) return text.value;
  if (!existsSync(file)) return null;
  throw failure({
    file,
    message: text.problems[0].message,
    next: "make it readable, or move it away",
  });
}
