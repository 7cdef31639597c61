import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { parseStatus } from "../../../cli/verifiers/read-status.ts";
import { SHOP } from "../../support/verifier-world.ts";
import { samplesOf } from "../../support/samples.ts";
import { useBinWorld } from "../command/support/bin-world.ts";
import { runBin } from "../command/support/bin.ts";
import { pull } from "../command/support/pull.ts";
import { askAt, openStream } from "../admin/admin-world.ts";
import { isAlive, startTwoWorkers } from "./workers-world.ts";

vi.setConfig({ testTimeout: 90_000 });

const world = useBinWorld();

const bearing = (token: string) => ({ authorization: `Bearer ${token}` });

describe("two workers", () => {
  it("are one verifier to whoever asks: counts are sums, and what one saw was seen", async () => {
    const { files, port, ask, status } = await startTwoWorkers(world);
    for (let n = 0; n < 40; n += 1)
      expect(await pull(port, files.pki.shop)).toMatchObject({ status: 200 });
    expect(await pull(port, files.pki.blog)).toMatchObject({ status: 403 });
    const said = await status();
    expect(said.hostnames["shop.example.com"]).toMatchObject({
      accepted: 40,
      accepts: [files.pki.shop.fingerprint],
      seen: [
        { fingerprint: files.pki.blog.fingerprint, pulls: 1 },
        { fingerprint: files.pki.shop.fingerprint, pulls: 40 },
      ],
      refused: { "certificate-not-accepted": { total: 1, lastHour: 1 } },
    });
    const since = said.workers.map(({ watchingSince }) => Date.parse(watchingSince ?? ""));
    expect(said.watchingSince).toBe(new Date(Math.max(...since)).toISOString());
    // What pullproof reads of a lone verifier it reads of these.
    expect(parseStatus((await ask("/status")).body)).toMatchObject({
      known: true,
      value: { ready: true, generation: 1 },
    });
    const samples = samplesOf((await ask("/metrics")).body);
    const value = (name: string) => samples.find((sample) => sample.name === name)?.value;
    expect(value("pullproof_pulls_total")).toBe(40);
    expect(value("pullproof_judge_duration_seconds_count")).toBe(40);
    expect((await ask("/")).body).toContain("40");
  });

  it("say in each line of the log which of them it is of, and one line is one object", async () => {
    const { bin, files, port } = await startTwoWorkers(world, ["--log-accepted"]);
    await Promise.all(Array.from({ length: 40 }, () => pull(port, files.pki.shop)));
    const accepted = () => bin.events().filter(({ event }) => event === "pull-accepted");
    await expect.poll(() => accepted().length).toBe(40);
    for (const line of accepted()) expect([1, 2]).toContain((line as { worker?: unknown }).worker);
  });

  it("are watched together: who looks on sees the pulls of both, and a new token shuts out who had the old one", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "pullproof-token-")), "token");
    const tokens = ["a-token-that-nobody-guesses", "another-that-nobody-guesses"] as const;
    await writeFile(file, tokens[0], { mode: 0o600 });
    const { bin, files, port, admin } = await startTwoWorkers(world, [
      `--admin-token-file=${file}`,
      "--no-watch",
    ]);
    const stream = await openStream(admin, "/events", bearing(tokens[0]));
    expect(stream.status).toBe(200);
    const pulls = async (): Promise<void> => {
      for (let n = 0; n < 10; n += 1) await pull(port, files.pki.shop);
      await pull(port, files.pki.blog);
    };
    // The workers hear a moment later that somebody looks on.
    const seen = stream.until(
      (text) => /verdict\W+accepted/.test(text) && text.includes("certificate-not-accepted"),
    );
    const over = { yet: false };
    void seen.then(() => (over.yet = true));
    await expect
      .poll(async () => (await pulls(), over.yet), { timeout: 20_000, interval: 500 })
      .toBe(true);
    await writeFile(file, tokens[1]);
    bin.signal("SIGHUP");
    await bin.event("admin-token-replaced");
    await stream.ended;
    await bin.event("trust-swapped", 4);
    const statusOf = async (token: string) =>
      (await askAt(admin, "/status", { headers: bearing(token) })).status;
    expect([await statusOf(tokens[0]), await statusOf(tokens[1])]).toEqual([401, 200]);
    expect(bin.events().filter(({ event }) => event === "admin-token-replaced")).toHaveLength(1);
    expect(bin.lines.join("\n")).not.toContain("nobody-guesses");
    await rm(dirname(file), { recursive: true });
  });

  it("reload together, and a failure is told with every problem once, until it is corrected", async () => {
    const { bin, files, status } = await startTwoWorkers(world, ["--no-watch"]);
    const good = await files.read("mapping.json");
    await files.write("mapping.json", "{");
    bin.signal("SIGHUP");
    await bin.event("reload-failed", 2);
    const { lastReloadFailure, generation } = await status();
    expect([lastReloadFailure?.current, lastReloadFailure?.problems.length]).toEqual([true, 1]);
    expect(generation).toBe(1);
    await files.write("mapping.json", good);
    bin.signal("SIGHUP");
    await bin.event("trust-swapped", 4);
    const after = await status();
    expect([after.generation, after.lastReloadFailure?.current]).toEqual([2, false]);
  });

  it("accept, while they differ, what both do; and who is told learns which one it is", async () => {
    const { files, port, status, ready } = await startTwoWorkers(world, ["--no-watch"]);
    const [, second] = (await status()).workers;
    const mapping = JSON.parse(await files.read("mapping.json")) as {
      hosts: Record<string, { accept: { certificates: string[] } }>;
    };
    const { shop, unlisted } = files.pki;
    mapping.hosts["shop.example.com"]?.accept.certificates.push(unlisted.fingerprint);
    await files.write("mapping.json", JSON.stringify(mapping));
    // Started again, it reads the file as it is; the other has not been told to.
    process.kill(second?.pid ?? 0, "SIGKILL");
    await expect.poll(async () => (await status()).workers[1]?.pid).not.toBe(second?.pid);
    await ready();
    const said = await status();
    expect(said.hostnames["shop.example.com"]?.accepts).toEqual([shop.fingerprint]);
    expect(said.warnings.join("\n")).toContain("worker 2 decides by other files");
    expect(said.workers.map(({ mappingDigest }) => mappingDigest)).not.toContain(
      said.mappingDigest,
    );
    expect(await pull(port, shop)).toMatchObject({ status: 200 });
  });
});

