import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import type { GuardedServer } from "../../../origin-verifier/origin-verifier.ts";
import { open, type Conversation } from "../../support/conversation.ts";
import { head, webSocketHead } from "../../support/http-world.ts";
import { skipUnless } from "../../support/loud-skip.ts";
import { readProxyHeader, type ReadProxyHeader } from "../../support/proxy-header-reader.ts";
import {
  plainMapping,
  SHOP,
  startVerifierWorld,
  type VerifierWorld,
  type WorldOptions,
} from "../../support/verifier-world.ts";

/** One connection that came to the application, and what its first bytes said. */
interface Came {
  readonly socket: Socket;
  header: ReadProxyHeader | null;
}

let world: VerifierWorld;
let server: GuardedServer;
let port: number;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A verifier before an application on this port. */
async function start(applicationPort: number, options: WorldOptions = {}): Promise<void> {
  world = await startVerifierWorld(options);
  ends.push(() => world.close());
  const target = { by: "tcp", host: "127.0.0.1", port: applicationPort } as const;
  server = world.verifier.proxy(() => target, "v2");
  ends.push(() => server.close(0));
  ({ port } = await server.listen(0, "127.0.0.1"));
}

/** An application that takes nothing but a PROXY protocol header first, and HTTP after it. */
async function startApplication(listener: RequestListener): Promise<{
  readonly port: number;
  readonly came: readonly Came[];
}> {
  const http = createHttpServer(listener);
  http.on("upgrade", (_, socket) => {
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
    );
  });
  const came: Came[] = [];
  const tcp = createServer((socket) => {
    const one: Came = { socket, header: null };
    came.push(one);
    let bytes = Buffer.alloc(0);
    const read = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        one.header = readProxyHeader(bytes);
      } catch {
        socket.destroy();
        return;
      }
      if (one.header === null) return;
      socket.off("data", read);
      socket.pause();
      socket.unshift(bytes.subarray(one.header.length));
      http.emit("connection", socket);
      socket.resume();
    };
    socket.on("data", read);
    socket.on("error", () => {});
  });
  tcp.listen(0, "127.0.0.1");
  await once(tcp, "listening");
  ends.push(() => {
    for (const { socket } of came) socket.destroy();
    tcp.close();
  });
  return { port: (tcp.address() as AddressInfo).port, came };
}

async function puller(peer: "shop" | "unlisted" = "shop"): Promise<Conversation> {
  const { certificate: cert, key } = world.pki[peer];
  const pull = await open(port, { cert, key }, SHOP);
  ends.push(pull.destroy);
  return pull;
}

/** Asks once more on a connection, and waits for the answer. */
async function ask(pull: Conversation, count: number, path = "/"): Promise<string> {
  pull.send(head(`GET ${path}`));
  const answers = await pull.answered(count);
  expect(answers.at(-1)?.status).toBe(200);
  return answers.at(-1)?.body ?? "";
}

/** Shop in report mode, with these certificates accepted. */
const reporting = (pki: VerifierWorld["pki"], ...names: readonly ("shop" | "unlisted")[]) => {
  const whole = plainMapping(pki);
  const certificates = names.map((name) => pki[name].fingerprint);
  const accept = { issuer: "own", certificates, mode: { report: "2999-01-01" } };
  Object.assign(whole.hosts["shop.example.com"] as object, { accept });
  return whole;
};

const fine: RequestListener = (_, response) => void response.end("fine");
const sources = (came: readonly Came[]) => came.map(({ header }) => header?.source);
const closed = (socket: Socket) => (socket.closed ? null : once(socket, "close"));

