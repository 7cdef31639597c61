import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { serve, upgradeWebSocket } from "@hono/node-server";
import express from "express";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { Hono } from "hono";
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from "vitest";
import { WebSocket, WebSocketServer, type ClientOptions } from "ws";
import * as forExpress from "../../../origin-verifier/adapters/express.ts";
import * as forFastify from "../../../origin-verifier/adapters/fastify.ts";
import * as forHono from "../../../origin-verifier/adapters/hono.ts";
import * as forNode from "../../../origin-verifier/adapters/node.ts";
import type { OriginVerifier } from "../../../origin-verifier/origin-verifier.ts";
import {
  exchange,
  dial,
  SHOP,
  startVerifierWorld,
  type VerifierWorld,
} from "../../support/verifier-world.ts";
import { head } from "../../support/http-world.ts";
import { listening } from "./frameworks.ts";

let world: VerifierWorld;
let verifier: OriginVerifier;
beforeAll(async () => {
  world = await startVerifierWorld();
  ({ verifier } = world);
});
afterAll(() => world.close());

const opened: { readonly close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** What a plain server of Node's with this listener answers to anybody. */
async function pastTheVerifier(listener: RequestListener, path = "/"): Promise<Response> {
  const server = createServer(listener);
  opened.push({ close: () => server.closeAllConnections() }, server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { "x-pull-verdict": "accepted", "x-pull-hostname": "shop.example.com" },
  });
}

/** One good pull. */
async function pull(port: number, path = "/"): Promise<string> {
  return exchange(await dial({ port }, world.pki.shop), head(`GET ${path}`, "Connection: close"));
}

const never = (): never => {
  throw new Error("an unjudged request came through");
};
const expressApplication = () => {
  const app = express();
  app.set("env", "test");
  app.get("/", (request, response) => {
    response.end(forExpress.pullOf(request).hostname);
  });
  return app;
};
const serverFactory = () => forFastify.originServer(verifier);
const honoApplication = () =>
  new Hono().use(forHono.pulls).get("/", (c) => c.text(c.var.pull.hostname));

/** What makes a promise of an object. */
const THEN = ["th", "en"].join("");
const fake = { verdict: "accepted", hostname: "shop.example.com" };

