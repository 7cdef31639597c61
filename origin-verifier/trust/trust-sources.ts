import type { ServedOrigins } from "./origin-files.ts";

/** Where a trust is built from. */
export interface TrustSources {
  /** Path of the mapping file. */
  readonly mapping: string;
  readonly origins: ServedOrigins;
}
