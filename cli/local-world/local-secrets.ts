import { randomBytes } from "node:crypto";
import type { Entry, Mapping } from "../../shared/mapping.ts";
import { entriesByOrigin } from "../../origin-verifier/trust/group-policies.ts";

/** Throwaway secrets of one local world: what each half is given, by name. */
export interface LocalSecrets {
  /** For the Worker, which would not pull without. */
  readonly sent: Readonly<Record<string, string>>;
  /** For the verifier. */
  readonly accepted: Readonly<Record<string, string>>;
}

/**
 * Makes a secret up for everything that the mapping names, anew each time: the real ones stay where they are. Both halves
 * are given the same one under their own names, as an operator would.
 */
export function makeLocalSecrets({ entries }: Pick<Mapping, "entries">): LocalSecrets {
  const secret = randomBytes(24).toString("base64url");
  const named = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, secret] as const));
  return {
    sent: named(entries.flatMap((entry) => sentBy(entry) ?? [])),
    accepted: named(entries.flatMap(({ accept }) => accept.also.header ?? [])),
  };
}

/** Whether the pulls of an origin hostname carry the secret here: the Worker does send it, the local edge does not. */
export function carriesSecret(entry: Entry, mapping: Mapping): boolean {
  const group = entriesByOrigin(mapping).get(entry.origins[0].hostname) ?? [];
  return entry.accept.also.header !== null && group.every((one) => sentBy(one) !== null);
}

function sentBy({ present }: Entry): string | null {
  return present.by === "worker" ? present.header : null;
}
