declare const fingerprintBrand: unique symbol;

/** SHA-256 of a certificate's DER, written `sha256:` and 64 lower-case hex digits. */
export type Fingerprint = string & { readonly [fingerprintBrand]: true };

const PREFIX = "sha256:";
const WRITTEN = /^sha256:[0-9a-f]{64}$/;
const HEX = /^[0-9a-f]*$/i;

/** Reads the one written form; null for whatever is not it. */
export function parseFingerprint(raw: string): Fingerprint | null {
  return WRITTEN.test(raw) ? (raw as Fingerprint) : null;
}

/** Says why a text is no fingerprint: the mistakes that people make when they copy one from another tool. */
export function fingerprintProblem(raw: string): string {
  const bare = raw.replace(/^sha256:/i, "");
  const digits = bare.replaceAll(":", "");
  if (HEX.test(digits) && digits.length === 64) {
    return `not a sha256 fingerprint as it is written here; did you mean ${PREFIX}${digits.toLowerCase()}?`;
  }
  if (HEX.test(digits) && digits.length === 40) {
    return "not a sha256 fingerprint (40 hex digits: that is SHA-1; ask for SHA-256)";
  }
  if (HEX.test(digits) && digits.length > 0) {
    const hint = digits.length < 64 ? "is it cut?" : "are there two?";
    return `not a sha256 fingerprint (${digits.length} hex digits; ${hint})`;
  }
  return `not a sha256 fingerprint (${PREFIX} and 64 hex digits)`;
}
