import type { Fingerprint } from "../../shared/fingerprint.ts";

/**
 * How far a hostname is on the way from one pull certificate to the next, as its verifier can see it. `accept`: another one
 * is listed, and nobody has pulled with it since the watching began. `present`: pulls come with more than one. `retire`:
 * nobody has pulled with what stands behind the first for the quiet time.
 */
export type RotationStage = "accept" | "present" | "retire";

/** Milliseconds without a pull after which a certificate may be retired: the default of `pullproof rotate --quiet`. */
export const QUIET_MS = 86_400_000;

/**
 * The stage that the list and what was seen say; null where one certificate alone is listed. It is derived from them each
 * time, as the operator's tool derives its next step: nothing is remembered.
 *
 * @param listed the accepted certificates in the mapping's order: the first is the one that is to be presented.
 */
export function rotationStage(
  listed: readonly Fingerprint[],
  seen: readonly { readonly fingerprint: Fingerprint; readonly lastSeen: number }[],
  now: number,
): RotationStage | null {
  const [, ...others] = listed;
  if (others.length === 0) return null;
  const lastSeen = others.flatMap((fingerprint) =>
    seen.filter((one) => one.fingerprint === fingerprint).map((one) => one.lastSeen),
  );
  if (lastSeen.length === 0) return "accept";
  return now - Math.max(...lastSeen) < QUIET_MS ? "present" : "retire";
}
