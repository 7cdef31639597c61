import { expect, test } from "vitest";
import {
  createConsoleSessions,
  SESSION_SECONDS,
} from "../../../origin-verifier/admin/console-sessions.ts";

const START = Date.UTC(2030, 0, 1);
const cookieOf = (setCookie: string) => setCookie.split(";")[0] ?? "";

test("nothing that this process did not make is a session", () => {
  const sessions = createConsoleSessions(() => START);
  const ours = cookieOf(sessions.begin());
  const others = cookieOf(createConsoleSessions(() => START).begin());
  const [end = "", signature = ""] = ours.split("=")[1]?.split(".") ?? [];
  for (const cookie of [
    undefined,
    "",
    "pullproof-console=",
    `pullproof-console=${end}`,
    `pullproof-console=${end}.`,
    `pullproof-console=${Number(end) + 1}.${signature}`,
    `pullproof-console=${end}.${signature.slice(0, -1)}`,
    `pullproof-console=${end}.${"A".repeat(43)}`,
    `other=${end}.${signature}`,
    others,
  ])
    expect(sessions.has(cookie)).toBe(false);
});

test("a session is over when it is over", () => {
  const clock = { now: START };
  const sessions = createConsoleSessions(() => clock.now);
  const cookie = cookieOf(sessions.begin());
  clock.now += SESSION_SECONDS * 1_000 - 1;
  expect(sessions.has(cookie)).toBe(true);
  clock.now += 1;
  expect(sessions.has(cookie)).toBe(false);
});

test("a session stands beside other cookies, and no script and no other page has it", () => {
  const sessions = createConsoleSessions(() => START);
  const set = sessions.begin();
  expect(set).toMatch(/; HttpOnly; SameSite=Strict;/);
  expect(sessions.has(`a=1; ${cookieOf(set)}; b=2`)).toBe(true);
});
