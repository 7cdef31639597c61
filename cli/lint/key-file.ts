import type { PemBlock } from "../../origin-verifier/certificate/pem-blocks.ts";
import { isSeedOnly } from "../certificates/ml-dsa.ts";
import { UNREADABLE, type Found } from "./lint-finding.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** RFC 5958 beside the older forms, of one kind of key each (RFC 8017, RFC 5915). */
const OLDER: ReadonlyMap<string, string> = new Map([
  ["RSA PRIVATE KEY", "PKCS#1"],
  ["EC PRIVATE KEY", "SEC 1"],
]);

/**
 * The form in which a key is written.
 *
 * @param mode the file's permission bits.
 */
export function keyFileFindings(
  blocks: readonly PemBlock[],
  file: string,
  mode: number,
): readonly Found[] {
  const found: Found[] = [];
  if ((mode & 0o077) !== 0) {
    found.push({
      severity: "warning",
      path: "",
      message: `can be read by others (mode ${(mode & 0o777).toString(8)})`,
      otherwise: "whoever reads it can pull from your origin",
      next: `chmod 600 ${shellQuote(file)}`,
    });
  }
  for (const { label, der, text } of blocks) {
    const older = OLDER.get(label);
    if (text.includes("Proc-Type: 4,ENCRYPTED")) continue;
    if (older !== undefined) {
      found.push({
        severity: "warning",
        path: "",
        message: `is written as ${older} (BEGIN ${label}), and not as PKCS#8`,
        otherwise: "Cloudflare takes it; other tools on the way want PKCS#8",
        next: rewrite(file),
      });
    }
    if (label === "EC PARAMETERS") {
      found.push({
        path: "",
        message:
          "holds a block EC PARAMETERS before the key, which `openssl ecparam -genkey` writes",
        otherwise: UNREADABLE,
        next: rewrite(file),
      });
    }
    if (label === "PRIVATE KEY" && isSeedOnly(der) === false) {
      found.push({
        path: "",
        message: "is an ML-DSA key with its expanded form, where Cloudflare wants the seed alone",
        otherwise: UNREADABLE,
        next: `openssl pkey -in ${shellQuote(file)} -provparam ml-dsa.output_formats=seed-only -out ${shellQuote(`${file}.new`)}`,
      });
    }
  }
  return found;
}

/** The command that writes a key anew, as PKCS#8. */
export function rewrite(file: string): string {
  const [old, fresh] = [shellQuote(file), shellQuote(`${file}.new`)];
  return `(umask 077; openssl pkey -in ${old} -out ${fresh}) && mv ${fresh} ${old}`;
}
