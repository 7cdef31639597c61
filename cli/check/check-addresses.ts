import { dirname, join } from "node:path";
import { parseAddressRanges } from "../../origin-verifier/trust/address-ranges.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { findingsIn, type Finding } from "../manners/finding.ts";
import { readText, type ReadText } from "../manners/read-text.ts";

/** Every file of address ranges is there and is what the verifier needs: by the same rules by which it starts. */
export function checkAddresses(
  mapping: Mapping,
  mappingFile: string,
  read: ReadText = readText,
): readonly Finding[] {
  const named = mapping.entries.flatMap(({ accept: { also } }) => also.addresses ?? []);
  return [...new Set(named)].flatMap((addresses) => {
    const file = join(dirname(mappingFile), addresses);
    const text = read(file);
    const parsed = text.ok ? parseAddressRanges(text.value) : text;
    const next = `Cloudflare's: pullproof fetch addresses --out ${file}`;
    return parsed.ok ? [] : findingsIn(file, parsed.problems, next);
  });
}
