import type { KeyType } from "../certificates/key-type.ts";
import type { CloudflareWriter } from "./cloudflare-writer.ts";

/** What actions are done with. */
export interface Hands {
  readonly writer: CloudflareWriter;
  /** Path of the mapping. */
  readonly mappingFile: string;
  /** Path of wrangler's configuration. */
  readonly configurationFile: string;
  /** The folder of certificates and keys. */
  readonly certificates: string;
  readonly issuing: Issuing;
  /** Deploys an environment ("" is the top level) with the project's own wrangler. @throws {Failure} */
  readonly deploy: (environment: string) => Promise<void>;
  readonly now: () => Date;
}

/** How certificates are issued. */
export interface Issuing {
  readonly keyType: KeyType;
  readonly days: number;
}
