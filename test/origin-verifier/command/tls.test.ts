import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfigurationFile } from "../../../origin-verifier/command/read-configuration-file.ts";
import { readFlags } from "../../../origin-verifier/command/read-flags.ts";
import { TLS_PROFILES } from "../../../origin-verifier/listener/tls-options.ts";

const FLAGS = ["--mapping", "m", "--certificate", "c", "--key", "k", "--application", "unix:/a"];

async function readFile(folder: string, tls: unknown) {
  const file = join(folder, "origin-verifier.json");
  const own = { certificate: "a.pem", key: "a.key", application: "http://127.0.0.1:1" };
  const origins = { "origin.example.net": own };
  await writeFile(file, JSON.stringify({ mapping: "mapping.json", origins, tls }));
  return readConfigurationFile(file, {});
}

describe("what the listener speaks", () => {
  it("is refused by flag where it is none of the profiles, and is standard where nothing is said", () => {
    for (const profile of ["", "tls1.3", "STANDARD", "fips"]) {
      expect(readFlags([...FLAGS, "--tls", profile], {})).toMatchObject({
        ask: "nothing",
        problems: [expect.stringMatching(/^--tls: /)],
      });
    }
    expect(readFlags(FLAGS, {})).toMatchObject({ configuration: { tls: "standard" } });
    for (const tls of TLS_PROFILES)
      expect(readFlags([...FLAGS, "--tls", tls], {})).toMatchObject({ configuration: { tls } });
  });

  describe("in a file", () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "pullproof-tls-"));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it("is refused where it is none of the profiles, and is standard where nothing is said", async () => {
      for (const tls of ["", "fips", 1.3, null])
        expect((await readFile(folder, tls)).ok).toBe(false);
      const none = await readFile(folder, undefined);
      expect(none).toMatchObject({ ok: true, configuration: { tls: "standard" } });
      for (const tls of TLS_PROFILES)
        expect(await readFile(folder, tls)).toMatchObject({ ok: true, configuration: { tls } });
    });
  });
});
