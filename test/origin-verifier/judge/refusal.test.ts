import { expect, test } from "vitest";
import {
  refusal,
  refusalStatus,
  type RefusalReason,
} from "../../../origin-verifier/judge/refusal.ts";

/** Every reason and its status: a new one does not compile until it stands here. */
const STATUSES: Record<RefusalReason, number> = {
  "no-certificate": 403,
  "unknown-issuer": 403,
  "session-resumed": 403,
  "malformed-certificate": 403,
  "not-version-3": 403,
  "certificate-is-a-ca": 403,
  "not-for-client-auth": 403,
  "weak-key": 403,
  "weak-signature": 403,
  "outside-profile": 403,
  "certificate-not-yet-valid": 403,
  "certificate-expired": 403,
  "wrong-issuer": 403,
  "refused-by-engine": 403,
  "certificate-revoked": 403,
  "revocation-unknown": 403,
  "certificate-not-accepted": 403,
  "name-not-accepted": 403,
  "address-not-accepted": 403,
  "secret-not-accepted": 403,
  "token-not-accepted": 403,
  misdirected: 421,
  "malformed-request": 400,
  "body-not-allowed": 400,
  "method-not-allowed": 405,
  "request-timeout": 408,
  "content-too-large": 413,
  "expectation-failed": 417,
  "headers-too-large": 431,
  "version-not-supported": 505,
  "application-unreachable": 502,
  "application-timeout": 504,
};

test.each(Object.entries(STATUSES))("%s is a %i", (reason, status) => {
  expect(refusalStatus(reason as RefusalReason)).toBe(status);
});

test("a stranger who is refused cannot tell from the status what is wrong with a certificate", () => {
  const ofCertificates = Object.entries(STATUSES).filter(([reason]) =>
    /certificate|issuer|weak|version-3|client-auth|revo|(?:name|address|secret|token)-not|engine|resumed/.test(
      reason,
    ),
  );
  expect(new Set(ofCertificates.map(([, status]) => status))).toEqual(new Set([403]));
});

test("a refusal is its reason and its detail", () => {
  expect(refusal("misdirected", "why")).toEqual({ reason: "misdirected", detail: "why" });
});
