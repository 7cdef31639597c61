import type { PemBlock } from "../../origin-verifier/certificate/pem-blocks.ts";
import { pathTo } from "../../shared/problem.ts";
import { UNREADABLE, type Found } from "./lint-finding.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/*
 * Our own reader takes a byte order mark, CRLF and comments between blocks; the parsers behind Cloudflare's endpoints have
 * been seen to stumble over each of them. What is uploaded has none.
 */

/**
 * The form of a PEM file, whatever is in its blocks.
 *
 * @param again the command that writes the file anew, in the plain form.
 */
export function formFindings(text: string, again: string): readonly Found[] {
  const found: Found[] = [];
  const add = (wrong: boolean, message: string, path = ""): void => {
    if (wrong) found.push({ path, message, otherwise: UNREADABLE, next: again });
  };
  const lines = text.split("\n");
  add(text.startsWith("\uFEFF"), "begins with a byte order mark");
  if (text.includes("\r")) {
    found.push({
      severity: "warning",
      path: "",
      message: "has CRLF line endings",
      otherwise: "some parsers of PEM read a certificate as damaged",
      next: again,
    });
  }
  // Without any block the whole is no PEM, which is said by whoever reads it.
  const stray = /^-----BEGIN /m.test(text) ? strayLine(lines) : null;
  if (stray !== null) {
    const what = /^\s*(?:Bag Attributes|localKeyID|friendlyName|subject|issuer)\b/i.test(stray.line)
      ? "bag attributes, which `openssl pkcs12` writes"
      : "text";
    add(true, `holds ${what} outside of its blocks`, `line ${stray.number}`);
  }
  return found;
}

/** The first line that is neither in a block nor blank. */
function strayLine(
  lines: readonly string[],
): { readonly line: string; readonly number: number } | null {
  let isInside = false;
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/^\uFEFF/, "").trim();
    if (/^-----BEGIN [^-]+-----$/.test(line)) isInside = true;
    else if (/^-----END [^-]+-----$/.test(line)) isInside = false;
    else if (!isInside && line !== "") return { line, number: index + 1 };
  }
  return null;
}

/** A file of certificates holds certificates: a key in it goes wherever the certificate goes. */
export function keyInCertificateFile(blocks: readonly PemBlock[], file: string): readonly Found[] {
  return blocks.flatMap(({ label }, index): Found[] =>
    label.endsWith("PRIVATE KEY")
      ? [
          {
            path: pathTo("blocks", index),
            message: "is a private key: certificate and key go into files of their own",
            otherwise: UNREADABLE,
            next: `openssl x509 -in ${shellQuote(file)} -out CERT.pem, then openssl pkey -in ${shellQuote(file)} -out KEY.key and chmod 600 KEY.key; issue anew where others could read ${file}`,
          },
        ]
      : [],
  );
}
