import { expect, test } from "vitest";
import { TROUBLE_WORDS, troubleStatus } from "../../../cli/local-edge/pull-trouble.ts";

test.each([
  ["dial", "ECONNREFUSED", false, 521],
  ["dial", "not done in 19000 ms", true, 522],
  ["dial", "ETIMEDOUT", false, 522],
  ["dial", "EHOSTUNREACH", false, 523],
  ["dial", "ENETUNREACH", false, 523],
  ["dial", "ENOTFOUND", false, 530],
  ["dial", "ECONNRESET", false, 520],
  ["handshake", "ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN", false, 525],
  ["handshake", "not done in 15000 ms", true, 525],
  ["origin-certificate", "DEPTH_ZERO_SELF_SIGNED_CERT", false, 526],
  ["answer", "ECONNRESET", false, 520],
  ["answer", "HPE_INVALID_CONSTANT", false, 520],
  ["answer", "not done in 120000 ms", true, 524],
] as const)("%s, %s (late: %s) is %i", (stage, detail, late, status) => {
  expect(troubleStatus({ stage, detail, late })).toBe(status);
  expect(TROUBLE_WORDS[status]).not.toContain(detail);
});