describe("a worker that is killed", () => {
  it("comes back; the others go on, and the watching begins again", async () => {
    const { bin, files, port, status, ready } = await startTwoWorkers(world);
    for (let n = 0; n < 10; n += 1) await pull(port, files.pki.shop);
    const before = await status();
    const [first] = before.workers;
    process.kill(first?.pid ?? 0, "SIGKILL");
    const line = await bin.event("worker-ended");
    expect(line).toMatchObject({ worker: 1, processId: first?.pid, by: "SIGKILL", againInMs: 100 });
    expect(await pull(port, files.pki.shop)).toMatchObject({ status: 200 });
    await ready();
    const after = await status();
    expect(after.workers[0]?.pid).not.toBe(first?.pid);
    expect(after.workers[1]).toEqual(before.workers[1]);
    expect(Date.parse(after.watchingSince ?? "")).toBeGreaterThan(
      Date.parse(before.watchingSince ?? ""),
    );
    expect(after.hostnames["shop.example.com"]?.accepted).toBe(11);
  });
});

describe("the end of several workers", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("comes with %s, and nobody is left", async (signal) => {
    const { bin, status } = await startTwoWorkers(world);
    const { workers } = await status();
    bin.signal(signal);
    // As a terminal and systemd do: to all of them. Once is once.
    for (const { pid } of workers) process.kill(pid ?? 0, signal);
    expect(await bin.ended).toEqual({ code: 0, stderr: "" });
    expect(workers.map(({ pid }) => isAlive(pid ?? 0))).toEqual([false, false]);
    expect(bin.events().filter(({ event }) => event === "stopped")).toHaveLength(2);
  });

  it("answers what is in flight, not ready meanwhile; what the deadline cuts off is exit code 4", async () => {
    const held: (() => void)[] = [];
    const { bin, files, port, ask } = await startTwoWorkers(
      world,
      ["--drain-deadline=1"],
      ({ url }, response) => {
        if (url === "/never") held.push(() => {});
        else held.push(() => response.end("at last"));
      },
    );
    const answered = pull(port, files.pki.shop, { path: "/held" });
    const cut = pull(port, files.pki.shop, { path: "/never" }).then(
      () => "answered",
      () => "cut off",
    );
    await expect.poll(() => held.length).toBe(2);
    bin.signal("SIGTERM");
    await bin.event("stopping", 2);
    expect((await ask("/readyz")).status).toBe(503);
    for (const goOn of held) goOn();
    expect(await answered).toMatchObject({ body: "at last" });
    expect(await cut).toBe("cut off");
    expect((await bin.ended).code).toBe(4);
  });

  it("comes, too, when nobody is left to supervise them: what is in flight is answered", async () => {
    const goOn = Promise.withResolvers<() => void>();
    const { bin, files, port, status } = await startTwoWorkers(world, [], ({ url }, response) => {
      if (url === "/held") goOn.resolve(() => response.end("at last"));
      else response.end("application");
    });
    const { workers } = await status();
    const answered = pull(port, files.pki.shop, { path: "/held" });
    const end = await goOn.promise;
    bin.signal("SIGKILL");
    // Gone, and not listening: they have heard of it, and wait for the one answer that is owed.
    await expect.poll(() => isAlive(bin.pid)).toBe(false);
    await expect
      .poll(() => pull(port, files.pki.shop).catch(({ code }: NodeJS.ErrnoException) => code))
      .toBe("ECONNREFUSED");
    end();
    expect(await answered).toMatchObject({ status: 200, body: "at last" });
    for (const { pid } of workers)
      await expect.poll(() => isAlive(pid ?? 0), { timeout: 20_000 }).toBe(false);
  });
});

