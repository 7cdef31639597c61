import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipUnless } from "../support/loud-skip.ts";
import { SHOP } from "./support/pki.ts";
import { startWorld, type World } from "./support/world.ts";

// Debian calls it testssl, everybody else testssl.sh.
const TESTSSL = ["testssl.sh", "testssl"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);
const skip = skipUnless(TESTSSL !== undefined, "testssl.sh (apt-get install testssl.sh)");
const LONGEST_MS = 400_000;

interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

/** What is not as testssl.sh would have it, each with its reason. */
const EXPECTED: Readonly<Record<string, string>> = {
  cert_revocation: "the origin certificate's CA is the test's own, and publishes nothing",
  secure_renego: "it asks within a connection without a certificate, which is over by then",
};

describe.skipIf(skip)("testssl.sh, against the verifier as proxy", () => {
  let world: World;
  let folder: string;
  let findings: readonly Finding[];
  beforeAll(async () => {
    world = await startWorld();
    folder = await mkdtemp(join(tmpdir(), "pullproof-testssl-"));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      findings = await run(join(folder, `findings-${attempt}.json`));
      // On a busy machine it sometimes takes us for one that wants its certificate first, and leaves out what it came for.
      if (!findings.some(({ finding }) => /client (?:x509-based )?authentication/.test(finding)))
        break;
    }
  }, LONGEST_MS);
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(file: string): Promise<readonly Finding[]> {
    const how = ["--warnings", "off", "--quiet", "--color", "0", "--nodns", "none"];
    const what = ["-p", "-s", "-f", "-P", "-S", "-U"];
    const ca = ["--add-ca", join(world.folder, "origins.pem")];
    const target = ["--ip", "127.0.0.1", "--jsonfile", file, `${SHOP}:${world.port}`];
    const child = spawn(TESTSSL ?? "", [...how, ...ca, ...what, ...target], {
      stdio: "ignore",
      timeout: LONGEST_MS,
    });
    await new Promise((done) => child.on("close", done));
    return JSON.parse(await readFile(file, "utf8")) as readonly Finding[];
  }

  const found = (id: string) => findings.find((finding) => finding.id === id)?.finding;

  it("P37: finds nothing above LOW that is not expected", () => {
    const above = findings.filter(
      ({ severity }) => !["OK", "INFO", "LOW", "DEBUG"].includes(severity),
    );
    expect(above.filter(({ id }) => !(id in EXPECTED))).toEqual([]);
    expect(findings.length).toBeGreaterThan(50);
  });

  it("P37: finds TLS 1.2 and 1.3, and nothing before", () => {
    const versions = ["SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3"].map(found);
    expect(versions.map((finding) => /not offered/.test(finding ?? ""))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it("P37: finds no resumption, by tickets or by ids", () => {
    expect(found("sessionresumption_ticket")).toMatch(/not supported/);
    expect(found("sessionresumption_ID")).toMatch(/not supported/);
  });

  it("P37: finds nothing but AEAD and forward secrecy", () => {
    for (const id of ["NULL", "aNULL", "EXPORT", "LOW", "3DES_IDEA", "AVERAGE"])
      expect(found(`cipherlist_${id}`)).toBe("not offered");
    expect(found("cipherlist_STRONG")).toBe("offered");
  });
});
