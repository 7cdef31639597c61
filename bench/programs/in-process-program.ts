import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import https from "node:https";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { getRequestListener, serve } from "@hono/node-server";
import { Hono } from "hono";
import type * as honoModule from "../../origin-verifier/adapters/hono.ts";
import type * as nodeModule from "../../origin-verifier/adapters/node.ts";
import type * as verifierModule from "../../origin-verifier/origin-verifier.ts";
import { SMALL_ANSWER } from "../servers/nginx.ts";
import type { Certificates } from "../support/certificates.ts";

/** What this process is; its one argument, as JSON. */
export interface Program {
  readonly framework: "node" | "hono";
  /** Who stands before the application: the verifier in process, Node's own https, or nobody. */
  readonly lock: "verifier" | "https" | "none";
  /** The folder of the verifier's modules, built or as they are written; null where it takes no part. */
  readonly modules: string | null;
  /** Of its modules: `.js` or `.ts`. */
  readonly ending: string;
  readonly certificates: Certificates;
  readonly port: number;
}

const { framework, lock, modules, ending, certificates, port } = JSON.parse(
  process.argv[2] ?? "",
) as Program;

const listener: RequestListener = (_request, response) => {
  response.writeHead(200, {
    "Content-Type": "text/plain",
    "Content-Length": String(SMALL_ANSWER.length),
  });
  response.end(SMALL_ANSWER);
};

async function own<T>(file: string): Promise<T> {
  return (await import(pathToFileURL(path.join(modules ?? "", `${file}${ending}`)).href)) as T;
}

if (lock === "verifier") {
  const { createOriginVerifier } = await own<typeof verifierModule>("origin-verifier");
  const verifier = await createOriginVerifier({
    mapping: certificates.mapping,
    origins: {
      by: "certificate",
      files: { certificate: certificates.origin, key: certificates.originKey },
    },
  });
  if (framework === "node") {
    const { createOriginServer } = await own<typeof nodeModule>("adapters/node");
    createOriginServer(verifier, listener).listen(port, "127.0.0.1");
  } else {
    const { createOriginServer, pulls } = await own<typeof honoModule>("adapters/hono");
    const application = new Hono<honoModule.PullEnv>()
      .use(pulls)
      .get("*", (c) => c.text(SMALL_ANSWER));
    createOriginServer(verifier, application).listen(port, "127.0.0.1");
  }
} else {
  const application = new Hono().get("*", (c) => c.text(SMALL_ANSWER));
  if (lock === "https") {
    const options: https.ServerOptions = {
      cert: readFileSync(certificates.origin),
      key: readFileSync(certificates.originKey),
      ca: readFileSync(certificates.issuer),
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
      keepAliveTimeout: 600_000,
    };
    const answer = framework === "node" ? listener : getRequestListener(application.fetch);
    https.createServer(options, answer).listen(port, "127.0.0.1");
  } else if (framework === "node") {
    createServer({ keepAliveTimeout: 600_000 }, listener).listen(port, "127.0.0.1");
  } else {
    const serverOptions = { keepAliveTimeout: 600_000 };
    serve({ fetch: application.fetch, port, hostname: "127.0.0.1", serverOptions });
  }
}
