import { describe, expect, it } from "vitest";
import { startRawApplication, type RawAnswer } from "../support/raw-application.ts";
import { head, pullFrom, WEB_SOCKET_ACCEPT, webSocketHead } from "./http-pull.ts";
import { BROKEN_BODIES, REFUSED } from "./http-rows.ts";
import { makePki } from "./support/pki.ts";
import { FORMS, startWorld } from "./support/world.ts";

const pki = makePki();

/** What comes out the same in every run: https://en.wikipedia.org/wiki/Linear_congruential_generator. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const ACCEPTED = [
  head("GET /"),
  head("GET /").repeat(20),
  `${head("POST /", "Content-Length: 100000")}${"x".repeat(100_000)}`,
  `${head("POST /", "Transfer-Encoding: chunked")}${`5\r\nhello\r\n`.repeat(1_000)}0\r\n\r\n`,
  `${head("POST /", "Expect: 100-continue", "Content-Length: 5")}hello`,
  webSocketHead("/socket"),
  webSocketHead("/socket"),
  `${webSocketHead("/socket")}early`,
  head("GET /") + webSocketHead("/socket"),
];

const BROKEN = [...REFUSED, ...BROKEN_BODIES].map(({ bytes }) => bytes + head("GET /behind"));

const ENDS = ["reset", "destroy", "end"] as const;

/** Answers, or leaves, at every moment at which one may. */
function moody(roll: (sides: number) => number): RawAnswer {
  return ({ target }, { socket }) => {
    const answer =
      target === "/socket"
        ? `HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${WEB_SOCKET_ACCEPT}\r\n\r\nfirst`
        : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    const leave = (): void => {
      socket.write(roll(2) === 0 ? answer : answer.slice(0, roll(answer.length)));
      const mood = roll(4);
      if (mood === 0) socket.resetAndDestroy();
      else if (mood === 1) socket.end();
    };
    if (roll(2) === 0) leave();
    else setTimeout(leave, roll(4));
  };
}

describe.each(FORMS)("P62: the verifier %s", (form) => {
  it("serves on, whenever and however its peers and its application leave", async () => {
    const roll = dice(form.length);
    const application = await startRawApplication(moody(roll));
    const behind = form === "as proxy" ? { applicationPort: application.port } : {};
    const limits = { headersMs: 500, bodyIdleMs: 500, applicationMs: 500, keepAliveMs: 500 };
    const world = await startWorld({ form, pki, limits, ...behind });
    const storm = async (): Promise<void> => {
      for (let at = 0; at < 150; at += 1) {
        const pull = await pullFrom(world);
        const pulls = roll(3) === 0 ? BROKEN : ACCEPTED;
        const bytes = pulls[roll(pulls.length)] as string;
        const cut = roll(4) === 0 ? bytes.length : roll(bytes.length);
        pull.send(bytes.slice(0, cut));
        for (let wait = roll(6); wait > 0; wait -= 1) await new Promise(setImmediate);
        pull.send(bytes.slice(cut));
        for (let wait = roll(6); wait > 0; wait -= 1) await new Promise(setImmediate);
        const end = ENDS[roll(ENDS.length)] as (typeof ENDS)[number];
        if (end === "end") pull.socket.end();
        else pull[end]();
        // A process that has ended serves nobody, and would let every further pull wait.
        if (world.stderr() !== "") return;
      }
    };
    await Promise.all([storm(), storm(), storm(), storm()]);
    const ended = await Promise.race([world.exited.then(() => "ended"), served()]);
    expect([ended, world.stderr()]).toEqual(["served", ""]);
    await world.close();
    await application.close();

    /** Until one whole answer has come: the application may still be in its mood. */
    async function served(): Promise<string> {
      for (;;) {
        const pull = await pullFrom(world);
        pull.send(head("GET /"));
        const answers = await pull.answered(1).catch(() => []);
        pull.destroy();
        if (answers[0]?.status === 200) return "served";
      }
    }
  });
});
