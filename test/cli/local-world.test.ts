import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { ApplicationAnswer } from "../../cli/local-world/application-answer.ts";
import { listAttempts } from "../../cli/local-world/attempts.ts";
import { commandsByHand, edgeCommandsByHand } from "../../cli/local-world/by-hand.ts";
import { listEdgeAttempts } from "../../cli/local-world/edge-attempts.ts";
import type { LocalWorld } from "../../cli/local-world/local-world.ts";
import { startLocalWorld } from "../../cli/local-world/start-local-world.ts";
import type { Hostname } from "../../shared/hostname.ts";
import { skipUnless } from "../support/loud-skip.ts";

const ROOT = join(import.meta.dirname, "../..");
const skipCurl = skipUnless(
  spawnSync("curl", ["--version"]).status === 0,
  "curl (apt-get install curl)",
);

const DOCS = "docs.example.com" as Hostname;
let folder = "";
let world: LocalWorld;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pullproof-world-"));
  world = await startLocalWorld({
    mapping: join(ROOT, "mapping.json"),
    configuration: join(ROOT, "wrangler.local.toml"),
    ports: { worker: 0, origin: 0, application: 0 },
    folder,
    now: new Date(),
  });
});
afterAll(async () => {
  await world.close();
  // Safe to ask again.
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer;
}

/** Asks the Worker for a path of shop's. */
async function visit(path: string, { method = "GET", headers = {}, body }: Asked = {}) {
  const { worker: port } = world.ports;
  const asked = request({
    host: "127.0.0.1",
    port,
    path,
    method,
    headers: { host: "shop.example.com", ...headers },
  });
  asked.end(body);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return { response, body: await buffer(response) };
}

interface Done {
  readonly status: number;
  readonly stdout: string;
}

/** Runs the commands in a shell. Not in step: the application that they reach lives in this process. */
async function byHand(): Promise<readonly Done[]> {
  const { mapping, certificates } = world;
  const commands = [
    ...commandsByHand(world, listAttempts(mapping, certificates)),
    ...edgeCommandsByHand(world, listEdgeAttempts(mapping, certificates)),
  ];
  return await Promise.all(
    commands.map(async ({ command }) => {
      const shell = spawn("/bin/sh", ["-c", command.join(" ")], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const [stdout, [status]] = await Promise.all([text(shell.stdout), once(shell, "close")]);
      return { status: status as number, stdout };
    }),
  );
}

describe("the demo application", () => {
  test("says which certificate pulled, and for whom", async () => {
    const { response, body } = await visit("/a?b=c");
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(JSON.parse(body.toString()) as ApplicationAnswer).toEqual({
      application: "pullproof demo",
      hostname: "shop.example.com",
      fingerprint: [...world.certificates.pull.values()][0]?.fingerprint,
      verdict: "accepted",
      method: "GET",
      path: "/a?b=c",
      host: "origin-shop.example.net",
      forwarded: { for: "127.0.0.1", host: "shop.example.com", proto: "http" },
    });
  });

  test("is a page for a browser", async () => {
    const { response, body } = await visit("/", { headers: { accept: "text/html,*/*;q=0.8" } });
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(response.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(body.toString()).toContain("<h1>shop.example.com</h1>");
  });

  test("says to whoever comes past the verifier that nobody vouches for them, and takes nothing for markup", async () => {
    const path = "/?<script>alert('1')</script>";
    const asked = request(world.applicationUrl, { path, headers: { accept: "text/html" } });
    asked.end();
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    const page = await text(response);
    expect(page).toContain("Nobody pulled this");
    expect(page).toContain("GET /?&#60;script&#62;");
    expect(page).not.toContain("<script>");
  });

  test("sends a body back, byte for byte", async () => {
    const body = Buffer.alloc(3_000_017, "pullproof");
    const { response, body: back } = await visit("/echo", {
      method: "POST",
      headers: { "content-type": "application/x-test" },
      body,
    });
    expect(response.headers["content-type"]).toBe("application/x-test");
    expect(back.equals(body)).toBe(true);
  });

  test("sends as many bytes as it is asked for, each in its place", async () => {
    const { response, body } = await visit("/bytes/200003");
    expect(response.statusCode).toBe(200);
    expect(body).toHaveLength(200_003);
    expect(body.every((byte, index) => byte === index % 251)).toBe(true);
  });

  test("echoes a WebSocket, text and bytes", async () => {
    const socket = new WebSocket(`${world.workerUrl?.replace("http", "ws")}/ws`, {
      headers: { host: "shop.example.com" },
    });
    await once(socket, "open");
    for (const message of ["hello", Buffer.from([0, 1, 255])]) {
      socket.send(message);
      const [data, binary] = (await once(socket, "message")) as [Buffer, boolean];
      expect(binary ? data : data.toString()).toEqual(message);
    }
    socket.close();
    await once(socket, "close");
  });
});

describe.skipIf(skipCurl)("the commands to try by hand", () => {
  test("do what is said of them", async () => {
    const [shop, blog, echo, bare, own, stranger, edge, past, stopped, ...more] = await byHand();
    expect(more).toEqual([]);
    const [shopPull, blogPull] = [...world.certificates.pull.values()];
    expect(JSON.parse(shop?.stdout ?? "")).toMatchObject({
      hostname: "shop.example.com",
      fingerprint: shopPull?.fingerprint,
    });
    expect(JSON.parse(blog?.stdout ?? "")).toMatchObject({
      hostname: "blog.example.com",
      fingerprint: blogPull?.fingerprint,
    });
    expect(echo).toMatchObject({ status: 0, stdout: "hello" });
    expect(JSON.parse(own?.stdout ?? "")).toMatchObject({ hostname: "shop.example.com" });
    expect(JSON.parse(edge?.stdout ?? "")).toMatchObject({
      hostname: "docs.example.com",
      fingerprint: world.certificates.edge.get(DOCS)?.fingerprint,
      forwarded: { for: "127.0.0.1", proto: "https" },
    });
    expect(JSON.parse(past?.stdout ?? "")).toMatchObject({ hostname: null, fingerprint: null });
    for (const refused of [bare, stranger, stopped]) {
      // 52 and 56 are curl's words for: not one byte came.
      expect([52, 56]).toContain(refused?.status);
      expect(refused?.stdout).toBe("");
    }
  });
});

test("a world that is up has its ports, and a second one beside it takes others", async () => {
  const second = await startLocalWorld({
    mapping: join(ROOT, "mapping.json"),
    configuration: join(ROOT, "wrangler.local.toml"),
    ports: { worker: 0, origin: 0, application: 0 },
    folder,
    now: new Date(),
  });
  try {
    expect(second.reusedCertificates).toBe(true);
    const ports = [world, second].flatMap(({ ports: three, edge }) => [
      ...Object.values(three),
      edge?.port,
      ...Object.values(edge?.open ?? {}),
    ]);
    expect(ports).not.toContain(0);
    expect(new Set(ports).size).toBe(12);
    expect((await visit("/")).response.statusCode).toBe(200);

    // And when a part of it ends by itself, that is told.
    process.kill(second.verifierPid, "SIGKILL");
    const { findings } = await second.broken;
    expect(findings[0].message).toContain("the verifier was ended by signal 9");
  } finally {
    await second.close();
  }
});
