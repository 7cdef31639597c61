import path from "node:path";
import type { Mapping } from "../../shared/mapping.ts";
import { readText } from "../manners/read-text.ts";
import { readIssuerText, type KnownIssuers } from "./read-outline.ts";

/** Reads the issuers of a mapping from the files that it names, relative to itself. */
export function readKnownIssuers({ issuers }: Mapping, mappingFile: string): KnownIssuers {
  return new Map(
    [...issuers].map(([name, { certificates }]) => {
      const text = readText(path.resolve(path.dirname(mappingFile), certificates));
      return [name, text.ok ? readIssuerText(text.value) : []];
    }),
  );
}
