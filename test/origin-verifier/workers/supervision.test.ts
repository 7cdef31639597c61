import { describe, expect, it, vi } from "vitest";
import type { End } from "../../../origin-verifier/workers/ends.ts";
import { createMachine } from "../../../origin-verifier/workers/machine.ts";
import type { ToWorker } from "../../../origin-verifier/workers/messages.ts";
import { createSupervision } from "../../../origin-verifier/workers/supervision.ts";
import type { WorkerEars } from "../../../origin-verifier/workers/worker-process.ts";
import { report } from "./reports.ts";

const KILLED: End = { code: null, signal: "SIGKILL" };
const exit = (code: number): End => ({ code, signal: null });

/** A supervision of processes that do what a test has them do. */
function begin(count = 3) {
  const started: { readonly ears: WorkerEars; readonly heard: ToWorker[] }[] = [];
  const over: number[] = [];
  const early: number[] = [];
  const restarts: (readonly [number, number | string])[] = [];
  const state = { held: true };
  const machine = createMachine(count, Date.now, () => {});
  const supervision = createSupervision({
    count,
    machine,
    begin: { port: 1, settings: {} as never },
    firstListens: () => (state.held = false),
    line: () => {},
    token: () => {},
    restarting: (worker, _pid, by) => restarts.push([worker, by]),
    early: (worker) => early.push(worker),
    over: (code) => over.push(code),
    start: (ears) => {
      const heard: ToWorker[] = [];
      started.push({ ears, heard });
      return { pid: started.length, say: (message) => heard.push(message) };
    },
  });
  const listens = (at: number) =>
    started[at]?.ears.told({ told: "report", asked: null, report: report() });
  const ends = (at: number, end: End) => started[at]?.ears.ended(end);
  const does = (at: number) => started[at]?.heard.map((message) => message.do);
  supervision.begin();
  return { supervision, machine, started, over, early, restarts, state, listens, ends, does };
}

describe("workers", () => {
  it("are started when the first has shown that it can be done, and the port is theirs then", () => {
    const { started, state, listens } = begin();
    expect([started.length, state.held]).toEqual([1, true]);
    listens(0);
    expect([started.length, state.held]).toEqual([3, false]);
    listens(0);
    listens(1);
    expect(started.length).toBe(3);
  });

  it.each([
    [exit(1), 1, []],
    [exit(2), 2, []],
    [exit(0), 1, [1]],
    [KILLED, 1, [1]],
  ])("are not started where the first ends before it listens: %o", (end, code, untold) => {
    const { started, over, early, ends } = begin();
    ends(0, end);
    expect([started.length, over, early]).toEqual([1, [code], untold]);
  });

  it("all stop where another one does not come to listen at the start", () => {
    const { over, listens, ends, does } = begin(2);
    listens(0);
    ends(1, exit(1));
    expect(does(0)).toEqual(["begin", "stop"]);
    expect(over).toEqual([]);
    ends(0, exit(0));
    expect(over).toEqual([1]);
  });

  it("all stop where a listener is found unsafe", () => {
    const { over, listens, ends, does, restarts } = begin(2);
    listens(0);
    listens(1);
    ends(1, exit(3));
    expect(does(0)).toEqual(["begin", "stop"]);
    ends(0, exit(4));
    expect([over, restarts]).toEqual([[3], []]);
  });

  it.each([KILLED, exit(0), exit(1), exit(134)])(
    "are started again where they listened before, whatever ended them: %o",
    async (end) => {
      const { over, started, listens, ends, restarts, supervision } = begin(2);
      listens(0);
      listens(1);
      ends(1, end);
      expect(restarts).toEqual([[2, end.code ?? "SIGKILL"]]);
      await expect.poll(() => started.length).toBe(3);
      // The files may be broken by now: the others go on, and it is tried again.
      ends(2, exit(1));
      await expect.poll(() => started.length).toBe(4);
      expect(over).toEqual([]);
      supervision.stop();
      ends(0, exit(0));
      ends(3, exit(0));
      expect(over).toEqual([0]);
    },
  );

  it.each([
    [[exit(0), exit(0)], 0],
    [[exit(0), exit(4)], 4],
    [[KILLED, exit(0)], 4],
    [[exit(3), exit(4)], 3],
    [[exit(4), exit(1)], 1],
  ])("are asked to stop, and the worst exit code is that of all: %o", ([one, other], code) => {
    const { over, listens, ends, does, supervision, machine } = begin(2);
    listens(0);
    listens(1);
    expect(machine.observed.ready()).toBe(true);
    supervision.stop();
    expect(machine.observed.ready()).toBe(false);
    expect([does(0), does(1)]).toEqual([
      ["begin", "stop"],
      ["begin", "stop"],
    ]);
    supervision.stop();
    expect(does(0)).toEqual(["begin", "stop", "stop"]);
    ends(0, one ?? exit(0));
    expect(over).toEqual([]);
    ends(1, other ?? exit(0));
    expect(over).toEqual([code]);
  });

  it("are not started again while all stop, and one that waits for its start does not come", () => {
    const { over, started, listens, ends, supervision } = begin(1);
    listens(0);
    ends(0, KILLED);
    supervision.stop();
    expect([over, started.length]).toEqual([[0], 1]);
  });

  it("are asked together, and one that ends does not keep the others waiting", async () => {
    const { supervision, listens, ends, started, does } = begin(2);
    // Nobody has said anything yet.
    await supervision.ask();
    expect(does(0)).toEqual(["begin"]);
    listens(0);
    listens(1);
    // The second after which nobody waits any longer never passes.
    vi.useFakeTimers();
    const asked = supervision.ask();
    expect(does(1)).toEqual(["begin", "report"]);
    started[0]?.ears.told({ told: "report", asked: 1, report: report() });
    ends(1, KILLED);
    await asked;
    vi.useRealTimers();
    supervision.stop();
  });
});
