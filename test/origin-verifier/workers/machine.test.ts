import { describe, expect, it } from "vitest";
import { createMachine } from "../../../origin-verifier/workers/machine.ts";
import type { Told } from "../../../origin-verifier/observations/observations.ts";
import { acceptedPull, fingerprint, refusedPull } from "../../support/made-up-trust.ts";
import { history, observation, report, seen, SHOP } from "./reports.ts";

const begin = (count = 2) => {
  const clock = { now: 1_000 };
  const machine = createMachine(
    count,
    () => clock.now,
    () => {},
  );
  return { clock, machine };
};
const counted = (accepted: number, more: Parameters<typeof observation>[0] = {}) =>
  new Map([[SHOP, observation({ accepted, ...more })]]);

const refused = (id: number, n: number): Told => ({
  id,
  at: id,
  hostname: SHOP,
  event: refusedPull("certificate-not-accepted", "origin-shop.example.net", fingerprint(n)),
});

describe("a machine of two workers", () => {
  it("is not ready, and watches nothing, until both say so", () => {
    const { machine } = begin();
    const standing = () => [machine.observed.ready(), machine.observed.watchingSince()];
    expect(standing()).toEqual([false, null]);
    expect(machine.trust()).toBeNull();
    machine.told(1, report({ watchingSince: 10 }));
    expect(standing()).toEqual([false, null]);
    machine.told(2, report({ watchingSince: null, ready: false }));
    expect(standing()).toEqual([false, null]);
    machine.told(2, report({ watchingSince: 20 }));
    expect(standing()).toEqual([true, 20]);
    machine.told(1, report({ watchingSince: 10, ready: false }));
    expect(standing()).toEqual([false, 20]);
  });

  it("is not ready while it stops", () => {
    const { machine } = begin(1);
    machine.told(1, report());
    expect(machine.observed.ready()).toBe(true);
    machine.stopping();
    expect(machine.observed.ready()).toBe(false);
  });

  it("begins to watch again when a worker has come back, and its counts have not fallen meanwhile", () => {
    const { machine, clock } = begin();
    machine.began(1, 11);
    machine.began(2, 12);
    machine.told(1, report({ watchingSince: 10, hostnames: counted(5), handshakesFailed: 1 }));
    machine.told(
      2,
      report({
        watchingSince: 20,
        hostnames: counted(7, { seen: [seen(1, { lastSeen: 900 })] }),
        handshakesFailed: 2,
      }),
    );
    const counts = () => [
      machine.observed.hostnames().get(SHOP)?.accepted,
      machine.observed.handshakesFailed(),
    ];
    expect(counts()).toEqual([12, 3]);
    machine.ended(2);
    clock.now = 2_000;
    expect(counts()).toEqual([12, 3]);
    expect(machine.observed.watchingSince()).toBeNull();
    expect(machine.observed.trustHistory().warnings).toEqual([
      "worker 2 is not running: it is started again by itself",
    ]);
    machine.began(2, 13);
    machine.told(2, report({ watchingSince: 2_000, hostnames: counted(1) }));
    expect(counts()).toEqual([13, 3]);
    expect(machine.observed.watchingSince()).toBe(2_000);
    expect(machine.observed.trustHistory().warnings).toEqual([]);
    expect(machine.observed.hostnames().get(SHOP)?.seen).toMatchObject([{ lastSeen: 900 }]);
    expect(machine.workers()).toMatchObject([
      { worker: 1, pid: 11 },
      { worker: 2, pid: 13 },
    ]);
  });

  it("says which worker decides by other files", () => {
    const { machine } = begin();
    machine.told(1, report());
    machine.told(2, report({ trustDigest: "another", history: history({ warnings: ["own"] }) }));
    const [differs, own] = machine.observed.trustHistory().warnings;
    expect(differs).toContain("worker 2 decides by other files");
    expect(own).toBe("own");
  });

  it("forgets the hostnames that the mapping has no longer, of those that have ended, too", () => {
    const { machine } = begin();
    machine.told(1, report());
    machine.told(2, report({ hostnames: new Map([["gone.example" as never, observation({})]]) }));
    machine.ended(2);
    expect([...machine.observed.hostnames().keys()]).toEqual([SHOP]);
  });

  it("remembers what happened in both, each once and in its own order, and tells who looks on of accepted pulls", () => {
    const { machine } = begin();
    const accepted: Told = {
      id: 9,
      at: 9,
      hostname: SHOP,
      event: acceptedPull(SHOP, "origin-shop.example.net", fingerprint(1)),
    };
    const told: [number, string, number][] = [];
    const end = machine.observed.subscribe(({ id, event }, times) =>
      told.push([id, event.event, times]),
    );
    expect(machine.live()).toBe(true);
    machine.told(1, report({ happened: [{ told: refused(3, 2), times: 1 }] }));
    machine.told(
      2,
      report({
        happened: [
          { told: refused(1, 3), times: 1 },
          { told: accepted, times: 40 },
        ],
      }),
    );
    end();
    expect(machine.live()).toBe(false);
    expect(told).toEqual([
      [1, "pull-refused", 1],
      [2, "pull-refused", 1],
      [3, "pull-accepted", 40],
    ]);
    expect(machine.observed.recent().map(({ id }) => id)).toEqual([2, 1]);
    expect(machine.observed.lastId()).toBe(3);
  });
});
