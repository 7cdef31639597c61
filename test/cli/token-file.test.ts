import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Diagnosis } from "../../cli/doctor/diagnosis.ts";
import { AUDIENCE, goodClaims, keySet, mintAccessKey, signToken, TEAM } from "../support/access.ts";
import {
  plainMapping,
  startVerifierWorld,
  type Pki,
  type VerifierWorld,
} from "../support/verifier-world.ts";
import { runIn } from "./support/run-pullproof.ts";

const key = mintAccessKey("now");
const token = signToken(key, goodClaims(Math.floor(Date.now() / 1_000)));

function mapping(pki: Pki) {
  const plain = plainMapping(pki);
  const { accept } = plain.hosts["shop.example.com"] as Record<string, object>;
  const access = { team: TEAM, audiences: [AUDIENCE], keys: "access.json" };
  Object.assign(accept ?? {}, { also: { access } });
  return plain;
}

let world: VerifierWorld;
beforeAll(async () => {
  world = await startVerifierWorld({ mapping, files: { "access.json": keySet([key]) } });
  const { shop, unlisted, originIssuer } = world.pki;
  await mkdir(path.join(world.folder, "pki"));
  await write("pki/shop.example.com.pem", shop.certificate);
  await write("pki/shop.example.com.key", shop.key);
  await write("unlisted.pem", unlisted.certificate);
  await write("unlisted.key", unlisted.key);
  await write("origins.pem", originIssuer.certificate);
  await write("token.txt", `${token}\n`);
});
afterEach(() => {
  world.reached.length = 0;
});
afterAll(() => world.close());
const write = (name: string, text: string) =>
  writeFile(path.join(world.folder, name), text, { mode: 0o600 });

const probe = (certificate: string, ...more: readonly string[]) => {
  const at = ["--address", `127.0.0.1:${world.port}`, "--certificate", certificate];
  return runIn(world.folder, "probe", "shop.example.com", ...at, ...more);
};
const SHOP = "pki/shop.example.com";
const withToken = ["--token-file", "token.txt"];
const trusted = ["--origin-ca", "origins.pem"];

const verdicts = async (...more: readonly string[]) => {
  const at = ["--address", `127.0.0.1:${world.port}`, "--plain-port", "1", "--no-worker"];
  const args = ["doctor", "shop.example.com", "--certificates", "pki", "--json", ...at];
  const { stdout } = await runIn(world.folder, ...args, ...trusted, ...more);
  const { diagnoses } = JSON.parse(stdout) as { diagnoses: readonly Diagnosis[] };
  return Object.fromEntries(diagnoses.map((one) => [one.probe, one.verdict]));
};

describe("a token of Access from a file", () => {
  test("is not taken where others can read it, or where it is none; and nobody sees what it is", async () => {
    await chmod(path.join(world.folder, "token.txt"), 0o640);
    const open = await probe(SHOP, ...trusted, ...withToken);
    expect(open).toMatchObject({ status: 1, stderr: expect.stringContaining("chmod 600") });
    await chmod(path.join(world.folder, "token.txt"), 0o600);
    const long = `visible.${"a".repeat(8_192)}.c`;
    for (const text of [
      "",
      "visible",
      "visible.two",
      `${token}\n${token}`,
      "visible.a b.c",
      long,
    ]) {
      await write("none.txt", text);
      const { status, stderr, stdout } = await probe(SHOP, ...trusted, "--token-file", "none.txt");
      expect(status).toBe(1);
      expect(stderr).toContain("none.txt: no token");
      expect(stderr + stdout).not.toMatch(/visible|eyJ/);
    }
    expect(world.reached).toEqual([]);
  });

  test("is sent to no origin whose certificate is not trusted", async () => {
    const { status, stdout } = await probe(SHOP, ...withToken);
    expect(status).toBe(1);
    expect(stdout).toContain("was not sent");
    expect(world.reached).toEqual([]);
  });

  test("makes the pull of a probe one that is accepted, and stands for no certificate", async () => {
    expect((await probe(SHOP, ...trusted)).stdout).toContain("answer: 403");
    expect((await probe("unlisted", ...trusted, ...withToken)).stdout).toContain("answer: 403");
    expect(world.reached).toEqual([]);
    const { status, stdout, stderr } = await probe(SHOP, ...trusted, ...withToken);
    expect([status, stdout]).toEqual([0, expect.stringContaining("answer: 200")]);
    expect(stdout + stderr).not.toContain(token);
    expect(world.reached).toHaveLength(1);
  });

  test("makes the good pull of the doctor a good one, and no wrong one any better", async () => {
    expect(await verdicts()).toMatchObject({ "good-pull": "warning" });
    expect(await verdicts(...withToken)).toMatchObject({
      "good-pull": "good",
      "no-certificate": "good",
      "another-issuer": "good",
    });
  });
});
