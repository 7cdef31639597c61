/**
 * Who reads the pulls that are proxied. `fast`: a reader of the ordinary ones, in the canonical subset of HTTP/1.1, which hands
 * everything else over to Node's parser. `node`: Node's parser, all of them, as wherever each connection to the application
 * begins with a PROXY protocol header.
 */
export type Reader = "fast" | "node";

/** The values of it, the default first. */
export const READERS = ["fast", "node"] as const satisfies readonly Reader[];
