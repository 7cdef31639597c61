import { dirname, isAbsolute, join } from "node:path";
import { parseAccessKeys } from "../../origin-verifier/trust/access-keys.ts";
import { parseAddressRanges } from "../../origin-verifier/trust/address-ranges.ts";
import type { Mapping } from "../../shared/mapping.ts";
import type { Parsed } from "../../shared/problem.ts";
import { findingsIn, type Finding } from "../manners/finding.ts";
import { readText, type ReadText } from "../manners/read-text.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** Every file of another lock's is there and is what the verifier needs: by the same rules by which it starts. */
export function checkOtherLocks(
  mapping: Mapping,
  mappingFile: string,
  read: ReadText = readText,
): readonly Finding[] {
  const named = new Map<string, { parse: (text: string) => Parsed<unknown>; fetch: string }>();
  for (const { accept } of mapping.entries) {
    const { addresses, access } = accept.also;
    if (addresses !== null) named.set(addresses, { parse: parseAddressRanges, fetch: "addresses" });
    if (access !== null)
      named.set(access.keys, { parse: parseAccessKeys, fetch: `access ${access.team}` });
  }
  return [...named].flatMap(([path, { parse, fetch }]) => {
    const file = isAbsolute(path) ? path : join(dirname(mappingFile), path);
    const text = read(file);
    const parsed = text.ok ? parse(text.value) : text;
    const next = `Cloudflare's: pullproof fetch ${fetch} --out ${shellQuote(file)}`;
    return parsed.ok ? [] : findingsIn(file, parsed.problems, next);
  });
}
