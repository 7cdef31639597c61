import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { withoutTypeStripper } from "../../support/compile-cache.ts";
import { runBin } from "./support/bin.ts";

beforeAll(withoutTypeStripper);

// Of files that are not there: whoever is told of wrong usage is told before any of them is looked for.
const GOOD =
  "--mapping m.json --certificate o.pem --key o.key --application http://127.0.0.1:9".split(" ");

describe.concurrent("wrong usage is exit code 2, and stderr says which flag:", () => {
  it.each<[string, readonly string[], readonly RegExp[]]>([
    [
      "no flags at all: each that is missing",
      [],
      [/--mapping/, /--certificate/, /--key/, /--application/],
    ],
    ["a flag that nobody knows", [...GOOD, "--trust-everybody"], [/--trust-everybody/]],
    ["a word too many", [...GOOD, "start"], [/start/]],
    ["a flag without its value", ["--mapping"], [/--mapping/]],
    [
      "flags beside --config: each of them",
      ["--config", "v.json", ...GOOD],
      [/--mapping stands beside --config/, /--key stands/, /--application stands/],
    ],
    ["an unknown --refuse", [...GOOD, "--refuse", "politely"], [/--refuse.*politely.*silence/]],
    ["a --listen that is a name", [...GOOD, "--listen", "localhost:8443"], [/--listen/]],
    ["a --listen without a port", [...GOOD, "--listen", "127.0.0.1"], [/--listen/]],
    ["a port beyond 65535", [...GOOD, "--listen", "127.0.0.1:65536"], [/--listen/]],
    [
      "an --application over https",
      [...GOOD, "--application", "https://a.example"],
      [/--application/],
    ],
    [
      "an --application with a path",
      [...GOOD, "--application", "http://127.0.0.1:9/app"],
      [/--application/],
    ],
    ["an --admin on every address", [...GOOD, "--admin", "0.0.0.0:9464"], [/--admin.*elsewhere/]],
    ["an --admin on every IPv6 address", [...GOOD, "--admin", "[::]:9464"], [/--admin.*elsewhere/]],
    [
      "an --admin on a public address",
      [...GOOD, "--admin", "192.0.2.1:9464"],
      [/--admin.*elsewhere/],
    ],
    [
      "a number of seconds that is none: each of them",
      [...GOOD, "--watch-poll", "0", "--drain-delay", "1.5", "--drain-deadline", "5m"],
      [/--watch-poll.*from 1 to 3600/, /--drain-delay.*from 0/, /--drain-deadline.*"5m"/],
    ],
    ["an unknown --log-format", [...GOOD, "--log-format", "xml"], [/--log-format.*json, pretty/]],
    [
      "a wrong one of those that may stand beside --config",
      ["--config", "v.json", "--drain-delay", "soon"],
      [/--drain-delay/],
    ],
    [
      "several at once: all of them",
      ["--mapping", "m.json", "--refuse", "politely", "--listen", "here", "--admin", "there"],
      [/--certificate/, /--key/, /--application/, /--refuse/, /--listen/, /--admin/],
    ],
  ])("%s", async (_what, args, says) => {
    const { code, stdout, stderr } = await runBin(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    for (const words of says) expect(stderr).toMatch(words);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe("next: origin-verifier --help");
  });
});

it.each(["--help", "-h"])("%s is the help on stdout, and exit code 0", async (flag) => {
  const { code, stdout, stderr } = await runBin([flag]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const said of ["--mapping", "--config", "--refuse", "--admin", "SIGHUP", "Exit codes"]) {
    expect(stdout).toContain(said);
  }
});

it("--version is the package's, alone on its line", async () => {
  const manifest = new URL("../../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  expect(await runBin(["--version"])).toEqual({ code: 0, stdout: version, stderr: "" });
});
