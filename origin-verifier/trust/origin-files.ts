import type { Hostname } from "../../shared/hostname.ts";

/** Paths of the origin certificate (PEM, the leaf first) and its key (PEM). */
export interface OriginFiles {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Which origin hostnames this verifier serves: those that are named, each with its own files; or all that one
 * certificate covers.
 */
export type ServedOrigins =
  | { readonly by: "name"; readonly files: ReadonlyMap<Hostname, OriginFiles> }
  | { readonly by: "certificate"; readonly files: OriginFiles };
