import { beforeEach, describe, expect, test } from "vitest";
import {
  createObservations,
  type Observations,
  type Told,
} from "../../../origin-verifier/observations/observations.ts";
import { KEPT, LONGEST_DETAIL } from "../../../origin-verifier/observations/recent-events.ts";
import { UNLISTED_AT_MOST } from "../../../origin-verifier/observations/seen-certificates.ts";
import type { Trust } from "../../../origin-verifier/trust/trust.ts";
import type { HostPattern } from "../../../shared/hostname.ts";
import {
  acceptedPull,
  fingerprint,
  madeUpTrust,
  refusedPull,
  reportedPull,
  LISTENING,
} from "../../support/made-up-trust.ts";

const SHOP = "shop.example.com" as HostPattern;
const TENANT = "*.tenant.example.com" as HostPattern;
const ORIGIN = "origin-shop.example.net";
const TENANT_ORIGIN = "origin-tenant.example.net";
const START = Date.UTC(2030, 0, 1);
const HOUR = 3_600_000;

let now: number;
let trust: Trust;
let observations: Observations;

beforeEach(() => {
  now = START;
  trust = madeUpTrust({
    [ORIGIN]: { hostnames: [SHOP], accepts: [fingerprint(1), fingerprint(2)] },
    [TENANT_ORIGIN]: { hostnames: [TENANT, "tenant.example.com"], accepts: { names: ["x"] } },
  });
  observations = createObservations({ trust: () => trust, now: () => now });
});

const of = (hostname: HostPattern) => {
  const found = observations.hostnames().get(hostname);
  if (found === undefined) throw new Error(`${hostname} is not observed`);
  return found;
};
const seenFor = (hostname: HostPattern) => of(hostname).seen.map((seen) => seen.fingerprint);

describe("strangers", () => {
  test("mint no key and no memory, whatever they send, however often", () => {
    // As the judge gives them: a reason that proves an issuer never goes to a stranger.
    const reasons = [
      "no-certificate",
      "unknown-issuer",
      "weak-key",
      "certificate-expired",
      "misdirected",
    ] as const;
    for (let n = 0; n < 4_000; n += 1) {
      now += 1_000;
      const origin = n % 3 === 0 ? ORIGIN : `origin-${n}.example.org`;
      const detail = `${"x".repeat(5_000)}${n}`;
      const hostname = `h${n}.example.org`;
      for (const reason of reasons)
        observations.take(refusedPull(reason, origin, fingerprint(n + 10), { hostname, detail }));
      observations.take({ ...handshakeFailed, detail });
    }
    expect([...observations.hostnames().keys()]).toEqual([SHOP, TENANT, "tenant.example.com"]);
    expect(seenFor(SHOP)).toEqual([]);
    expect(observations.recent().length).toBeLessThanOrEqual(KEPT.strangers + KEPT.ours);
    const texts = observations.recent().map(({ event }) => ("detail" in event ? event.detail : ""));
    expect(Math.max(...texts.map((text) => text.length))).toBe(LONGEST_DETAIL);
    expect([...observations.elsewhere().refused.keys()]).toEqual(reasons);
  });

  test("do not wash away what happened to somebody of ours, nor the last reload", () => {
    observations.take({ event: "reload-failed", generation: 1, problems: [] });
    observations.take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(3)));
    for (let n = 0; n < 1_000; n += 1) {
      observations.take(refusedPull("no-certificate", ORIGIN));
      observations.take(handshakeFailed);
    }
    const kept = observations.recent().map(({ event }) => event.event);
    expect(kept).toHaveLength(KEPT.strangers + 2);
    expect(kept.slice(-2)).toEqual(["pull-refused", "reload-failed"]);
  });

  test("that name no origin hostname of ours share one count by reason", () => {
    observations.take(refusedPull("misdirected", "elsewhere.example.org"));
    observations.take(refusedPull("misdirected", null));
    expect(observations.elsewhere().refused.get("misdirected")?.total).toBe(2);
    expect(of(SHOP).refused.size).toBe(0);
  });
});

