import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { BLOG, SHOP } from "../../support/verifier-world.ts";
import { useBinWorld } from "./support/bin-world.ts";
import { pull } from "./support/pull.ts";

const { files: makeFiles, application: startApplication, start } = useBinWorld();

/** What `--config` says of an origin hostname: its own certificate, key and application. */
async function servedAs(name: string): Promise<object> {
  const { address: application } = await startApplication(name);
  return { certificate: `${name}.pem`, key: `${name}.key`, application };
}

describe("what it answers", () => {
  it("to strangers is nothing, with flags alone, and its log says why", async () => {
    const files = await makeFiles();
    const bin = start(files.flags());
    const port = await bin.port("origin");
    await expect(pull(port, null)).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect(pull(port, files.pki.stranger)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await bin.event("pull-refused", 1)).toMatchObject({ reason: "no-certificate" });
    expect(await bin.event("pull-refused", 2)).toMatchObject({
      reason: "unknown-issuer",
      status: null,
      remoteAddress: "127.0.0.1",
      fingerprint: files.pki.stranger.fingerprint,
    });
  });

  it.each([
    ["status", 403],
    ["always-silent", null],
  ])("is another thing with --refuse %s", async (policy, status) => {
    const files = await makeFiles();
    const bin = start([...files.flags(), "--refuse", policy]);
    const port = await bin.port("origin");
    for (const certificate of [null, files.pki.blog]) {
      const outcome = await pull(port, certificate).then(
        (pulled) => pulled.status,
        () => null,
      );
      expect(outcome).toBe(status);
    }
  });

  it("to an accepted pull is the application's answer", async () => {
    const files = await makeFiles();
    const application = await startApplication("shop's application");
    const bin = start(files.flags(application.address));
    const port = await bin.port("origin");
    expect(await pull(port, files.pki.shop)).toMatchObject({
      status: 200,
      body: "shop's application",
    });
    // The mapping has an origin hostname for which this process has no certificate: it says so, and that is all.
    const { warnings } = await bin.event("trust-swapped");
    expect(warnings).toEqual([expect.stringContaining(BLOG)]);
    await expect(pull(port, files.pki.blog, {}, BLOG)).rejects.toThrow(/alert/);
  });

  it("is each origin hostname's own, with --config", async () => {
    const files = await makeFiles();
    const origins = { [SHOP]: await servedAs(SHOP), [BLOG]: await servedAs(BLOG) };
    const listen = "127.0.0.1:0";
    await files.write("v.json", JSON.stringify({ mapping: "mapping.json", listen, origins }));
    const bin = start(["--config", files.path("v.json")]);
    const port = await bin.port("origin");
    expect(await pull(port, files.pki.shop)).toMatchObject({ status: 200, body: SHOP });
    expect(await pull(port, files.pki.blog, {}, BLOG)).toMatchObject({ status: 200, body: BLOG });
    expect(await pull(port, files.pki.shop, {}, BLOG)).toMatchObject({ status: 403 });
    expect((await bin.event("trust-swapped")).warnings).toEqual([]);
  });
});

describe("what it logs", () => {
  it("is one JSON object a line, whatever a peer writes, and no line for an accepted pull", async () => {
    const files = await makeFiles();
    const application = await startApplication("application");
    const bin = start([...files.flags(application.address), "--no-watch"]);
    const port = await bin.port("origin");
    await pull(port, files.pki.shop, { path: "/accepted" });
    const headers = { host: BLOG, "x-forwarded-host": 'a"\\ {"event":"stopped"}' };
    await pull(port, files.pki.shop, { headers, path: "/%0a%7b%22event%22%3a%22forged%22%7d" });
    expect(await bin.event("pull-refused")).toMatchObject({
      reason: "misdirected",
      hostname: null,
    });
    expect(bin.events().map(({ event }) => event)).toEqual([
      "trust-swapped",
      "listening",
      "pull-refused",
    ]);
    expect(bin.lines.join("\n")).not.toMatch(/PRIVATE KEY|BEGIN|forged|\/accepted/);
  });

  it("has a line for each accepted pull too, where that is asked for", async () => {
    const files = await makeFiles();
    const application = await startApplication("application");
    const bin = start([...files.flags(application.address), "--log-accepted"]);
    await pull(await bin.port("origin"), files.pki.shop);
    expect(await bin.event("pull-accepted")).toMatchObject({
      hostname: "shop.example.com",
      originHostname: SHOP,
      method: "GET",
      fingerprint: files.pki.shop.fingerprint,
    });
  });
});

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  it("lets a pull in flight end, accepts no other, and exits with 0", async () => {
    const files = await makeFiles();
    const application = await startApplication("application");
    const answer = Promise.withResolvers<() => void>();
    application.handle = (_request, response) => {
      response.write("the first half, ");
      answer.resolve(() => response.end("and the second"));
    };
    const bin = start(files.flags(application.address));
    const port = await bin.port("origin");
    const pulled = pull(port, files.pki.shop);
    const goOn = await answer.promise;

    bin.signal(signal);
    await bin.event("stopping");
    const late = connect(port, "127.0.0.1");
    const [refused] = (await once(late, "error")) as [NodeJS.ErrnoException];
    expect(refused.code).toBe("ECONNREFUSED");

    goOn();
    expect(await pulled).toMatchObject({
      status: 200,
      body: "the first half, and the second",
    });
    expect(await bin.ended).toEqual({ code: 0, stderr: "" });
    expect(bin.events().at(-1)).toMatchObject({ event: "stopped" });
  });

  it("ends it at once where nothing is in flight", async () => {
    const files = await makeFiles();
    const bin = start([...files.flags(), "--admin", "127.0.0.1:0"]);
    await bin.port("origin");
    bin.signal(signal);
    expect(await bin.ended).toEqual({ code: 0, stderr: "" });
  });
});
