import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oneProblem } from "../../../origin-verifier/events.ts";
import { readConfigurationFile } from "../../../origin-verifier/command/read-configuration-file.ts";
import { runBin } from "../command/support/bin.ts";
import { makeVerifierFiles, type VerifierFiles } from "../command/support/verifier-files.ts";

let files: VerifierFiles;
beforeAll(async () => {
  files = await makeVerifierFiles();
});
afterAll(() => files.remove());

async function problemsOf(admin: object): Promise<readonly string[]> {
  const served = { certificate: "c", key: "k", application: "http://127.0.0.1:9" };
  const origins = { "origin-shop.example.net": served };
  await files.write(
    "verifier.json",
    JSON.stringify({ mapping: "mapping.json", origins, ...admin }),
  );
  const read = await readConfigurationFile(files.path("verifier.json"), {});
  return read.ok ? [] : read.problems.map(oneProblem);
}

describe("the configuration file", () => {
  test.each([
    ["an address that others reach", { admin: "0.0.0.0:9464" }, /: admin: .*needs a token/],
    [
      "a name without a token",
      { admin: "127.0.0.1:9464", adminHosts: ["admin.example.com"] },
      /: adminHosts: .*needs a token/,
    ],
    [
      "a name that is none",
      { admin: "127.0.0.1:9464", adminTokenFile: "t", adminHosts: ["*.example.com"] },
      /: adminHosts: .* is not a hostname/,
    ],
    ["names that are no list", { admin: "127.0.0.1:9464", adminHosts: "a.example" }, /adminHosts/],
    ["a token without a listener", { adminTokenFile: "t" }, /adminTokenFile stands without/],
    ["names without a listener", { adminHosts: ["a.example.com"] }, /adminHosts stands without/],
    ["an empty path", { admin: "127.0.0.1:9464", adminTokenFile: "" }, /adminTokenFile: empty/],
  ])("with %s is refused", async (_, admin, wanted) => {
    expect(await problemsOf(admin)).toEqual([expect.stringMatching(wanted)]);
  });

  test("may have all of it", async () => {
    const adminHosts = ["admin.example.com"];
    expect(await problemsOf({ admin: "0.0.0.0:9464", adminTokenFile: "t", adminHosts })).toEqual(
      [],
    );
  });
});

describe("the bin does not start", () => {
  test.each([
    ["is not there", "missing.token", /missing\.token: no such file/],
    ["is too short", "short.token", /short\.token: shorter than 20 characters/],
  ])("where the file of the token %s, and says which file", async (_, name, wanted) => {
    await files.write("short.token", "hunter2\n");
    const flags = ["--admin", "127.0.0.1:0", "--admin-token-file", files.path(name)];
    const { code, stdout, stderr } = await runBin([...files.flags(), ...flags]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(wanted);
    expect(stderr).not.toContain("hunter2");
  });

  test("where others could reach the admin listener without a token", async () => {
    const { code, stderr } = await runBin([...files.flags(), "--admin", "0.0.0.0:0"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--admin-token-file");
  });
});
