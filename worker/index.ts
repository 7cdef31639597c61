import mapping from "../mapping.json";
import { createWorker } from "./worker.ts";

// Does not compile where the mapping presents a binding that wrangler.toml does not declare.
export type { MappingBinding } from "./generated/mapping-bindings.ts";

// Read once, at start-up: Cloudflare runs this at upload, so a mapping that does not parse is never deployed.
const worker = createWorker(mapping);

/** The pulling side by itself: for a cache that is put between the two (docs/decisions). */
export const Pull = worker.Pull;

/** The visitor's side: hostname, entry, cache, and then a pull or nothing. */
export default worker.gateway;
