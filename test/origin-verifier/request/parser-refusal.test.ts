import { expect, test } from "vitest";
import { parserRefusal } from "../../../origin-verifier/request/parser-refusal.ts";

const refusalOf = (code?: string) =>
  parserRefusal(Object.assign(new Error("words"), code === undefined ? {} : { code }));

test.each([
  ["HPE_HEADER_OVERFLOW", "headers-too-large"],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", "content-too-large"],
  ["HPE_INVALID_VERSION", "version-not-supported"],
  ["HPE_PAUSED_H2_UPGRADE", "version-not-supported"],
  ["ERR_HTTP_REQUEST_TIMEOUT", "request-timeout"],
  ["HPE_INVALID_METHOD", "malformed-request"],
  ["HPE_OF_A_LATER_NODE", "malformed-request"],
])("%s is %s", (code, reason) => {
  expect(refusalOf(code)).toMatchObject({ reason });
  expect(refusalOf(code)?.detail).toContain(code);
});

test.each([
  "ECONNRESET",
  "EPIPE",
  "HPE_INVALID_EOF_STATE",
  "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
  undefined,
])("%s is nobody's fault that is still there", (code) => {
  expect(refusalOf(code)).toBeNull();
});
