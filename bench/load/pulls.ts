import { AnswerCounter } from "./answer-counter.ts";
import type { Load, Told } from "./load.ts";
import type { Target } from "./messages.ts";
import { dialler, openEvent } from "./open-connection.ts";
import { requestBytes } from "./request-bytes.ts";

/** Pulls one after the other on each of so many connections; or one on each, and then silence. */
export function startPulls(
  target: Target,
  {
    connections,
    path,
    once,
    headers = [],
    isAwake = false,
  }: {
    connections: number;
    path: string;
    once: boolean;
    headers?: readonly string[] | undefined;
    isAwake?: boolean | undefined;
  },
  told: Told,
): Load {
  const request = requestBytes(target.host, path, { headers });
  const dial = dialler(target);
  let done = 0;
  let answered = 0;
  let stopping = false;
  let dialled = 0;
  // A few at a time: nobody's backlog is measured here.
  const dialNext = (): void => {
    if (stopping || dialled === connections) return;
    const at = dialled;
    dialled += 1;
    const counter = new AnswerCounter();
    const socket = dial(at);
    sockets.push(socket);
    let isFirst = true;
    socket.on("data", (chunk: Buffer) => {
      try {
        if (counter.take(chunk) === 0) return;
      } catch (error) {
        told.failed((error as Error).message);
        return;
      }
      done += 1;
      if (isFirst) {
        isFirst = false;
        answered += 1;
        dialNext();
        if (answered === connections) told.ready();
      }
      if (!once && !stopping) socket.write(request);
    });
    socket.once(openEvent(target), () => socket.write(request));
    socket.on("error", (error) => !stopping && told.failed(error.message));
    socket.on("close", () => !stopping && told.failed("a connection ended"));
  };
  const sockets: ReturnType<typeof dial>[] = [];
  for (let at = 0; at < AT_ONCE; at += 1) dialNext();
  const stayAwake = (): void => {
    if (!stopping) setImmediate(stayAwake);
  };
  if (isAwake) stayAwake();
  return {
    done: () => done,
    latencies: () => [],
    stop: () => {
      stopping = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

const AT_ONCE = 16;
