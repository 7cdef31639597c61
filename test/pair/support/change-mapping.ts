import { readFile, writeFile } from "node:fs/promises";
import { expect } from "vitest";
import type { LocalWorld } from "../../../cli/local-world/local-world.ts";
import { SHOP } from "./names.ts";

/** The document of a world's mapping, as far as tests change it. */
export interface MappingDocument {
  issuers: Record<string, { certificates: string }>;
  hosts: Record<string, { accept: { issuer: string; certificates: string[] } }>;
}

/**
 * Changes the verifier's mapping, has it reloaded by SIGHUP, and waits until the new trust is in force.
 *
 * @returns the way back to the mapping as it was, by another reload.
 */
export async function changeMapping(
  world: LocalWorld,
  change: (mapping: MappingDocument) => void,
): Promise<() => Promise<void>> {
  const before = await readFile(world.layout.mapping, "utf8");
  const mapping = JSON.parse(before) as MappingDocument;
  change(mapping);
  await put(world, JSON.stringify(mapping));
  return async () => await put(world, before);
}

/** A change after which the verifier accepts another certificate for shop than the one that its binding presents. */
export function noLongerListed({ hosts }: MappingDocument): void {
  const accept = hosts[SHOP]?.accept;
  if (accept !== undefined) accept.certificates = [`sha256:${"0".repeat(64)}`];
}

async function put(world: LocalWorld, text: string): Promise<void> {
  const { events } = world.verifierEvents;
  const swaps = (): number => events.filter(({ event }) => event === "trust-swapped").length;
  const before = swaps();
  await writeFile(world.layout.mapping, text);
  process.kill(world.verifierPid, "SIGHUP");
  await expect.poll(swaps).toBeGreaterThan(before);
}
