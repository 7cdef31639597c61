import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer as createPlain, type Server } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Diagnosis } from "../../../cli/doctor/diagnosis.ts";
import { SHOP, startVerifierWorld, type VerifierWorld } from "../../support/verifier-world.ts";
import { runIn } from "../support/run-pullproof.ts";

let world: VerifierWorld;
const servers: Server[] = [];
beforeAll(async () => {
  world = await startVerifierWorld();
  const { shop, blog } = world.pki;
  await mkdir(path.join(world.folder, "pki"));
  for (const [name, { certificate, key }] of Object.entries({ shop, blog })) {
    await writeFile(path.join(world.folder, "pki", `${name}.pem`), certificate);
    await writeFile(path.join(world.folder, "pki", `${name}.key`), key, { mode: 0o600 });
  }
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});
afterAll(() => world.close());

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

/** An origin as people have them: with its own certificate, and whatever else is said. */
function origin(options: ServerOptions): Promise<number> {
  const own = world.pki.origin.get(SHOP);
  return listen(
    createServer({ cert: own?.certificate, key: own?.key, ...options }, (_request, response) => {
      response.end("from the application");
    }),
  );
}

/** A port where nothing listens. */
async function closedPort(): Promise<number> {
  const server = createPlain();
  const port = await listen(server);
  await new Promise((done) => server.close(done));
  return port;
}

async function doctor(port: number, plainPort: number, ...more: string[]) {
  const args = ["doctor", "shop.example.com", "--mapping", "mapping.json", "--no-worker"];
  const at = ["--address", `127.0.0.1:${port}`, "--plain-port", String(plainPort)];
  const ran = await runIn(world.folder, ...args, ...at, "--json", ...more);
  const { diagnoses } = JSON.parse(ran.stdout) as { diagnoses: readonly Diagnosis[] };
  return {
    status: ran.status,
    stderr: ran.stderr,
    verdicts: Object.fromEntries(diagnoses.map(({ probe, verdict }) => [probe, verdict])),
  };
}

describe("pullproof doctor", () => {
  test("finds that anybody gets through an origin that asks for no certificate", async () => {
    const { status, verdicts, stderr } = await doctor(await origin({}), await closedPort());
    expect(status).toBe(1);
    expect(verdicts).toMatchObject({
      "good-pull": "good",
      "no-certificate": "problem",
      "another-hostname": "problem",
      "another-issuer": "problem",
      "another-host": "problem",
      "no-name": "problem",
    });
    expect(stderr).toContain("LET THROUGH: answered 200");
    expect(stderr).toContain("next:");
  });

  test("finds what an origin lets through that trusts an issuer and looks no further", async () => {
    const port = await origin({
      requestCert: true,
      rejectUnauthorized: true,
      ca: world.pki.issuer.certificate,
    });
    const { status, verdicts } = await doctor(port, await closedPort());
    expect(status).toBe(1);
    expect(verdicts).toMatchObject({
      "good-pull": "good",
      "no-certificate": "good",
      "another-issuer": "good",
      // Each of these reaches shop's application with somebody else's right.
      "another-hostname": "problem",
      "another-host": "problem",
      "resumed-session": "problem",
    });
  });

  test("finds what answers without TLS", async () => {
    const plainPort = await listen(createPlain((_request, response) => response.end("open")));
    const { status, verdicts } = await doctor(world.port, plainPort);
    expect(status).toBe(1);
    expect(verdicts).toMatchObject({ "port-80": "problem", "plain-http": "good" });
  });

  test("finds that nothing is there", async () => {
    const { status, verdicts } = await doctor(await closedPort(), await closedPort());
    expect(status).toBe(1);
    expect(verdicts).toMatchObject({ "good-pull": "problem", "no-certificate": "problem" });
  });

  test("tries what it can where the pull certificate is not at hand, and says what is missing", async () => {
    const nowhere = ["--certificates", "nowhere"];
    const { verdicts, stderr } = await doctor(world.port, await closedPort(), ...nowhere);
    expect(verdicts).toMatchObject({ "good-pull": "not-tried", "no-certificate": "good" });
    expect(stderr).toContain("--certificates FOLDER");
  });

  test("finds nothing amiss with the verifier", async () => {
    const { status, verdicts } = await doctor(
      world.port,
      await closedPort(),
      "--origin-ca",
      path.join(world.folder, "issuer.pem"),
    );
    // Its own certificate is of a throwaway CA.
    expect(verdicts).toEqual({
      "good-pull": "good",
      "resumed-session": "good",
      "no-certificate": "good",
      "another-hostname": "good",
      "another-issuer": "good",
      "another-host": "good",
      "no-name": "good",
      "plain-http": "good",
      "port-80": "good",
      "origin-certificate": "warning",
    });
    expect(status).toBe(0);
  });

  test.each([
    [["--address", "origin.example"], "IP address"],
    [["nowhere.example.com"], "name one of: shop.example.com"],
    [["--worker", "ftp://x/"], "A URL without a path"],
  ])("does not begin with %j", async (args, said) => {
    const ran = await runIn(world.folder, "doctor", ...args);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toContain(said);
  });
});