describe("certificates", () => {
  test("of our issuer are remembered though they are not accepted: somebody still presents them", () => {
    observations.take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(3)));
    expect(of(SHOP).seen).toMatchObject([
      { fingerprint: fingerprint(3), lastVerdict: "certificate-not-accepted", notAfter: null },
    ]);
  });

  test("that are listed are remembered whatever the reason", () => {
    observations.take(refusedPull("certificate-expired", ORIGIN, fingerprint(2)));
    expect(seenFor(SHOP)).toEqual([fingerprint(2)]);
  });

  test("that are listed are never forgotten; of all others the last seen remain", () => {
    observations.take(acceptedPull(SHOP, ORIGIN, fingerprint(1), START + HOUR));
    for (let n = 100; n < 1_100; n += 1) {
      now += 1_000;
      observations.take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(n)));
    }
    const seen = seenFor(SHOP);
    expect(seen).toHaveLength(UNLISTED_AT_MOST + 1);
    expect(seen[0]).toBe(fingerprint(1_099));
    expect(seen.at(-1)).toBe(fingerprint(1));
  });

  test("that follow each other for days are remembered in bounded number", () => {
    for (let n = 100; n < 1_100; n += 1) {
      now += HOUR;
      observations.take(
        acceptedPull("a.tenant.example.com", TENANT_ORIGIN, fingerprint(n), now + HOUR),
      );
    }
    expect(of(TENANT).seen).toHaveLength(UNLISTED_AT_MOST);
    expect(of(TENANT).accepted).toBe(1_000);
  });

  test("that leave the list count among the others from then on", () => {
    observations.take(acceptedPull(SHOP, ORIGIN, fingerprint(1)));
    trust = madeUpTrust({ [ORIGIN]: { hostnames: [SHOP], accepts: [fingerprint(2)] } });
    for (let n = 100; n < 100 + UNLISTED_AT_MOST; n += 1) {
      now += 1;
      observations.take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(n)));
    }
    expect(seenFor(SHOP)).not.toContain(fingerprint(1));
  });

  test("have the times of the first and the last pull that presented them, and how many", () => {
    observations.take(acceptedPull(SHOP, ORIGIN, fingerprint(1), START + HOUR));
    now += 5_000;
    observations.take(acceptedPull(SHOP, ORIGIN, fingerprint(1), START + HOUR));
    // An accepted pull that came to nothing is told of twice, and was one pull.
    observations.take(refusedPull("application-unreachable", ORIGIN, fingerprint(1)));
    expect(of(SHOP).seen).toEqual([
      {
        fingerprint: fingerprint(1),
        firstSeen: START,
        lastSeen: START + 5_000,
        pulls: 2,
        notAfter: START + HOUR,
        lastVerdict: "accepted",
      },
    ]);
  });
});

describe("a pull belongs to", () => {
  test("the only hostname of its origin hostname, whatever it asked for", () => {
    observations.take(refusedPull("misdirected", ORIGIN, null, { hostname: "tenant.example.com" }));
    expect(of(SHOP).refused.get("misdirected")?.total).toBe(1);
  });

  test("the hostname that it asked for, where there are several", () => {
    observations.take(acceptedPull("tenant.example.com", TENANT_ORIGIN, fingerprint(7)));
    observations.take(acceptedPull("a.tenant.example.com", TENANT_ORIGIN, fingerprint(7)));
    observations.take(acceptedPull("b.tenant.example.com", TENANT_ORIGIN, fingerprint(7)));
    expect(of("tenant.example.com" as HostPattern).accepted).toBe(1);
    expect(of(TENANT).accepted).toBe(2);
  });

  test("none, where it asked for none of several", () => {
    for (const hostname of [null, SHOP, "a.b.tenant.example.com", "*.example.com", "\r\n"])
      observations.take(refusedPull("misdirected", TENANT_ORIGIN, null, { hostname }));
    expect(observations.elsewhere().refused.get("misdirected")?.total).toBe(5);
    // Nor is what it asked for remembered as one.
    expect(observations.recent().map(({ hostname }) => hostname)).toEqual(Array(5).fill(null));
  });
});

describe("a swapped trust", () => {
  test("keeps what was seen of the hostnames that it still has, and nothing of the others", () => {
    observations.take(acceptedPull(SHOP, ORIGIN, fingerprint(1)));
    observations.take(acceptedPull("a.tenant.example.com", TENANT_ORIGIN, fingerprint(7)));
    trust = madeUpTrust({
      "other-origin.example.net": { hostnames: [SHOP], accepts: [fingerprint(2)] },
    });
    observations.take({ event: "trust-swapped", generation: 2, warnings: ["careful"] });
    expect([...observations.hostnames().keys()]).toEqual([SHOP]);
    expect(of(SHOP).accepted).toBe(1);
    expect(seenFor(SHOP)).toEqual([fingerprint(1)]);
    expect(observations.trustHistory()).toMatchObject({ lastSwap: START, warnings: ["careful"] });
  });

  test("is followed before it is told of", () => {
    trust = madeUpTrust({ [ORIGIN]: { hostnames: ["new.example.com"], accepts: [] } });
    expect([...observations.hostnames().keys()]).toEqual(["new.example.com"]);
  });

  test("ends a failing of reloads, and the failure is still known", () => {
    const problems = [{ file: "mapping.json", path: "", message: "not JSON" }];
    observations.take({ event: "reload-failed", generation: 1, problems });
    expect(observations.trustHistory()).toMatchObject({ failing: true, failures: 1 });
    now += 1_000;
    observations.take({ event: "trust-swapped", generation: 2, warnings: [] });
    expect(observations.trustHistory()).toEqual({
      lastSwap: START + 1_000,
      lastFailure: { at: START, problems },
      failures: 1,
      failing: false,
      warnings: [],
    });
  });
});

