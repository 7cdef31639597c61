import { deserialize, serialize } from "node:v8";
import { expect, it } from "vitest";
import { createObservations } from "../../../origin-verifier/observations/observations.ts";
import { reportOf, type WorkerReport } from "../../../origin-verifier/workers/worker-report.ts";
import { fingerprint, madeUpTrust } from "../../support/made-up-trust.ts";
import { SHOP } from "./reports.ts";

it("a report goes from process to process whole, whatever decides in the one that it is of", () => {
  const trust = madeUpTrust({
    "origin-shop.example.net": { hostnames: [SHOP], accepts: [fingerprint(1)] },
  });
  // Neither an engine's context nor a function can leave its process, and a report that holds one is never sent.
  const [origin] = [...trust.origins.values()];
  Object.assign(origin ?? {}, { context: () => {} });
  Object.assign(origin?.policy ?? {}, {
    addresses: { includes: () => true },
    secret: { includes: () => true },
    token: { doubtOf: () => null },
  });
  const observations = createObservations({ trust: () => trust, now: () => 1 });
  const report = reportOf(
    {
      observations,
      trust,
      files: new Map([["mapping.json", "digest"]]),
      connections: 3,
      distribution: {},
      accepted: [],
      now: 1,
    },
    0,
  );
  const arrived = deserialize(serialize(report)) as WorkerReport;
  expect(arrived).toEqual(report);
  expect([...arrived.trust.origins.values()][0]?.policy.accepts).toEqual({
    by: "fingerprint",
    fingerprints: new Set([fingerprint(1)]),
  });
});