describe("each connection to the application", () => {
  it("says first whose it is, once, and serves all that one asks", async () => {
    const application = await startApplication(fine);
    await start(application.port);
    const pull = await puller();
    for (const count of [1, 2, 3]) await ask(pull, count);
    expect(sources(application.came)).toEqual([`127.0.0.1 ${pull.localPort}`]);
    expect(application.came[0]?.header).toMatchObject({
      command: "PROXY",
      destination: `127.0.0.1 ${port}`,
      ssl: { client: 0x07, verify: 0 },
    });
    expect(application.came[0]?.header?.tlvs.get(0x02)?.toString()).toBe(SHOP);
    expect(application.came[0]?.header?.tlvs.get(0x21)?.toString()).toBe("TLSv1.3");
  });

  it("is nobody else's, and ends with its own", async () => {
    const application = await startApplication(fine);
    await start(application.port);
    const [one, other] = [await puller(), await puller()];
    await ask(one, 1);
    await ask(other, 1);
    await ask(one, 2);
    expect(sources(application.came)).toEqual([
      `127.0.0.1 ${one.localPort}`,
      `127.0.0.1 ${other.localPort}`,
    ]);
    one.destroy();
    await closed((application.came[0] as Came).socket);
    await ask(other, 2);
    expect(application.came).toHaveLength(2);
  });

  it("is followed by another that says the same, where the application has ended it", async () => {
    const application = await startApplication(fine);
    await start(application.port);
    const pull = await puller();
    await ask(pull, 1);
    application.came[0]?.socket.destroy();
    await ask(pull, 2);
    expect(sources(application.came)).toEqual(
      Array.from({ length: 2 }, () => `127.0.0.1 ${pull.localPort}`),
    );
  });

  it("says it before a WebSocket, too", async () => {
    const application = await startApplication(fine);
    await start(application.port);
    const pull = await puller();
    pull.send(webSocketHead());
    await pull.until((text) => text.includes("101"));
    expect(sources(application.came)).toEqual([`127.0.0.1 ${pull.localPort}`]);
  });

  it("says nothing of a certificate in report mode, and another says it when it is accepted", async () => {
    const application = await startApplication(fine);
    await start(application.port, { mapping: (pki) => reporting(pki, "shop") });
    const pull = await puller("unlisted");
    await ask(pull, 1);
    expect(application.came[0]?.header?.ssl).toEqual({ client: 0x01, verify: 1 });
    await world.writeMapping(reporting(world.pki, "shop", "unlisted"));
    expect(await world.verifier.reload()).toMatchObject({ ok: true });
    await ask(pull, 2);
    expect(application.came[1]?.header?.ssl).toEqual({ client: 0x07, verify: 0 });
    await closed((application.came[0] as Came).socket);
  });
});

const run = promisify(execFile);

/** Whether a program is there, by what it says of its version. */
async function has(program: string, flag: string): Promise<boolean> {
  return run(program, [flag]).then(
    () => true,
    () => false,
  );
}

/** A port that nobody has; taken by a program that can only be told one. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port: free } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

/** Starts a program with a configuration file, and waits until it listens. */
async function startProgram(
  program: string,
  args: (file: string, folder: string) => readonly string[],
  configuration: (port: number, folder: string) => string,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "pullproof-proxy-protocol-"));
  const free = await freePort();
  const file = join(folder, "program.conf");
  await writeFile(file, `${configuration(free, folder).trimEnd()}\n`);
  let said = "";
  const child: ChildProcess = spawn(program, args(file, folder), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  ends.push(async () => {
    if (child.exitCode === null && child.kill("SIGTERM")) await once(child, "exit");
    await rm(folder, { recursive: true, force: true });
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${program} does not start: ${said}`);
    const socket = connect(free, "127.0.0.1");
    const is = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (is) return free;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const hasNginx = await has("nginx", "-v");
const hasHaproxy = await has("haproxy", "-v");

describe("a server that reads PROXY protocol", () => {
  it.skipIf(skipUnless(hasNginx, "nginx (apt-get install nginx)"))(
    "nginx: is told who",
    async () => {
      const said = "$proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_port";
      const application = await startProgram(
        "nginx",
        (file, folder) => ["-p", folder, "-c", file, "-e", "stderr"],
        (
          free,
          folder,
        ) => `daemon off; master_process off; error_log stderr; pid ${folder}/nginx.pid;
        events {}
        http {
          access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder};
          fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
          server { listen 127.0.0.1:${free} proxy_protocol; location / { return 200 "${said}"; } }
        }`,
      );
      await start(application);
      const pull = await puller();
      for (const count of [1, 2])
        expect(await ask(pull, count)).toBe(`127.0.0.1 ${pull.localPort} ${port}`);
    },
  );

  it.skipIf(skipUnless(hasHaproxy, "haproxy (apt-get install haproxy)"))(
    "HAProxy, which checks the sum: is told who, and under which name",
    async () => {
      const application = await startProgram(
        "haproxy",
        (file) => ["-db", "-f", file],
        (free) => `defaults
          mode http
          timeout client 10s
          timeout server 10s
          timeout connect 1s
        frontend application
          bind 127.0.0.1:${free} accept-proxy
          http-request return status 200 content-type text/plain lf-string "%[src] %[src_port] %[dst_port] %[fc_pp_authority]"
        `,
      );
      await start(application);
      const pull = await puller();
      for (const count of [1, 2])
        expect(await ask(pull, count)).toBe(`127.0.0.1 ${pull.localPort} ${port} ${SHOP}`);
    },
  );
});
