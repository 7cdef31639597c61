import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readFlags } from "../../../origin-verifier/command/read-flags.ts";

const PLAIN = [
  "--mapping=mapping.json",
  "--certificate=origin.pem",
  "--key=origin.key",
  "--application=http://127.0.0.1:3000",
];
const WITH_TOKEN = { PULLPROOF_ADMIN_TOKEN: "whatever-it-is" };

const read = (flags: readonly string[], environment: Record<string, string> = {}) =>
  readFlags([...PLAIN, ...flags], environment);

function problemsOf(flags: readonly string[], environment: Record<string, string> = {}) {
  const asked = read(flags, environment);
  return asked.ask === "nothing" ? asked.problems : [];
}

function adminOf(flags: readonly string[], environment: Record<string, string> = {}) {
  const asked = read(flags, environment);
  return asked.ask === "run" ? asked.configuration.admin : asked;
}

describe("an admin listener that others can reach", () => {
  for (const address of ["0.0.0.0:9464", "[::]:9464", "10.1.2.3:9464", "[::ffff:127.0.0.1]:9464"]) {
    test(`is not started on ${address} without a token`, () => {
      expect(problemsOf(["--admin", address])).toEqual([
        expect.stringContaining("reachable from elsewhere, and needs a token: --admin-token-file"),
      ]);
      expect(problemsOf(["--admin", address], { PULLPROOF_ADMIN_TOKEN: "" })).toHaveLength(1);
    });
  }

  test("has one from a file or from the environment", () => {
    const address = { host: "0.0.0.0", port: 9464 };
    expect(adminOf(["--admin", "0.0.0.0:9464"], WITH_TOKEN)).toEqual({
      address,
      tokenFile: null,
      hosts: [],
    });
    expect(adminOf(["--admin", "0.0.0.0:9464", "--admin-token-file", "token"])).toEqual({
      address,
      tokenFile: resolve("token"),
      hosts: [],
    });
  });
});

const named = (name: string) => ["--admin", "127.0.0.1:9464", "--admin-host", name];

describe("a name that it is asked for under", () => {
  test("needs a token on this machine too: a name can be led here by whoever owns it", () => {
    expect(problemsOf(named("admin.example.com"))).toEqual([
      expect.stringContaining("--admin-host: a name can be led to any address"),
    ]);
  });

  test.each([
    "",
    "*.example.com",
    "admin.example.com:9464",
    "10.0.0.5",
    "a b",
    "https://a.example",
  ])("is a hostname, and not %j", (name) => {
    expect(problemsOf(named(name), WITH_TOKEN)).toEqual([
      expect.stringMatching(/^--admin-host: ".*" is not a hostname/),
    ]);
  });

  test("may be one of several, in any case", () => {
    const flags = [...named("Admin.Example.com"), "--admin-host", "b.example.com."];
    expect(adminOf(flags, WITH_TOKEN)).toMatchObject({
      hosts: ["admin.example.com", "b.example.com"],
    });
  });
});

test("a token or a name without an admin listener is a mistake", () => {
  expect(problemsOf(["--admin-token-file", "token"])).toEqual([
    "--admin-token-file stands without --admin: where is the admin listener?",
  ]);
  expect(problemsOf(["--admin-host", "a.example.com"])).toHaveLength(1);
});

test("an empty path is a mistake, and an address that is none", () => {
  expect(problemsOf(["--admin", "127.0.0.1:9464", "--admin-token-file", ""])).toEqual([
    "--admin-token-file: empty: name the file of the token",
  ]);
  expect(problemsOf(["--admin", "localhost:9464"])).toHaveLength(1);
});

test("on this machine alone nothing is needed", () => {
  for (const address of ["127.0.0.1:9464", "[::1]:9464"])
    expect(adminOf(["--admin", address])).toMatchObject({ tokenFile: null, hosts: [] });
  expect(adminOf([])).toBeNull();
});
