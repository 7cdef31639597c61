import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Hostname } from "../../../shared/hostname.ts";
import type { Limits } from "../../../origin-verifier/limits.ts";
import type { RefusePolicy } from "../../../origin-verifier/listener/lock-one.ts";
import type { Profile } from "../../../origin-verifier/profile/profile.ts";
import type * as BuiltAdapter from "../../../origin-verifier/adapters/node.ts";
import type * as Built from "../../../origin-verifier/origin-verifier.ts";

/**
 * An application on node:http with the built verifier in its own process, put behind it by the adapter: what it prints is
 * what the bin prints, and besides a line for each request that reached it. Its argument is a file with {@link Program}.
 */
export interface Program {
  /** URL of the built `origin-verifier.js`. */
  readonly built: string;
  readonly mapping: string;
  readonly origins: Readonly<
    Record<string, { readonly certificate: string; readonly key: string }>
  >;
  readonly refuse: RefusePolicy;
  readonly profile: Profile;
  readonly limits: Partial<Limits>;
}

/** Requests for this are answered after the next reload. */
const HELD = "/held";
/** A WebSocket for this is left open. */
const STAYS_OPEN = "/accepted";
/** To a request for this, the answer says what the verifier alone may say. */
const SAYS_REFUSAL = "/says-refusal";
const ANSWER = "from the application";
const held: ServerResponse[] = [];

const program = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as Program;
const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

const { createOriginVerifier } = (await import(program.built)) as typeof Built;
const adapter = new URL("adapters/node.js", program.built).href;
const { createOriginServer, pullOf } = (await import(adapter)) as typeof BuiltAdapter;

let verifier: Built.OriginVerifier;
try {
  verifier = await createOriginVerifier({
    mapping: program.mapping,
    origins: { by: "name", files: new Map(Object.entries(program.origins) as [Hostname, never][]) },
    refuse: program.refuse,
    profile: program.profile,
    limits: program.limits,
    onEvent: (event) => {
      say(event);
      if (event.event === "trust-swapped")
        for (const response of held.splice(0)) response.end(ANSWER);
      // With the listener closed nothing holds this process any more, and so it ends.
      if (event.event === "listener-unsafe") process.exitCode = 3;
    },
  });
  const server = createOriginServer(verifier, (request, response) => {
    const { method, url, headers, rawHeaders } = request;
    const pull = pullOf(request);
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("latin1")));
    request.on("end", () => {
      say({ event: "reached", method, url, headers, rawHeaders, body, pull });
      if (url === SAYS_REFUSAL) response.setHeader("Pull-Refusal", "of-the-application");
      if (url === HELD) held.push(response);
      else response.end(ANSWER);
    });
  });
  server.on("upgrade", (request, socket) => {
    const { method, url, headers, rawHeaders } = request;
    say({ event: "reached", method, url, headers, rawHeaders, body: "", pull: pullOf(request) });
    const switching =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    if (url === STAYS_OPEN) socket.resume().write(switching);
    else socket.end(switching);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { address, port } = server.address() as AddressInfo;
  process.on("SIGHUP", () => void verifier.reload());
  process.on("SIGTERM", () => {
    server.closeAllConnections();
    server.close(() => process.exit(0));
  });
  say({ event: "listening", listener: "origin", address, port });
} catch (error) {
  if ((error as Error).name !== "VerifierRefusesToStart") throw error;
  process.stderr.write(`${(error as Built.VerifierRefusesToStart).message}\n`);
  process.exitCode = 1;
}
