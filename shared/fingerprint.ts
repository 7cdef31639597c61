declare const fingerprintBrand: unique symbol;

/** SHA-256 of a certificate's DER, written `sha256:` and 64 lower-case hex digits. */
export type Fingerprint = string & { readonly [fingerprintBrand]: true };

const WRITTEN = /^sha256:[0-9a-f]{64}$/;
const HEX = /^[0-9a-f]+$/i;
const BASE64_OF_32_BYTES = /^[A-Za-z0-9+/]{43}=?$/;
// What stands before the digits: openssl's "sha256 Fingerprint=", a browser's "SHA-256:", and another hash's name.
const LABEL = /^sha-?\d{1,3}(?: fingerprint)?[:=]\s*/i;

/** Reads the one written form; null for whatever is not it. */
export function parseFingerprint(raw: string): Fingerprint | null {
  return WRITTEN.test(raw) ? (raw as Fingerprint) : null;
}

/** Says why a text is no fingerprint: the mistakes that people make when they copy one from another tool. */
export function fingerprintProblem(raw: string): string {
  const bare = raw.trim().replace(LABEL, "");
  const digits = bare.replaceAll(/[\s:]/g, "");
  if (BASE64_OF_32_BYTES.test(bare)) {
    return "not a sha256 fingerprint (base64: write the same 32 bytes as 64 hex digits)";
  }
  if (!HEX.test(digits)) return "not a sha256 fingerprint (sha256: and 64 hex digits)";
  if (digits.length === 64) {
    return `not a sha256 fingerprint as it is written here; did you mean sha256:${digits.toLowerCase()}?`;
  }
  if (digits.length === 40) {
    return "not a sha256 fingerprint (40 hex digits: that is SHA-1; ask for SHA-256)";
  }
  const hint = digits.length < 64 ? "is it cut?" : "another hash, or two of them?";
  return `not a sha256 fingerprint (${digits.length} hex digits; ${hint})`;
}