const probe = (...more: string[]) =>
  runIn(world.folder, "probe", "shop.example.com", "--address", `127.0.0.1:${world.port}`, ...more);

describe("pullproof probe", () => {
  test("tells of a refusal by silence", async () => {
    const ran = await probe();
    expect(ran).toMatchObject({ status: 1, stderr: "" });
    expect(ran.stdout).toMatch(/^no answer \(ECONNRESET\), after \d+ ms$/m);
  });

  test("says where nobody was, and what to do", async () => {
    const ran = await runIn(world.folder, "probe", "shop.example.com", "--address", "127.0.0.1:1");
    expect(ran.status).toBe(1);
    expect(ran.stdout).toMatch(/^no connection \(ECONNREFUSED\)/);
    expect(ran.stderr).toMatch(/127\.0\.0\.1, port 1\nnext: pullproof doctor shop\.example\.com/);
  });

  test("tells of a refusal with a status, and the id behind which its reason stands", async () => {
    const ran = await probe("--certificate", "pki/blog");
    expect(ran.status).toBe(1);
    const id = /Pull-Refusal (\S+)$/m.exec(ran.stdout)?.[1];
    await expect
      .poll(() => world.events.flatMap((one) => ("id" in one ? [one.id] : [])))
      .toContain(id);
  });

  test("tells of an answer, as data too, and never of the session", async () => {
    const ran = await probe("--certificate", "pki/shop", "--tls", "1.2", "--json");
    expect(ran.status).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      connected: true,
      answer: { status: 200, refusal: null },
      handshake: { tlsVersion: "TLSv1.2", resumed: false },
    });
    expect(ran.stdout).not.toContain('"session":');
  });

  test("names the file that is missing", async () => {
    const ran = await probe("--certificate", "pki/nobody");
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain("pki/nobody.pem");
    expect(ran.stderr).toContain("next:");
  });
});

test("an address is that of one origin: with several, doctor and probe are told of which", async () => {
  const mapping = JSON.parse(await readFile(path.join(world.folder, "mapping.json"), "utf8")) as {
    hosts: Record<string, { origin: unknown }>;
  };
  const shop = mapping.hosts["shop.example.com"];
  if (shop === undefined) throw new Error("no entry");
  shop.origin = [shop.origin, "https://origin-b.example.net"];
  await writeFile(path.join(world.folder, "two.json"), JSON.stringify(mapping));
  const { port } = world;
  const plain = await closedPort();
  const two = ["--mapping", "two.json"];
  const untold = await doctor(port, plain, ...two);
  expect(untold.verdicts).toEqual({ "good-pull": "not-tried" });
  const first = await doctor(port, plain, ...two, "--origin", SHOP);
  expect(first.verdicts["good-pull"]).toBe("good");
  const unknown = await runIn(world.folder, "doctor", ...two, "--origin", "origin-c.example.net");
  expect([unknown.status, unknown.stderr]).toEqual([
    2,
    expect.stringContaining("origin-b.example.net"),
  ]);
});