test("nothing is ready before the origin listener listens, nor when it stops", () => {
  const listening = { event: "listening", address: "127.0.0.1", port: 1 } as const;
  expect(observations.ready()).toBe(false);
  observations.take({ ...listening, listener: "admin" });
  expect([observations.ready(), observations.watchingSince()]).toEqual([false, null]);
  now += 5;
  observations.take(LISTENING);
  expect([observations.ready(), observations.watchingSince()]).toEqual([true, START + 5]);
  observations.take({ event: "stopping" });
  expect(observations.ready()).toBe(false);
});

test("nothing is lost of what comes before there is a trust", () => {
  const early = createObservations({ trust: () => null, now: () => now });
  early.take({ event: "trust-swapped", generation: 1, warnings: [] });
  early.take(refusedPull("no-certificate", ORIGIN));
  expect(early.trustHistory().lastSwap).toBe(START);
  expect(early.elsewhere().refused.get("no-certificate")?.total).toBe(1);
});

test("a subscriber is told of everything, accepted pulls too, until it ends that", () => {
  const told: Told[] = [];
  const end = observations.subscribe((one) => told.push(one));
  observations.take(acceptedPull(SHOP, ORIGIN, fingerprint(1)));
  observations.take(refusedPull("no-certificate", ORIGIN));
  end();
  observations.take(refusedPull("no-certificate", ORIGIN));
  expect(told.map(({ id, hostname, event }) => [id, hostname, event.event])).toEqual([
    [1, SHOP, "pull-accepted"],
    [2, SHOP, "pull-refused"],
  ]);
  expect(observations.lastId()).toBe(3);
});

const handshakeFailed = {
  event: "handshake-failed",
  detail: "ERR_SSL_NO_SHARED_CIPHER",
  originHostname: null,
  fingerprint: null,
  remoteAddress: "192.0.2.9",
  remotePort: 1,
  tlsVersion: null,
} as const;

const reported = (reason: Parameters<typeof reportedPull>[0], presented?: number) =>
  observations.take(
    reportedPull(
      reason,
      SHOP,
      ORIGIN,
      presented === undefined ? null : fingerprint(presented),
      "x".repeat(5_000),
    ),
  );

describe("what report mode lets through", () => {
  test("is counted apart from what was refused and from what was accepted", () => {
    reported("no-certificate");
    reported("no-certificate");
    now += HOUR;
    reported("certificate-expired", 1);
    expect(of(SHOP)).toMatchObject({ accepted: 0, lastAccepted: null, acceptedLastHour: 0 });
    expect(of(SHOP).refused.size).toBe(0);
    expect([...of(SHOP).reported]).toMatchObject([
      ["no-certificate", { total: 2, last: START }],
      ["certificate-expired", { total: 1, last: START + HOUR }],
    ]);
    expect(of(SHOP).reported.get("no-certificate")?.lastHour).toEqual(Array(60).fill(0));
  });

  test("lets no stranger make memory, and remembers a certificate that is ours", () => {
    for (let n = 0; n < 4_000; n += 1) reported("unknown-issuer", n + 10);
    expect(seenFor(SHOP)).toEqual([]);
    reported("certificate-expired", 2);
    reported("certificate-not-accepted", 5);
    expect(new Set(seenFor(SHOP))).toEqual(new Set([fingerprint(2), fingerprint(5)]));
    expect(
      of(SHOP)
        .seen.map(({ lastVerdict }) => lastVerdict)
        .toSorted(),
    ).toEqual(["certificate-expired", "certificate-not-accepted"]);
  });

  test("washes nothing else away from what is looked back at", () => {
    observations.take(refusedPull("weak-key", ORIGIN));
    observations.take(refusedPull("no-certificate", ORIGIN));
    observations.take({ event: "trust-swapped", generation: 1, warnings: [] });
    for (let n = 0; n < 5_000; n += 1) reported("no-certificate");
    const kept = observations.recent();
    expect(kept).toHaveLength(KEPT.reported + 3);
    expect(kept.slice(-3).map(({ event }) => event.event)).toEqual([
      "trust-swapped",
      "pull-refused",
      "pull-refused",
    ]);
    expect(JSON.stringify(kept[0]).length).toBeLessThan(LONGEST_DETAIL + 1_000);
  });
});
