import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connect } from "../../../cli/cloudflare/connection.ts";
import { createCloudflareWriter } from "../../../cli/cloudflare/create-writer.ts";
import { leafText, useCloudflare } from "./support/cloudflare-world.ts";

const startWorld = useCloudflare();
const servers: Server[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await Promise.all(servers.splice(0).map(async (server) => await once(server.close(), "close")));
});

describe("secrets on their way to Cloudflare", () => {
  it("are not written anywhere, whatever the environment asks the SDK to log", async () => {
    vi.stubEnv("CLOUDFLARE_LOG", "debug");
    const said: unknown[] = [];
    for (const level of ["debug", "log", "info", "warn", "error"] as const) {
      vi.spyOn(console, level).mockImplementation((...args) => void said.push(...args));
    }
    const { writer, cloudflare } = await startWorld();
    await writer.uploadAccountCertificate("shop", leafText().text);
    expect(cloudflare.calls.map(({ status }) => status)).toEqual([200]);
    expect(said).toEqual([]);
  });

  it("are the token alone: no other key of the environment goes along", async () => {
    const heads: string[][] = [];
    const baseUrl = await listen((rawHeaders) => {
      heads.push(rawHeaders);
      return { status: 200, headers: {}, body: '{"success":true,"result":[]}' };
    });
    vi.stubEnv("CLOUDFLARE_API_KEY", "global-key");
    vi.stubEnv("CLOUDFLARE_EMAIL", "operator@example.com");
    vi.stubEnv("CLOUDFLARE_API_USER_SERVICE_KEY", "v1.0-service");
    const connection = connect({ token: "the-token", accountId: "0".repeat(32), baseUrl });
    await connection.read("zones", (client) => client.zones.list());
    const head = heads.flat().join("\n");
    expect(head).toContain("Bearer the-token");
    for (const other of ["global-key", "operator@example.com", "v1.0-service"]) {
      expect(head).not.toContain(other);
    }
  });

  it("do not follow a redirect: a 307 would carry the private key along", async () => {
    const stolen: string[] = [];
    const thief = await listen((rawHeaders) => {
      stolen.push(rawHeaders.join());
      return { status: 200, headers: {}, body: '{"success":true,"result":{}}' };
    });
    const baseUrl = await listen(() => ({ status: 307, headers: { location: thief }, body: "" }));
    let now = 0;
    const sleep = async (ms: number): Promise<void> => void (await Promise.resolve((now += ms)));
    const access = { token: "the-token", accountId: "0".repeat(32), baseUrl };
    const writer = createCloudflareWriter(connect(access, { now: () => now, sleep }));
    await expect(writer.uploadAccountCertificate("shop", leafText().text)).rejects.toThrow(
      "does not answer",
    );
    expect(stolen).toEqual([]);
  });
});

interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers every request alike; the address of its API. */
async function listen(answer: (rawHeaders: string[]) => Said): Promise<string> {
  const server = createServer((request, response) => {
    const { status, headers, body } = answer(request.rawHeaders);
    request.resume();
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`;
}
