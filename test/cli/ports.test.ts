import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requirePorts } from "../../cli/local-world/ports.ts";
import { Failure } from "../../cli/manners/failure.ts";
import type { Findings } from "../../cli/manners/finding.ts";

let busy: Server;
let port = 0;
beforeEach(async () => {
  busy = createServer();
  busy.listen(0, "127.0.0.1");
  await once(busy, "listening");
  port = (busy.address() as AddressInfo).port;
});
afterEach(() => void busy.close());

async function findingsFor(ports: readonly [number, number, number]): Promise<Findings | null> {
  const [worker, origin, application] = ports;
  try {
    await requirePorts(
      [
        { port: worker, listener: "the Worker", flag: "--port" },
        { port: origin, listener: "the verifier", flag: "--origin-port" },
        { port: application, listener: "the application", flag: "--application-port" },
      ],
      "npm start --",
    );
    return null;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.findings;
    throw thrown;
  }
}

describe("ports", () => {
  test("of the system's choice are always free, however many", async () => {
    expect(await findingsFor([0, 0, 0])).toBeNull();
  });

  test("that are taken are named, with the flag and a command that works", async () => {
    const findings = await findingsFor([0, port, 0]);
    expect(findings).toHaveLength(1);
    expect(findings?.[0]).toMatchObject({
      path: "--origin-port",
      message: `port ${port} is in use; the verifier wants it`,
    });
    const [, free] = /^npm start -- --origin-port (\d+)$/.exec(findings?.[0].next ?? "") ?? [];
    expect(await findingsFor([0, Number(free), 0])).toBeNull();
  });

  test("that two want are the first one's, and one command moves all", async () => {
    const findings = await findingsFor([port, port, port]);
    expect(findings?.map(({ path }) => path)).toEqual([
      "--port",
      "--origin-port",
      "--application-port",
    ]);
    expect(findings?.[1]?.message).toContain("is the Worker's");
    const moved = /--port (\d+) --origin-port (\d+) --application-port (\d+)$/.exec(
      findings?.[0].next ?? "",
    );
    const [, ...ports] = (moved ?? []).map(Number);
    expect(new Set(ports).size).toBe(3);
    expect(await findingsFor(ports as [number, number, number])).toBeNull();
  });
});
