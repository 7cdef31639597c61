import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import Fastify from "fastify";
import { Hono } from "hono";
import { createOriginServer as createForExpress } from "../../../origin-verifier/adapters/express.ts";
import {
  originServer as originServerForFastify,
  pulls as pullsForFastify,
} from "../../../origin-verifier/adapters/fastify.ts";
import {
  createOriginServer as createForHono,
  pulls as pullsForHono,
  type PullEnv,
} from "../../../origin-verifier/adapters/hono.ts";
import {
  createOriginServer as createForNode,
  pullOf,
} from "../../../origin-verifier/adapters/node.ts";
import type { OriginServer } from "../../../origin-verifier/adapters/origin-server.ts";
import type { JudgedPull, OriginVerifier } from "../../../origin-verifier/origin-verifier.ts";

/** What a handler saw of a request: by the framework's own means, and by Node's below it. */
export interface Seen {
  readonly pull: JudgedPull;
  /** Every view of the headers that there is, each as names and values. */
  readonly views: Readonly<Record<string, unknown>>;
  /** What the framework makes of who asked, and for what. */
  readonly derived: Readonly<Record<string, unknown>>;
}

/** An application of one framework, mounted as its adapter says: `/seen` answers with {@link Seen}, `/fails` fails. */
export interface Mounted {
  readonly port: number;
  readonly server: OriginServer;
  readonly close: () => Promise<void>;
}

export type Mount = (verifier: OriginVerifier, trustProxy: boolean) => Promise<Mounted>;

const viewsOf = ({
  headers,
  headersDistinct,
  rawHeaders,
  trailers,
  rawTrailers,
}: IncomingMessage) => ({
  headers,
  headersDistinct,
  rawHeaders,
  trailers,
  rawTrailers,
});

export const FRAMEWORKS: Readonly<Record<string, Mount>> = {
  "node:http": (verifier) =>
    listening(
      createForNode(verifier, async (request, response) => {
        if (request.url === "/fails") throw new Error("in the handler");
        const seen: Seen = { pull: pullOf(request), views: viewsOf(request), derived: {} };
        response.end(JSON.stringify(seen));
      }),
    ),
  "Express 5": (verifier, trustProxy) => {
    const app = express();
    app.set("trust proxy", trustProxy);
    const inner = express();
    inner.get("/seen", (request, response) => {
      const { ip, ips, protocol, hostname, host, secure, subdomains } = request;
      response.json({
        pull: pullOf(request),
        views: viewsOf(request),
        derived: { ip, ips, protocol, hostname, host, secure, subdomains },
      } satisfies Seen);
    });
    inner.get("/fails", () => {
      throw new Error("in the handler");
    });
    app.set("env", "test");
    app.use(inner);
    return listening(createForExpress(verifier, app));
  },
  "Fastify 5": async (verifier, trustProxy) => {
    const app = Fastify({ serverFactory: originServerForFastify(verifier), trustProxy });
    void app.register(pullsForFastify);
    void app.register(async (inner) => {
      inner.get("/seen", (request): Seen => {
        const { pull, raw, headers, ip, ips, host, hostname, port, protocol } = request;
        return {
          pull,
          views: { ...viewsOf(raw), own: headers },
          derived: { ip, ips, protocol, hostname, host, port },
        };
      });
      inner.get("/fails", () => {
        throw new Error("in the handler");
      });
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    return {
      port: (app.server.address() as AddressInfo).port,
      server: app.server as unknown as OriginServer,
      close: () => app.close(),
    };
  },
  "Hono on @hono/node-server": (verifier) => {
    const app = new Hono<PullEnv>();
    app.use(pullsForHono);
    app.onError((_, c) => c.text("failed", 500));
    app.get("/seen", (c) =>
      c.json({
        pull: c.var.pull,
        views: {
          ...viewsOf(c.env.incoming),
          own: c.req.header(),
          raw: [...c.req.raw.headers],
        },
        derived: { url: c.req.url },
      } satisfies Seen),
    );
    app.get("/fails", () => {
      throw new Error("in the handler");
    });
    return listening(createForHono(verifier, app));
  },
};

export async function listening(server: OriginServer): Promise<Mounted> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    server,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
