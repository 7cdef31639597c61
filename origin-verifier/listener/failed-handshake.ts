import type { Hostname } from "../../shared/hostname.ts";

/** What the engine says where it has no certificate to show: of a name that nobody serves, and of no name. */
const NO_CERTIFICATE = new Set([
  "ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM",
  "ERR_SSL_NO_SHARED_CIPHER",
]);

/**
 * Why a handshake failed, for the operator's log: the engine's own code, and what it is too polite to say.
 *
 * @param named as `NamedHostnames.of` gives it.
 * @param isServed whether that hostname has an origin certificate here.
 */
export function failedHandshakeDetail(
  error: Error & { readonly code?: string },
  named: Hostname | null | undefined,
  isServed: boolean,
): string {
  const code = error.code ?? error.message;
  if (isServed || !NO_CERTIFICATE.has(code)) return code;
  if (named === undefined) return `the handshake named no hostname (${code})`;
  if (named === null) return `the handshake named something that is no hostname (${code})`;
  return `no origin hostname of the mapping: ${named} (${code})`;
}
