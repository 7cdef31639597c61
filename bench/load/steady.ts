import { Worker } from "node:worker_threads";
import { AnswerCounter } from "./answer-counter.ts";
import type { Load, Told } from "./load.ts";
import type { Target } from "./messages.ts";
import { dialler, openEvent } from "./open-connection.ts";
import { requestBytes } from "./request-bytes.ts";

/** Pulls that are due and found no connection free: more of them is a server that does not keep up. */
const MOST_DUE = 3_000;

/**
 * An open loop: a pull each so many microseconds, whether answers come or not. Where every connection waits for its answer,
 * the pull waits for a connection, and its wait counts: a server that stands still for a while pays for every pull that
 * came due in it, and not for one alone.
 */
export function startSteady(
  target: Target,
  { connections, perSecond }: { connections: number; perSecond: number },
  told: Told,
): Load {
  const request = requestBytes(target.host, "/small");
  const dial = dialler(target);
  const free: ReturnType<typeof dial>[] = [];
  const due: number[] = [];
  let latencies: number[] = [];
  let done = 0;
  let opened = 0;
  let stopping = false;
  let clock: Worker | null = null;
  const sockets = Array.from({ length: connections }, (_, at) => {
    const counter = new AnswerCounter();
    const socket = dial(at);
    began.set(socket, Number.NaN);
    socket.on("data", (chunk: Buffer) => {
      try {
        if (counter.take(chunk) === 0) return;
      } catch (error) {
        told.failed((error as Error).message);
        return;
      }
      const from = began.get(socket) ?? Number.NaN;
      if (Number.isNaN(from)) {
        opened += 1;
        if (opened === connections) start();
      } else {
        latencies.push((performance.now() - from) * 1000);
        done += 1;
      }
      const next = due.shift();
      if (next === undefined) free.push(socket);
      else send(socket, next);
    });
    socket.once(openEvent(target), () => socket.write(request));
    socket.on("error", (error) => !stopping && told.failed(error.message));
    socket.on("close", () => !stopping && told.failed("a connection ended"));
    return socket;
  });
  const send = (socket: (typeof sockets)[number], from: number): void => {
    began.set(socket, from);
    socket.write(request);
  };
  const start = (): void => {
    told.ready();
    clock = new Worker(new URL("./clock.ts", import.meta.url), { workerData: perSecond });
    clock.on("message", () => {
      const now = performance.now();
      // The connection that waits longest: all of them are in use.
      const socket = free.shift();
      if (socket !== undefined) send(socket, now);
      else if (due.push(now) > MOST_DUE) told.failed(`does not keep up with ${perSecond}/s`);
    });
  };
  return {
    done: () => done,
    latencies: () => {
      const taken = latencies;
      latencies = [];
      return taken;
    },
    stop: () => {
      stopping = true;
      void clock?.terminate();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** When the pull that a connection carries came due; not a number for its first, which opens it. */
const began = new WeakMap<object, number>();
