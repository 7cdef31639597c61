import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern } from "../../shared/hostname.ts";
import type { Mapping } from "../../shared/mapping.ts";
import type { Observed } from "../observe/observed.ts";

/** All that a plan is derived from. The same situation always gives the same plan: nothing is remembered. */
export interface Situation {
  readonly mapping: Mapping;
  /** SHA-256 of its file's text, hex: by this a verifier says which mapping it decides by. */
  readonly mappingDigest: string;
  readonly observed: Observed;
  readonly terms: Terms;
}

/** On which terms the operator wants it done. */
export interface Terms {
  /** Milliseconds without a pull before a certificate is no longer accepted. */
  readonly quiet: number;
  /** Milliseconds of life left from which on a certificate is due to be rotated. */
  readonly renewBefore: number;
  /** With no verifier named: the operator says, in words, that all of them accept what the mapping lists. */
  readonly assumeAccepted: boolean;
  /** With no verifier named: the operator says, in words, that nobody pulls with a retiring certificate any more. */
  readonly assumeQuiet: boolean;
}

/** What `rotate` was asked for. */
export interface Rotation {
  readonly hostname: HostPattern;
  /** The certificate to rotate to, where it was given; null: derived. */
  readonly to: Fingerprint | null;
  /** Start one although none is due. */
  readonly anew: boolean;
}
