import { expect, test } from "vitest";
import {
  datedCertificates,
  datedCrls,
} from "../../../origin-verifier/observations/dated-certificates.ts";
import { createObservations } from "../../../origin-verifier/observations/observations.ts";
import {
  acceptedPull,
  fingerprint,
  madeUpTrust,
  refusedPull,
} from "../../support/made-up-trust.ts";

const START = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;
const ORIGIN = "origin-shop.example.net";
const TENANT = "origin-tenant.example.net";

function begin() {
  const trust = madeUpTrust(
    {
      [ORIGIN]: {
        hostnames: ["shop.example.com"],
        accepts: [fingerprint(1), fingerprint(2)],
        originNotAfter: 5,
      },
      [TENANT]: {
        hostnames: ["tenant.example.com"],
        accepts: { names: ["tenant.example.com"] },
        originNotAfter: 6,
      },
    },
    { issuerNotAfter: 7, revocationUntil: 8 },
  );
  const clock = { now: START };
  const observations = createObservations({ trust: () => trust, now: () => clock.now });
  const pulls = () =>
    datedCertificates(trust, observations, clock.now).filter(({ kind }) => kind === "pull");
  return { trust, clock, observations, pulls };
}

test("a certificate that is refused has no end that matters", () => {
  const { observations, pulls } = begin();
  observations.take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(3)));
  observations.take(refusedPull("certificate-expired", ORIGIN, fingerprint(2)));
  expect(pulls()).toEqual([]);
});

test("an accepted one is dated from when it is first seen", () => {
  const { observations, pulls } = begin();
  observations.take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1), START + HOUR));
  expect(pulls()).toEqual([
    {
      kind: "pull",
      name: "shop.example.com",
      fingerprint: fingerprint(1),
      notAfter: START + HOUR,
      lastSeen: START,
    },
  ]);
});

test("a listed one that has expired stays dated: it is still in the list, and still presented", () => {
  const { observations, clock, pulls } = begin();
  observations.take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1), START + 1));
  clock.now += 9 * HOUR;
  expect(pulls()).toHaveLength(1);
});

test("short-lived ones that are over and no longer presented are history", () => {
  const { observations, clock, pulls } = begin();
  for (const n of [11, 12]) {
    observations.take(
      acceptedPull("tenant.example.com", TENANT, fingerprint(n), clock.now + 2 * HOUR),
    );
    clock.now += 1.5 * HOUR;
  }
  expect(pulls().map((one) => one.fingerprint)).toEqual([fingerprint(12)]);
});

test("origin certificates, issuers and revocation lists are dated from the start", () => {
  const { trust, observations } = begin();
  const ends = datedCertificates(trust, observations, START);
  expect(ends.map(({ kind, name, notAfter }) => [kind, name, notAfter])).toEqual([
    ["origin", ORIGIN, 5],
    ["origin", TENANT, 6],
    ["issuer", "own", 7],
  ]);
  expect(datedCrls(trust)).toEqual([{ name: "own", nextUpdate: 8 }]);
});
