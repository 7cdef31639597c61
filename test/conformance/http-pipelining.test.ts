import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  startRawApplication,
  type RawAnswer,
  type RawApplication,
} from "../support/raw-application.ts";
import { head, pullFrom, refusalOn, webSocketHead } from "./http-pull.ts";
import { BLOG, makePki, mappingOf } from "./support/pki.ts";
import { waitFor } from "./support/wait-for.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const hundred = Array.from({ length: 100 }, (_, at) => `/${at}`);
const toBlog = (target: string) => `GET ${target} HTTP/1.1\r\nHost: ${BLOG}\r\n\r\n`;

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({ form, pki });
    });
    afterAll(() => world.close());

    it("P57: a hundred requests in one packet are a hundred requests, in their order", async () => {
      const before = world.reached().length;
      const pull = await pullFrom(world);
      pull.send(hundred.map((target) => head(`GET ${target}`)).join(""));
      expect(await pull.answered(100)).toHaveLength(100);
      await waitFor("all of them", () => world.reached().length === before + 100);
      const targets = world.reached().slice(before);
      expect(targets.map(({ url }) => url)).toEqual(hundred);
      pull.destroy();
    });

    for (const [what, wrong, status] of [
      ["of another hostname", toBlog("/50"), 421],
      ["that is malformed", "GET /50 HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
      ["that no parser reads", "GET /50 HTTP/1.1\r\nno header\r\n\r\n", 400],
      ["with a body where none may be", `${head("GET /50", "Content-Length: 1")}a`, 400],
      ["that is a WebSocket", webSocketHead("/50"), 400],
    ] as const) {
      it(`P57: one ${what} in their middle is answered in its place, and nothing behind it is a request`, async () => {
        const before = world.reached().length;
        const after = world.lines.length;
        const pull = await pullFrom(world);
        const sent = hundred.map((target) => (target === "/50" ? wrong : head(`GET ${target}`)));
        pull.send(sent.join(""));
        await pull.ended;
        const statuses = pull.answers().map((answer) => answer.status);
        expect(statuses).toEqual([...Array.from({ length: 50 }, () => 200), status]);
        await refusalOn(world, pull, after);
        // A good pull goes last, so that whatever was on its way has come.
        const last = await pullFrom(world);
        last.send(head("GET /last"));
        await last.answered(1);
        await waitFor("the last", () => world.reached().at(-1)?.url === "/last");
        const targets = world.reached().slice(before);
        expect(targets.map(({ url }) => url)).toEqual([...hundred.slice(0, 50), "/last"]);
        last.destroy();
      });
    }

    it("P58: each request of a connection is judged by the trust of its own time", async () => {
      const pull = await pullFrom(world);
      pull.send(head("GET /before"));
      await pull.answered(1);
      await world.writeMapping(
        mappingOf(pki, { shop: { certificates: [pki.unlisted.fingerprint] } }),
      );
      expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
      const after = world.lines.length;
      pull.send(head("GET /after"));
      await pull.ended;
      expect(pull.answers().map(({ status }) => status)).toEqual([200, 403]);
      expect(await refusalOn(world, pull, after)).toMatchObject({
        reason: "certificate-not-accepted",
      });
      expect(world.reached().at(-1)).toMatchObject({ url: "/before" });
      await world.writeMapping(mappingOf(pki));
      expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
    });
  });
}

describe("as proxy", () => {
  let application: RawApplication;
  let world: World;
  let most = 0;

  /** Answers each target in its own way, and each with its own name. */
  const answer: RawAnswer = ({ target }, { socket }) => {
    const say = (bytes: string) => socket.write(bytes, "latin1");
    switch (target.split("?")[0] ?? "") {
      case "/length":
        return void say(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
      case "/chunks":
        return void say(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${target.length.toString(16)}\r\n${target}\r\n0\r\n\r\n`,
        );
      case "/close":
        return void socket.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${target}`);
      case "/1.0":
        return void socket.end(`HTTP/1.0 200 OK\r\n\r\n${target}`);
      case "/204":
        return void say("HTTP/1.1 204 No Content\r\n\r\n");
      case "/304":
        return void say("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
      case "/103":
        return void say(
          `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`,
        );
      case "/slow":
        most = Math.max(most, application.connections.filter(({ closed }) => !closed).length);
        setImmediate(() =>
          say(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`),
        );
    }
  };

  beforeAll(async () => {
    application = await startRawApplication(answer);
    world = await startWorld({ pki, applicationPort: application.port });
  });
  afterAll(async () => {
    await world.close();
    await application.close();
  });

  it("P57: the application has one request of a connection at a time, and no answer swaps", async () => {
    const pulls = await Promise.all([pullFrom(world), pullFrom(world), pullFrom(world)]);
    for (const [who, pull] of pulls.entries()) {
      const requests = hundred.map((at) => head(`GET /slow?${who}${at}`));
      pull.send(requests.join(""));
    }
    for (const [who, pull] of pulls.entries()) {
      const answers = await pull.answered(100);
      expect(answers.map(({ body }) => body)).toEqual(hundred.map((at) => `/slow?${who}${at}`));
      pull.destroy();
    }
    expect(most).toBeLessThanOrEqual(3);
  });

  it("P59: a connection is kept after every kind of answer, and each answer is the one to its own request", async () => {
    const targets = ["/length", "/chunks", "/close", "/1.0", "/204", "/304", "/103"];
    const pull = await pullFrom(world);
    const order = targets.flatMap((one) => targets.map((two) => [one, two])).flat();
    for (const [at, target] of order.entries()) {
      pull.send(head(`GET ${target}?${at}`));
      const answers = await pull.answered(at + 1);
      const bodiless = target === "/204" || target === "/304";
      expect(answers[at]).toMatchObject({ body: bodiless ? "" : `${target}?${at}` });
    }
    pull.destroy();
  });

  it("P59: and after HEAD, whose answer tells of a body that does not come", async () => {
    const pull = await pullFrom(world);
    pull.send(head("HEAD /304"));
    await pull.until((text) => text.endsWith("\r\n\r\n"));
    pull.send(head("GET /length?after"));
    await pull.until((text) => text.endsWith("/length?after"));
    expect(pull.answers("HEAD", "GET")).toMatchObject([{ body: "" }, { body: "/length?after" }]);
    pull.destroy();
  });
});
