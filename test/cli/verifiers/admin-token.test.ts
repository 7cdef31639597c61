import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { TOKEN_VARIABLE } from "../../../origin-verifier/admin/admin-token.ts";
import { readAdminToken } from "../../../cli/verifiers/admin-token.ts";
import { runPullproof } from "../support/run-pullproof.ts";

describe("a token that cannot be one", () => {
  it.each([
    "secretsecretsecret\nx",
    "secretsecretsecret x",
    '"secretsecretsecret"',
    "secretsecretsecret\u0000",
    "secretsecretsecretä",
  ])("is refused by the variable's name, and not repeated: %j", (raw) => {
    expect(() => readAdminToken({ [TOKEN_VARIABLE]: raw })).toThrow(TOKEN_VARIABLE);
    expect(() => readAdminToken({ [TOKEN_VARIABLE]: raw })).not.toThrow(/secret/);
  });

  it.each([[], ["--json"]])("is not printed by status %j", async (...flags) => {
    const args = ["status", "--verifier", "http://127.0.0.1:10", ...flags];
    const environment = { [TOKEN_VARIABLE]: "secretsecretsecret\nx" };
    const { status, stdout, stderr } = await runPullproof(args, tmpdir(), environment);
    expect(status).toBe(1);
    expect(stderr).toContain(TOKEN_VARIABLE);
    expect(`${stdout}${stderr}`).not.toContain("secretsecret");
  });
});

it.each([
  [undefined, null],
  ["  ", null],
  ["c2VjcmV0_-~+/.==\n", "c2VjcmV0_-~+/.=="],
])("%j is read as %j", (raw, token) => {
  expect(readAdminToken({ [TOKEN_VARIABLE]: raw })).toBe(token);
});
