/**
 * Who reads the pulls that are proxied. `fast`: a strict reader of the canonical subset of HTTP/1.1, which hands everything
 * else to Node's parser. `node`: Node's parser, all of them.
 */
export type Reader = "fast" | "node";

/** The values of it, the default first. */
export const READERS = ["fast", "node"] as const satisfies readonly Reader[];
