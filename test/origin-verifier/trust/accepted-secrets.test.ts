import { expect, test } from "vitest";
import { acceptSecrets, parseSecret } from "../../../origin-verifier/trust/accepted-secrets.ts";

const SECRET = "p".repeat(20);
const NEXT = "q".repeat(40);

test.each([
  ["is not there", undefined],
  ["is empty", ""],
  ["could be guessed", "p".repeat(19)],
  ["is a book", "p".repeat(513)],
  ["has a space", `${SECRET} ${SECRET}`],
  ["ends in a line break", `${SECRET}\n`],
  ["is not ASCII", `${SECRET}ä`],
])("a secret that %s is refused, and no message holds any of it", (_, said) => {
  const read = parseSecret(said);
  expect(read.ok).toBe(false);
  expect(JSON.stringify(read)).not.toContain("ppp");
});

test("one secret, or during a rotation two, are accepted whole and as they stand", () => {
  const [one, two] = [acceptSecrets([SECRET]), acceptSecrets([SECRET, NEXT])];
  expect([one.includes(SECRET), one.includes(NEXT)]).toEqual([true, false]);
  expect([two.includes(SECRET), two.includes(NEXT)]).toEqual([true, true]);
  for (const given of ["", SECRET.slice(1), `${SECRET}p`, SECRET.toUpperCase(), `${SECRET}${NEXT}`])
    expect(two.includes(given)).toBe(false);
});

test("what is kept cannot be read back", () => {
  const kept = acceptSecrets([SECRET]);
  expect(JSON.stringify(kept)).toBe("{}");
  expect(Object.keys(kept)).toEqual(["includes"]);
});
