import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest";
import { mintLeaf, type Minted } from "../support/certificates.ts";
import type { Conversation } from "../support/conversation.ts";
import {
  startRawApplication,
  type RawAnswer,
  type RawApplication,
} from "../support/raw-application.ts";
import { values } from "../support/strict-reader.ts";
import { head, pullFrom, refusalOn, WEB_SOCKET_ACCEPT, webSocketHead } from "./http-pull.ts";
import { NAMES } from "./support/odd-certificates.ts";
import { makePki, mappingOf, SHOP } from "./support/pki.ts";
import { waitFor } from "./support/wait-for.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();

const switching = (accept: string, ...lines: readonly string[]) =>
  [
    "HTTP/1.1 101 Switching Protocols",
    "Connection: Upgrade",
    "Upgrade: websocket",
    `Sec-WebSocket-Accept: ${accept}`,
    ...lines,
    "",
    "",
  ].join("\r\n");

const SAYS: Readonly<Record<string, string>> = {
  "/accepted": `${switching(WEB_SOCKET_ACCEPT)}first`,
  "/wrong-key": switching("AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
  "/wrong-protocol": switching(WEB_SOCKET_ACCEPT).replace("websocket", "h2c"),
  "/no-protocol": "HTTP/1.1 101 Switching Protocols\r\n\r\n",
  "/unauthorized": "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno",
  "/cut-off": "HTTP/1.1 401 Unauthorized\r\nContent-Length: 9\r\n\r\nno",
  "/plain": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain",
};

const answer: RawAnswer = ({ target }, { socket }) => {
  const says = SAYS[target];
  if (says !== undefined) socket.write(says, "latin1");
  if (target === "/dies" || target === "/cut-off") socket.destroy();
};

describe("P61: as proxy, a WebSocket", () => {
  let application: RawApplication;
  let world: World;
  beforeAll(async () => {
    application = await startRawApplication(answer);
    world = await startWorld({ pki, applicationPort: application.port });
  });
  afterAll(async () => {
    await world.close();
    await application.close();
  });

  it("is joined after the application's 101, and what is said then is between the two", async () => {
    const pull = await pullFrom(world);
    pull.send(webSocketHead("/accepted", "X-Pull-Verdict: refused", "Client-Cert: x"));
    await pull.until((text) => text.endsWith("first"));
    const connection = application.connections.at(-1);
    const request = application.requests().find(({ target }) => target === "/accepted");
    const told = request?.headers ?? [];
    expect(values(told, "host")).toEqual([SHOP]);
    expect(values(told, "x-pull-verdict")).toEqual(["accepted"]);
    expect(values(told, "client-cert")).toEqual([]);
    pull.send(head("GET /within", "X-Pull-Verdict: accepted"));
    await application.until(() => connection?.bytes.includes("/within") === true);
    connection?.socket.write("last");
    connection?.socket.end();
    expect(await pull.ended).toMatch(/\r\n\r\nfirstlast$/);
  });

  test.each(["/wrong-key", "/wrong-protocol", "/no-protocol", "/dies"])(
    "is not joined where the application answers %s: 502",
    async (target) => {
      const pull = await pullFrom(world);
      pull.send(webSocketHead(target));
      pull.send("early");
      await pull.ended;
      expect(pull.answers()).toMatchObject([{ status: 502, body: "" }]);
      expect(pull.answers()[0]?.headers.has("pull-refusal")).toBe(true);
      expect(application.connections.some(({ bytes }) => bytes.includes("early"))).toBe(false);
    },
  );

  it("is not joined where the application says no, which the peer hears, and that is the end", async () => {
    for (const [target, status, complete] of [
      ["/unauthorized", 401, true],
      ["/plain", 200, true],
      ["/cut-off", 401, false],
    ] as const) {
      const pull = await pullFrom(world);
      pull.send(webSocketHead(target));
      pull.send(head("GET /behind"));
      await pull.ended;
      expect(pull.answers()).toMatchObject([{ status, complete }]);
    }
    expect(application.requests().some(({ target }) => target === "/behind")).toBe(false);
  });

  it("does not begin behind a request that is not answered", async () => {
    const pull = await pullFrom(world);
    pull.send(head("GET /plain") + webSocketHead("/behind"));
    await pull.ended;
    expect(pull.answers()).toMatchObject([{ status: 200, body: "plain" }, { status: 400 }]);
    expect(application.requests().some(({ target }) => target === "/behind")).toBe(false);
  });

  it("may begin on a connection whose requests are all answered", async () => {
    const pull = await pullFrom(world);
    pull.send(head("GET /plain"));
    await pull.answered(1);
    pull.send(webSocketHead("/accepted"));
    await pull.until((text) => text.endsWith("first"));
    expect(pull.answers().map(({ status }) => status)).toEqual([200, 101]);
    pull.destroy();
  });

  it("and 200 peers that leave in the moment of the 101 end no process", async () => {
    for (let at = 0; at < 200; at += 1) {
      const pull = await pullFrom(world);
      pull.send(webSocketHead("/accepted"));
      if (at % 2 === 0) pull.reset();
      else setImmediate(pull.reset);
      await pull.ended;
    }
    const pull = await pullFrom(world);
    pull.send(head("GET /plain"));
    expect(await pull.answered(1)).toMatchObject([{ status: 200 }]);
    await waitFor(
      "all connections to be gone",
      () => application.connections.filter(({ closed }) => !closed).length <= 2,
    );
    expect(world.stderr()).toBe("");
    pull.destroy();
  });
});

it("P61: in process, a WebSocket reaches the handler after both locks, with the same headers", async () => {
  const world = await startWorld({ form: "in process", pki });
  const pull = await pullFrom(world);
  pull.send(webSocketHead("/socket", "X-Pull-Verdict: refused", "Client-Cert: x"));
  await pull.ended;
  expect(pull.answers()).toMatchObject([{ status: 101 }]);
  await waitFor("it", () => world.reached().length === 1);
  const [request] = world.reached();
  expect(request?.headers).toMatchObject({ host: SHOP, "x-pull-verdict": "accepted" });
  expect(request?.headers).not.toHaveProperty("client-cert");
  await world.close();
});

for (const form of FORMS) {
  describe(`P63: ${form}, an open WebSocket`, () => {
    let application: RawApplication;
    let world: World;
    afterEach(async () => {
      await world.close();
      await application.close();
    });
    const opened = async (peer: Minted) => {
      const certificates = [peer.fingerprint, pki.shop.fingerprint];
      application = await startRawApplication(answer);
      world = await startWorld({
        form,
        pki,
        applicationPort: application.port,
        mapping: () => mappingOf(pki, { shop: { certificates } }),
      });
      const pull = await pullFrom(world, undefined, { cert: peer.pem, key: peer.keyPem });
      pull.send(webSocketHead("/accepted"));
      await pull.until((text) => text.includes("\r\n\r\n"));
      expect(pull.text()).toMatch(/^HTTP\/1\.1 101 /);
      return pull;
    };
    const reasonOf = async (pull: Conversation): Promise<unknown> => {
      await pull.ended;
      return (await refusalOn(world, pull, 0))["reason"];
    };

    it("ends after a reload without its certificate", async () => {
      const pull = await opened(pki.unlisted);
      await world.writeMapping(mappingOf(pki));
      expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
      expect(await reasonOf(pull)).toBe("certificate-not-accepted");
    });

    it("ends when its certificate expires", async () => {
      const notAfter = Math.ceil(Date.now() / 1_000 + 3) * 1_000;
      const pull = await opened(mintLeaf(pki.issuer, { names: NAMES, notAfter }));
      expect(await reasonOf(pull)).toBe("certificate-expired");
    });
  });
}
