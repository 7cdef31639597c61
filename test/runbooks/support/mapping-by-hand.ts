import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What a person edits in a mapping. */
export interface ByHand {
  issuers: Record<string, { certificates: string }>;
  hosts: Record<string, { accept: { issuer: string; certificates: string[]; mode?: unknown } }>;
}

/** Edits the mapping of a project, as a person does it. */
export function editMapping(folder: string, edit: (mapping: ByHand) => void): void {
  const file = path.join(folder, "mapping.json");
  const mapping = JSON.parse(readFileSync(file, "utf8")) as ByHand;
  edit(mapping);
  writeFileSync(file, `${JSON.stringify(mapping, null, 2)}\n`);
}

/** The `accept` of a hostname that has to be there. */
export function acceptOf(mapping: ByHand, hostname: string): ByHand["hosts"][string]["accept"] {
  const accept = mapping.hosts[hostname]?.accept;
  if (accept === undefined) throw new Error(`no entry ${hostname}`);
  return accept;
}

/** Report mode until tomorrow. */
export function untilTomorrow(): { readonly report: string } {
  return { report: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10) };
}
