import type { Reader } from "../../origin-verifier/fast-path/reader.ts";

/** Who reads what is proxied, in tests of both: PULLPROOF_READER says `fast` for a run with the strict reader. */
export const READER: Reader = process.env["PULLPROOF_READER"] === "fast" ? "fast" : "node";
