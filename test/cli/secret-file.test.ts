import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Diagnosis } from "../../cli/doctor/diagnosis.ts";
import {
  plainMapping,
  startVerifierWorld,
  type Pki,
  type VerifierWorld,
} from "../support/verifier-world.ts";
import { runIn } from "./support/run-pullproof.ts";

const SECRET = "the-secret-of-this-test";
const HEADER = { env: "PULL_SECRET" };

function mapping(pki: Pki) {
  const plain = plainMapping(pki);
  const { present, accept } = plain.hosts["shop.example.com"] as Record<string, object>;
  Object.assign(present ?? {}, { header: HEADER });
  Object.assign(accept ?? {}, { also: { header: [HEADER] } });
  return plain;
}

let world: VerifierWorld;
beforeAll(async () => {
  vi.stubEnv("PULL_SECRET", SECRET);
  world = await startVerifierWorld({ mapping });
  const { shop, originIssuer, strangerIssuer } = world.pki;
  await mkdir(path.join(world.folder, "pki"));
  await write("pki/shop.example.com.pem", shop.certificate);
  await write("pki/shop.example.com.key", shop.key);
  await write("origins.pem", originIssuer.certificate);
  await write("strangers.pem", strangerIssuer.certificate);
  await write("secret.txt", `${SECRET}\n`);
});
afterEach(() => {
  world.reached.length = 0;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.close();
});
const write = (name: string, text: string) =>
  writeFile(path.join(world.folder, name), text, { mode: 0o600 });

const probe = (...more: string[]) =>
  runIn(
    world.folder,
    "probe",
    "shop.example.com",
    "--address",
    `127.0.0.1:${world.port}`,
    "--certificate",
    "pki/shop.example.com",
    ...more,
  );
const withSecret = ["--secret-file", "secret.txt"];
const trusted = ["--origin-ca", "origins.pem"];

const verdictsOf = async (...more: string[]) => {
  const at = ["--address", `127.0.0.1:${world.port}`, "--plain-port", "1", "--no-worker"];
  const args = ["doctor", "shop.example.com", "--certificates", "pki", "--json", ...at];
  const { stdout } = await runIn(world.folder, ...args, ...more);
  const { diagnoses } = JSON.parse(stdout) as { diagnoses: readonly Diagnosis[] };
  return Object.fromEntries(diagnoses.map((one) => [one.probe, one.verdict]));
};

describe("a secret from a file", () => {
  test("is not taken where others can read it, or where it is none; and nobody sees what it is", async () => {
    for (const mode of [0o640, 0o604, 0o660]) {
      await chmod(path.join(world.folder, "secret.txt"), mode);
      const { status, stderr } = await probe(...trusted, ...withSecret);
      expect(status).toBe(1);
      expect(stderr).toContain("chmod 600 secret.txt");
    }
    await chmod(path.join(world.folder, "secret.txt"), 0o600);
    for (const text of ["", "short", "visible words of a secret", `visible-${SECRET}\nmore`]) {
      await write("none.txt", text);
      const { status, stderr, stdout } = await probe(...trusted, "--secret-file", "none.txt");
      expect(status).toBe(1);
      expect(stderr + stdout).not.toMatch(/visible|short\b/);
    }
    expect((await probe(...trusted, "--secret-file", "missing.txt")).status).toBe(1);
    expect(world.reached).toEqual([]);
  });

  test("is sent to no origin whose certificate is not trusted", async () => {
    for (const untrusted of [[], ["--origin-ca", "strangers.pem"]]) {
      const { status, stdout } = await probe(...untrusted, ...withSecret);
      expect(status).toBe(1);
      expect(stdout).toContain("the secret was not sent");
    }
    expect(world.reached).toEqual([]);
  });

  test("makes the pull of a probe one that is accepted", async () => {
    expect((await probe(...trusted)).stdout).toContain("answer: 403");
    const { status, stdout, stderr } = await probe(...trusted, ...withSecret);
    expect([status, stdout]).toEqual([0, expect.stringContaining("answer: 200")]);
    expect(stdout + stderr).not.toContain(SECRET);
    expect(world.reached).toHaveLength(1);
  });

  test("makes the good pull of the doctor a good one, and no wrong one any better", async () => {
    expect(await verdictsOf(...trusted)).toMatchObject({ "good-pull": "warning" });
    expect(await verdictsOf(...withSecret)).toMatchObject({ "good-pull": "problem" });
    expect(await verdictsOf(...trusted, ...withSecret)).toMatchObject({
      "good-pull": "good",
      "no-certificate": "good",
      "another-issuer": "good",
    });
  });
});
