import { refusal, type Refusal } from "../judge/refusal.ts";

/**
 * What Node's parser found wrong, as a refusal; null where nobody did anything wrong but leave.
 *
 * @param error as `clientError` gives it. Codes: https://nodejs.org/api/http.html#event-clienterror and llhttp's own.
 */
export function parserRefusal(error: Error & { readonly code?: string }): Refusal | null {
  const code = error.code ?? "";
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return refusal("headers-too-large", code);
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return refusal("content-too-large", code);
    case "HPE_INVALID_VERSION":
    case "HPE_PAUSED_H2_UPGRADE":
      return refusal("version-not-supported", code);
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return refusal("request-timeout", code);
    case "HPE_INVALID_EOF_STATE":
      // The peer left in the middle of a body: nothing was malformed but the end, and nobody is there to answer.
      return null;
    default:
      return code.startsWith("HPE_")
        ? refusal("malformed-request", `${code}: ${error.message}`)
        : null;
  }
}
