import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfigurationFile } from "../../../origin-verifier/command/read-configuration-file.ts";
import { readFlags } from "../../../origin-verifier/command/read-flags.ts";
import { PROFILES } from "../../../origin-verifier/profile/profile.ts";

const FLAGS = ["--mapping", "m", "--certificate", "c", "--key", "k", "--application", "unix:/a"];

async function readFile(folder: string, profile: unknown) {
  const file = join(folder, "origin-verifier.json");
  const own = { certificate: "a.pem", key: "a.key", application: "http://127.0.0.1:1" };
  const origins = { "origin.example.net": own };
  await writeFile(file, JSON.stringify({ mapping: "mapping.json", origins, profile }));
  return readConfigurationFile(file, {});
}

describe("which algorithms are taken", () => {
  it("is refused by flag where it is none of the profiles, and is standard where nothing is said", () => {
    for (const profile of ["", "tls-1.3", "approved", "STANDARD", "fips"]) {
      expect(readFlags([...FLAGS, "--profile", profile], {})).toMatchObject({
        ask: "nothing",
        problems: [expect.stringMatching(/^--profile: /)],
      });
    }
    expect(readFlags(FLAGS, {})).toMatchObject({ configuration: { profile: "standard" } });
    for (const profile of PROFILES)
      expect(readFlags([...FLAGS, "--profile", profile], {})).toMatchObject({
        configuration: { profile },
      });
  });

  describe("in a file", () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "pullproof-profile-"));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it("is refused where it is none of the profiles, and is standard where nothing is said", async () => {
      for (const profile of ["", "fips", 1.3, null])
        expect((await readFile(folder, profile)).ok).toBe(false);
      const none = await readFile(folder, undefined);
      expect(none).toMatchObject({ ok: true, configuration: { profile: "standard" } });
      for (const profile of PROFILES)
        expect(await readFile(folder, profile)).toMatchObject({
          ok: true,
          configuration: { profile },
        });
    });
  });
});
