import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readConfigurationFile } from "../../../origin-verifier/command/read-configuration-file.ts";
import { readFlags } from "../../../origin-verifier/command/read-flags.ts";
import { EXIT_CUT_OFF } from "../../../origin-verifier/command/stop-verifier.ts";
import { skipUnless } from "../../support/loud-skip.ts";

const path = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/systemd/${name}`, import.meta.url));
const unit = readFileSync(path("origin-verifier.service"), "utf8");

/** The values of a setting, in order. */
const settings = (name: string): readonly string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value = ""]) => value);

it("the unit's command is one that the verifier takes, and systemd waits longer than it drains", () => {
  const [, , ...flags] = settings("ExecStart")[0]?.split(" ") ?? [];
  const asked = readFlags(flags, {});
  expect(asked.ask).toBe("run-file");
  if (asked.ask !== "run-file") return;
  expect(asked.file).toBe("/etc/pullproof/origin-verifier.json");
  const { drainDelaySeconds, drainDeadlineSeconds } = asked.run;
  expect(Number(settings("TimeoutStopSec")[0])).toBeGreaterThan(
    drainDelaySeconds + drainDeadlineSeconds,
  );
  expect(settings("SuccessExitStatus")).toEqual([String(EXIT_CUT_OFF)]);
});

it("its configuration is one that the verifier takes, and its credentials are those that it reads", async () => {
  const read = await readConfigurationFile(path("origin-verifier.json"), {});
  expect(read.ok).toBe(true);
  if (!read.ok || read.configuration.origins.by !== "name") return;
  const files = [...read.configuration.origins.files.values()];
  const named = files.flatMap(({ certificate, key }) => [certificate, key]);
  const loaded = settings("LoadCredential").map(
    (credential) => `/run/credentials/origin-verifier.service/${credential.split(":")[0]}`,
  );
  expect(loaded.toSorted()).toEqual(named.toSorted());
  const { admin } = read.configuration;
  expect(settings("ExecStartPost")[0]).toContain(
    ` http://${admin?.address.host}:${admin?.address.port}/readyz`,
  );
});

const noSystemd = skipUnless(
  spawnSync("systemd-analyze", ["--version"]).status === 0,
  "systemd-analyze (apt-get install systemd)",
  false,
);
it.skipIf(noSystemd)(
  "systemd reads the timer that fetches, and finds what it begins little exposed",
  () => {
    const units = ["pullproof-fetch.service", "pullproof-fetch.timer"].map(path);
    const verify = spawnSync("systemd-analyze", ["verify", "--man=no", ...units]);
    const said = verify.stderr.toString().split("\n");
    expect(said.filter((line) => line !== "" && !line.includes("is not executable"))).toEqual([]);
    const options = ["--offline=true", "--threshold=25", "--no-pager"];
    expect(spawnSync("systemd-analyze", ["security", ...options, units[0] ?? ""]).status).toBe(0);
  },
);

it.skipIf(noSystemd)("systemd reads the unit, and finds it little exposed", () => {
  const verify = spawnSync("systemd-analyze", [
    "verify",
    "--man=no",
    path("origin-verifier.service"),
  ]);
  // That the programs are not on this machine is no fault of the unit.
  const said = verify.stderr.toString().split("\n");
  expect(said.filter((line) => line !== "" && !line.includes("is not executable"))).toEqual([]);
  const security = spawnSync("systemd-analyze", [
    "security",
    "--offline=true",
    "--threshold=25",
    "--no-pager",
    path("origin-verifier.service"),
  ]);
  expect(security.status).toBe(0);
});
