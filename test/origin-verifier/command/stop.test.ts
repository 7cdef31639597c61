import { once } from "node:events";
import { Agent, request as httpsRequest } from "node:https";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { SHOP } from "../../support/verifier-world.ts";
import { useBinWorld } from "./support/bin-world.ts";
import { pull } from "./support/pull.ts";

const { files: makeFiles, application: startApplication, start } = useBinWorld();

async function readyz(port: number): Promise<number> {
  const asked = get({ host: "127.0.0.1", port, path: "/readyz", agent: false });
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return response.resume().statusCode ?? 0;
}

/** A bin before an application that answers everything but `/held`, of which it says how many there are. */
async function running(...more: readonly string[]) {
  const files = await makeFiles();
  const application = await startApplication("application");
  const held: (() => void)[] = [];
  application.handle = ({ url }, response) => {
    if (url === "/held") held.push(() => response.end("at last"));
    else response.end("application");
  };
  const bin = start([...files.flags(application.address), "--admin", "127.0.0.1:0", ...more]);
  const port = await bin.port("origin");
  const admin = await bin.port("admin");
  const pulled = async (path: string, agent: Agent | false = false) => {
    const { certificate: cert, key } = files.pki.shop;
    const asked = httpsRequest({
      host: "127.0.0.1",
      port,
      path,
      servername: SHOP,
      headers: { host: SHOP },
      rejectUnauthorized: false,
      cert,
      key,
      agent,
    });
    asked.end();
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    return { connection: response.headers.connection, body: await text(response) };
  };
  return { bin, port, admin, held, files, pulled };
}

describe("a verifier that is told to stop", () => {
  it("says that it is not ready, and accepts pulls all the same until the delay is over", async () => {
    const { bin, admin, port, files, pulled } = await running("--drain-delay", "2");
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await pulled("/", agent)).toMatchObject({ connection: "keep-alive" });
    expect(await readyz(admin)).toBe(200);
    bin.signal("SIGTERM");
    await bin.event("stopping");
    expect(await readyz(admin)).toBe(503);
    // On the connection that is open, and on a new one.
    expect(await pulled("/", agent)).toEqual({ connection: "close", body: "application" });
    expect(await pulled("/")).toEqual({ connection: "close", body: "application" });
    await expect
      .poll(
        () =>
          pull(port, files.pki.shop).then(
            () => "answered",
            (error: NodeJS.ErrnoException) => error.code,
          ),
        { timeout: 10_000 },
      )
      .toBe("ECONNREFUSED");
    agent.destroy();
    expect(await bin.ended).toEqual({ code: 0, stderr: "" });
    expect(bin.events().at(-1)).toMatchObject({ event: "stopped", cutOff: 0 });
  });

  it("answers what is in flight, and is not ready until then", async () => {
    const { bin, admin, held, pulled } = await running();
    const answer = pulled("/held");
    await expect.poll(() => held.length).toBe(1);
    bin.signal("SIGTERM");
    await bin.event("stopping");
    expect(await readyz(admin)).toBe(503);
    for (const goOn of held) goOn();
    expect(await answer).toEqual({ connection: "close", body: "at last" });
    expect(await bin.ended).toEqual({ code: 0, stderr: "" });
  });

  it("cuts off at the deadline what is not answered by then: exit code 4", async () => {
    const { bin, held, pulled } = await running("--drain-deadline", "1");
    const cut = pulled("/held").catch((error: NodeJS.ErrnoException) => error.code);
    await expect.poll(() => held.length).toBe(1);
    bin.signal("SIGTERM");
    expect(await cut).toBe("ECONNRESET");
    expect(await bin.ended).toEqual({ code: 4, stderr: "" });
    expect(bin.events().at(-1)).toMatchObject({ event: "stopped", cutOff: 1 });
  });

  it("ends at once at the second signal, with what is in flight: exit code 4", async () => {
    const { bin, held, pulled } = await running(
      "--drain-delay",
      "3600",
      "--drain-deadline",
      "3600",
    );
    const cut = pulled("/held").catch((error: NodeJS.ErrnoException) => error.code);
    await expect.poll(() => held.length).toBe(1);
    bin.signal("SIGTERM");
    await bin.event("stopping");
    bin.signal("SIGINT");
    expect(await cut).toBe("ECONNRESET");
    expect(await bin.ended).toEqual({ code: 4, stderr: "" });
  });

  it("ends at once at the second signal, and with 0 where nothing was in flight", async () => {
    const { bin } = await running("--drain-delay", "3600");
    bin.signal("SIGTERM");
    await bin.event("stopping");
    bin.signal("SIGTERM");
    expect(await bin.ended).toEqual({ code: 0, stderr: "" });
  });

  it("reloads nothing any more", async () => {
    const { bin, files, held, pulled } = await running();
    const answer = pulled("/held");
    await expect.poll(() => held.length).toBe(1);
    bin.signal("SIGTERM");
    await bin.event("stopping");
    bin.signal("SIGHUP");
    await files.write("issuer.pem", "");
    for (const goOn of held) goOn();
    await answer;
    expect(await bin.ended).toMatchObject({ code: 0 });
    expect(bin.events().map(({ event }) => event)).not.toContain("reload-failed");
  });
});