describe("node:http", () => {
  it("takes nothing but a listener", () => {
    expect(() => forNode.createOriginServer(verifier, undefined as never)).toThrow(TypeError);
  });

  it("has no pull for a request of another server, whatever it carries", async () => {
    const thrown: unknown[] = [];
    const listener: RequestListener = (request, response) => {
      Object.assign(request, { pull: fake });
      try {
        forNode.pullOf(request);
      } catch (error) {
        thrown.push(error);
      }
      response.end();
    };
    Object.assign(Object.prototype, { pull: fake });
    try {
      await pastTheVerifier(listener);
    } finally {
      delete (Object.prototype as { pull?: unknown }).pull;
    }
    expect(thrown).toHaveLength(1);
    expect(thrown[0]).toBeInstanceOf(forNode.UnjudgedRequest);
  });

  it("has a pull that nobody changes, as long as the request is kept", async () => {
    let kept: IncomingMessage | undefined;
    const server = await listening(
      forNode.createOriginServer(verifier, (request, response) => {
        kept = request;
        response.end();
      }),
    );
    opened.push(server);
    await pull(server.port);
    expect(kept?.socket.destroyed).toBe(true);
    const carried = forNode.pullOf(kept as IncomingMessage);
    expect(carried.hostname).toBe("shop.example.com");
    expect(() => Object.assign(carried, { hostname: "blog.example.com" })).toThrow(TypeError);
    // Neither by what is made of it, nor by what stands for it.
    for (const other of [
      Object.create(kept ?? null),
      Object.assign({}, kept),
      new Proxy(kept ?? {}, {}),
    ])
      expect(() => forNode.pullOf(other as IncomingMessage)).toThrow(forNode.UnjudgedRequest);
  });

  it.each<[string, RequestListener]>([
    ["throws", never],
    ["rejects", async () => never()],
    [
      "returns what rejects when it is waited for",
      () => ({ [THEN]: (_: unknown, no: () => void) => no() }),
    ],
    ["returns what cannot be looked at", () => Object.defineProperty({}, THEN, { get: never })],
  ])(
    "ends the pull of a listener that %s, the second of two as well, and no other",
    async (_, fails) => {
      const listener: RequestListener = (request, response) => {
        if (request.url === "/") response.end("fine");
        else return fails(request, response);
      };
      const server = forNode.createOriginServer(verifier, () => "nothing to wait for");
      server.on("request", listener);
      const { port, close } = await listening(server);
      opened.push({ close });
      expect(await pull(port, "/fails")).toBe("");
      expect(await pull(port)).toContain("fine");
    },
  );

  it("listens where it is told, and says why it cannot", async () => {
    const one = await listening(forNode.createOriginServer(verifier, never));
    opened.push(one);
    const other = forNode.createOriginServer(verifier, never);
    other.listen({ port: one.port, host: "127.0.0.1" });
    const [error] = (await once(other, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("EADDRINUSE");
    expect(other.listening).toBe(false);
  });

  it("does not listen once it was closed, not even where it was about to", async () => {
    const server = forNode.createOriginServer(verifier, never);
    const heard = vi.fn<() => void>();
    server.listen(0, "127.0.0.1", heard);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    // What began to listen later listens by now.
    opened.push(await listening(forNode.createOriginServer(verifier, never)));
    expect(heard).not.toHaveBeenCalled();
    expect(server.address()).toBeNull();
    server.listen(0, "127.0.0.1");
    await once(server, "error");
    expect(server.listening).toBe(false);
  });

  test.each([[{ path: "/tmp/socket" }], [{ fd: 3 }], ["/tmp/socket"]])(
    "does not listen on %j",
    (where) => {
      const server = forNode.createOriginServer(verifier, never);
      expect(() => server.listen(where as never)).toThrow(TypeError);
    },
  );
});

describe("Express 5", () => {
  it("answers 403 on any other server, to routes that were there before and to later ones", async () => {
    const app = expressApplication();
    const server = await listening(forExpress.createOriginServer(verifier, app));
    opened.push(server);
    const later = vi.fn<() => void>();
    app.get("/later", later);
    for (const path of ["/", "/later", "/nowhere"])
      expect((await pastTheVerifier(app, path)).status).toBe(403);
    expect(later).not.toHaveBeenCalled();
    expect(await pull(server.port)).toMatch(/shop\.example\.com$/);
  });

  it("answers 403 within an application that is served elsewhere", async () => {
    const app = expressApplication();
    forExpress.createOriginServer(verifier, app);
    const outer = express().use("/in", app);
    expect((await pastTheVerifier(outer, "/in/")).status).toBe(403);
  });

  it("does not listen by itself any more", () => {
    const app = expressApplication();
    forExpress.createOriginServer(verifier, app);
    expect(() => app.listen(0)).toThrow(forExpress.WronglyMounted);
    expect(() => Object.assign(app, { handle: never })).toThrow(TypeError);
  });

  it("takes the outermost application alone", () => {
    const inner = expressApplication();
    express().use(inner);
    expect(() => forExpress.createOriginServer(verifier, inner)).toThrow(forExpress.WronglyMounted);
  });

  test.each([express.Router(), (): void => {}, {}, null])(
    "does not take what is none: %o",
    (other) => {
      expect(() => forExpress.createOriginServer(verifier, other as never)).toThrow(
        forExpress.WronglyMounted,
      );
    },
  );
});

describe("Fastify 5", () => {
  it("does not start with pulls on a server that is not the verifier's", async () => {
    const app = Fastify();
    void app.register(forFastify.pulls);
    await expect(app.ready()).rejects.toBeInstanceOf(forFastify.WronglyMounted);
  });

  it("does not listen without pulls", async () => {
    const app = Fastify({ serverFactory: serverFactory() });
    app.get("/", never);
    await expect(app.listen({ port: 0, host: "127.0.0.1" })).rejects.toBeInstanceOf(
      forFastify.WronglyMounted,
    );
    expect(app.server.listening).toBe(false);
  });

  it("does not start with pulls in a scope of their own", async () => {
    const app = Fastify({ serverFactory: serverFactory() });
    void app.register(async (inner) => void inner.register(forFastify.pulls));
    await expect(app.ready()).rejects.toBeInstanceOf(forFastify.WronglyMounted);
  });

  test.each([{ http2: true }, { https: {} }, { http2: true, https: {} }])(
    "is not made with %j",
    (option) => {
      expect(() => Fastify({ ...option, serverFactory: serverFactory() } as never)).toThrow(
        forFastify.WronglyMounted,
      );
    },
  );

  it("answers 403 to injected requests, and to those of another server", async () => {
    const app = Fastify({ serverFactory: serverFactory() });
    void app.register(forFastify.pulls);
    const seen = vi.fn<() => string>(() => "seen");
    app.setNotFoundHandler(seen);
    void app.register(async (inner) => void inner.get("/", seen));
    await app.ready();
    const headers = { "x-pull-verdict": "accepted" };
    for (const url of ["/", "/nowhere"]) {
      expect((await app.inject({ url, headers })).statusCode).toBe(403);
      expect((await pastTheVerifier((...given) => app.routing(...given), url)).status).toBe(403);
    }
    expect(seen).not.toHaveBeenCalled();
  });

  it("does so in scopes that were loaded before pulls, too", async () => {
    const app = Fastify({ serverFactory: serverFactory() });
    await app.register(async (inner) => void inner.get("/", never));
    void app.register(forFastify.pulls);
    await app.ready();
    expect((await pastTheVerifier((...given) => app.routing(...given))).status).toBe(403);
    expect((await app.inject("/")).statusCode).toBe(403);
  });

  it("has no pull for an injected request where its hook does not reach", async () => {
    const seen: unknown[] = [];
    const app = Fastify({
      serverFactory: serverFactory(),
      // For a request that no route gets: before every hook.
      frameworkErrors: (_, request: FastifyRequest, reply: FastifyReply) => {
        seen.push(request.pull);
        void reply.code(400).send();
      },
    });
    void app.register(forFastify.pulls);
    await app.ready();
    expect((await app.inject("/%world")).statusCode).toBe(400);
    expect(seen).toEqual([undefined]);
  });

  it("closes, and lets go of its port", async () => {
    const app = Fastify({ serverFactory: serverFactory() });
    void app.register(forFastify.pulls);
    app.get("/", (request) => request.pull.hostname);
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    expect(await pull(port)).toMatch(/shop\.example\.com$/);
    await app.close();
    await expect(dial({ port }, world.pki.shop)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("Hono", () => {
  it("is not mounted without pulls, behind a route, for some paths or for some methods", () => {
    for (const app of [
      new Hono(),
      new Hono().get("/", never),
      new Hono().use(async (_, next) => next()).use(forHono.pulls),
      new Hono().get("/early", never).use(forHono.pulls),
      new Hono().use("/api/*", forHono.pulls),
      new Hono().basePath("/api").use(forHono.pulls),
      new Hono().get("/*", forHono.pulls as never),
    ]) {
      expect(() => forHono.createOriginServer(verifier, app)).toThrow(forHono.WronglyMounted);
    }
  });

  it("answers 403 to made-up requests, whatever they bring", async () => {
    const app = honoApplication();
    expect((await app.request("/")).status).toBe(403);
    const incoming = { pull: fake, headers: { "x-pull-verdict": "accepted" } };
    expect((await app.request("/", {}, { incoming, pull: fake })).status).toBe(403);
  });

  it("opens its own kind of WebSocket after both locks, and knows who pulled", async () => {
    const app = new Hono().use(forHono.pulls).get(
      "/socket",
      upgradeWebSocket((c) => ({
        onOpen: (_, socket) => {
          socket.send((c.var as forHono.PullEnv["Variables"]).pull.hostname);
        },
      })),
    );
    const sockets = new WebSocketServer({ noServer: true });
    const server = await listening(
      forHono.createOriginServer(verifier, app, { websocket: { server: sockets as never } }),
    );
    opened.push(server);
    const { certificate: cert, key } = world.pki.shop;
    const socket = new WebSocket(`wss://127.0.0.1:${server.port}/socket`, {
      cert,
      key,
      servername: SHOP,
      headers: { host: SHOP },
      rejectUnauthorized: false,
    } as ClientOptions);
    const [message] = (await once(socket, "message")) as [Buffer];
    expect(message.toString()).toBe("shop.example.com");
    socket.terminate();
  });

  it("answers 403 on any other server, and within another application", async () => {
    const app = honoApplication();
    const server = await listening(forHono.createOriginServer(verifier, app));
    opened.push(server);
    const never404 = new Hono().route("/in", app);
    for (const [fetching, path] of [
      [app.fetch, "/"],
      [app.fetch, "/nowhere"],
      [never404.fetch, "/in"],
    ] as const) {
      const other = serve({ fetch: fetching, port: 0, hostname: "127.0.0.1" });
      opened.push(other);
      await once(other, "listening");
      const { port } = other.address() as AddressInfo;
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(403);
    }
    expect(await pull(server.port)).toMatch(/shop\.example\.com$/);
  });
});

it("tells the operator once of a request that came past the verifier, and its sender nothing", async () => {
  const app = express();
  forExpress.createOriginServer(verifier, app);
  const answer = await pastTheVerifier(app);
  expect(await answer.text()).toBe("");
  expect(answer.headers.get("x-powered-by")).toBeNull();
});
