import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  isToken,
  parseAdminToken,
  readAdminToken,
  TOKEN_VARIABLE,
} from "../../../origin-verifier/admin/admin-token.ts";
import { tokenOf } from "./admin-world.ts";

const GOOD = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4+/0=";

describe("what is no token", () => {
  test.each([
    ["nothing", ""],
    ["a line break", "\n"],
    ["nineteen characters", "a".repeat(19)],
    ["a thousand", "a".repeat(1_000)],
    ["a space in it", `${GOOD} ${GOOD}`],
    ["two lines", `${GOOD}\n${GOOD}\n`],
    ["a control character", `${GOOD}\u0000`],
    ["a letter that no header carries", `${GOOD.slice(0, 30)}ü`],
    ["an equals sign in its middle", `aaaaaaaaaa=bbbbbbbbbbbbb`],
  ])("%s", (_, raw) => {
    expect(parseAdminToken(raw)).toMatchObject({ ok: false });
  });
});

test("a token may end in one line break, as editors and openssl leave it", () => {
  for (const end of ["", "\n", "\r\n"])
    expect(parseAdminToken(`${GOOD}${end}`)).toEqual({ ok: true, value: GOOD });
  expect(parseAdminToken(`${GOOD}\n\n`).ok).toBe(false);
});

test("only the token is the token", () => {
  const token = tokenOf(GOOD);
  expect(isToken(GOOD, token)).toBe(true);
  for (const given of ["", GOOD.slice(1), GOOD.slice(0, -1), `${GOOD}=`, GOOD.toLowerCase()])
    expect(isToken(given, token)).toBe(false);
});

describe("where it is read from", () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pullproof-token-"));
    await writeFile(file("good"), `${GOOD}\n`);
    await writeFile(file("short"), "short\n");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("nowhere: there is none", async () => {
    expect(await readAdminToken(null, {})).toEqual({ ok: true, value: null });
    expect(await readAdminToken(null, { [TOKEN_VARIABLE]: "" })).toEqual({ ok: true, value: null });
  });

  test("a file that is not there, is a folder, or holds no token is a problem that names it", async () => {
    for (const path of [file("missing"), folder, file("short")]) {
      // A good one in the environment does not stand in for the file that was named.
      const read = await readAdminToken(path, { [TOKEN_VARIABLE]: GOOD });
      expect(read).toMatchObject({ ok: false, problems: [{ path }] });
    }
  });

  test("a variable that holds no token is a problem that names it, and does not say it", async () => {
    const read = await readAdminToken(null, { [TOKEN_VARIABLE]: "hunter2" });
    expect(read).toMatchObject({ ok: false, problems: [{ path: TOKEN_VARIABLE }] });
    expect(JSON.stringify(read)).not.toContain("hunter2");
  });

  test("the file before the variable", async () => {
    expect(await readAdminToken(null, { [TOKEN_VARIABLE]: GOOD })).toEqual({
      ok: true,
      value: GOOD,
    });
    expect(await readAdminToken(file("good"), { [TOKEN_VARIABLE]: "x".repeat(30) })).toEqual({
      ok: true,
      value: GOOD,
    });
  });
});