describe("several workers do not start", () => {
  it("with files that are wrong, and say so once", async () => {
    const files = await world.files();
    await files.write("issuer.pem", "nothing");
    const { code, stderr } = await runBin([...files.flags(), "--workers=2"]);
    expect(code).toBe(1);
    expect(stderr.match(/does not start/g)).toHaveLength(1);
    expect(stderr).toContain("issuer.pem");
  });

  it("where somebody listens already, though that one would share the port", async () => {
    const files = await world.files();
    const sharing = createServer();
    sharing.listen({ host: "127.0.0.1", port: 0, reusePort: true });
    await once(sharing, "listening");
    const { port } = sharing.address() as AddressInfo;
    const flags = files.flags().filter((flag) => !flag.startsWith("--listen"));
    const { code, stderr } = await runBin([...flags, `--listen=127.0.0.1:${port}`, "--workers=2"]);
    sharing.close();
    expect([code, stderr]).toEqual([1, expect.stringContaining("taken by another process")]);
  });

  it.each(["0", "65", "two", "1.5", "-1"])("as %s", async (number) => {
    const files = await world.files();
    const { code, stderr } = await runBin([...files.flags(), `--workers=${number}`]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--workers")]);
  });

  it("as a worker of nobody's", async () => {
    const files = await world.files();
    const environment = { PULLPROOF_WORKER_OF: String(process.pid) };
    const { code, stderr } = await runBin(files.flags(), { environment });
    expect([code, stderr]).toEqual([2, expect.stringContaining("PULLPROOF_WORKER_OF")]);
  });
});

it("the number of workers is said in the configuration file, too, and needs a restart", async () => {
  const files = await world.files();
  const application = await world.application("application");
  const origin = {
    certificate: `${SHOP}.pem`,
    key: `${SHOP}.key`,
    application: application.address,
  };
  const configuration = {
    mapping: "mapping.json",
    listen: "127.0.0.1:0",
    workers: 2,
    origins: { [SHOP]: origin },
  };
  await files.write("v.json", JSON.stringify(configuration));
  const bin = world.start(["--config", files.path("v.json"), "--no-watch"]);
  await bin.event("listening", 2);
  expect(await pull(await bin.port("origin"), files.pki.shop)).toMatchObject({ status: 200 });
  await files.write("v.json", JSON.stringify({ ...configuration, workers: 3 }));
  bin.signal("SIGHUP");
  const { warnings } = await bin.event("trust-swapped", 4);
  expect(warnings.join("\n")).toContain("workers changed");
  expect(warnings.join("\n")).not.toContain("listen");
});
