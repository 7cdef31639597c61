import { failed, parsed } from "../../shared/problem.ts";
import type { Parsed } from "../../shared/problem.ts";

/** One block of a PEM file (RFC 7468), still of any kind. */
export interface PemBlock {
  /** What stands between `BEGIN` and the dashes: `CERTIFICATE`, `X509 CRL`, `EC PRIVATE KEY`, ... */
  readonly label: string;
  /** The decoded bytes: of any content, but strictly decoded (RFC 7468 3, RFC 4648 4). */
  readonly der: Buffer;
  /** The block as it is written, for parsers that must see a key's headers themselves. */
  readonly text: string;
}

const BEGIN = /^-----BEGIN ([A-Z0-9][A-Z0-9 ]*)-----$/;
const END = /^-----END ([A-Z0-9][A-Z0-9 ]*)-----$/;
// A boundary that lost a dash or gained a blank is, for OpenSSL, a comment: the block behind it silently disappears.
const DAMAGED = /^-+ *(?:BEGIN|END)\b/i;
// What DER looks like once it has been read as UTF-8: NUL, or the replacement character.
const BINARY = /[\0\uFFFD]/;

/**
 * Splits a PEM file into its blocks, counting every one. OpenSSL (and with it Node's `ca`) stops at the first block
 * that it cannot read and says nothing: a bundle cut in the middle then trusts fewer issuers than the file shows.
 *
 * Comments between the blocks, indentation, CRLF and a byte order mark are fine: published bundles have them.
 */
export function readPemBlocks(text: string): Parsed<readonly [PemBlock, ...PemBlock[]]> {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim());
  if (lines.every((line) => line === "")) return failed("", "the file is empty");
  const blocks: PemBlock[] = [];
  let open: { label: string; line: number; start: number } | null = null;
  for (const [index, line] of lines.entries()) {
    const at = `line ${index + 1}`;
    const begin = BEGIN.exec(line)?.[1];
    const end = END.exec(line)?.[1];
    if (begin !== undefined) {
      if (open !== null) {
        return failed(
          "",
          `${at}: BEGIN ${begin} inside the block of line ${open.line}: is the file cut?`,
        );
      }
      open = { label: begin, line: index + 1, start: index };
    } else if (end !== undefined) {
      if (open === null) return failed("", `${at}: END ${end} without its BEGIN: is the file cut?`);
      if (open.label !== end) {
        return failed("", `${at}: END ${end} closes the BEGIN ${open.label} of line ${open.line}`);
      }
      const inside = lines.slice(open.start + 1, index);
      const whole = [`-----BEGIN ${end}-----`, ...inside, `-----END ${end}-----`, ""];
      blocks.push({ label: end, der: decode(inside), text: whole.join("\n") });
      open = null;
    } else if (DAMAGED.test(line)) {
      return failed(
        "",
        `${at}: a damaged BEGIN or END line (five dashes before and after, none missing)`,
      );
    }
  }
  if (open !== null) {
    return failed("", `line ${open.line}: BEGIN ${open.label} without its END: is the file cut?`);
  }
  const [first, ...rest] = blocks;
  return first === undefined ? failed("", noBlock(text)) : parsed([first, ...rest]);
}

/** The bytes of a block; empty where the text is no strict base64, which no parser of DER takes for anything. */
function decode(lines: readonly string[]): Buffer {
  const base64 = lines.join("").replaceAll(/[ \t]/g, "");
  const der = Buffer.from(base64, "base64");
  return der.toString("base64") === base64 ? der : Buffer.alloc(0);
}

function noBlock(text: string): string {
  return BINARY.test(text)
    ? "no PEM block; this looks like DER (or UTF-16): convert it with `openssl x509 -inform DER -in FILE`"
    : "no PEM block: a line -----BEGIN CERTIFICATE----- was expected";
}

/** Writes DER as a PEM block (RFC 7468 2), in lines of 64 as every reader takes them. */
export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
