import { describe, expect, test, vi } from "vitest";
import { failedPull, NOT_ATTEMPTED } from "../../worker/failed-pull.ts";
import { opaqueId, plainAnswer } from "../../worker/plain-answer.ts";

describe("an answer of the Worker's own", () => {
  test("is small, plain and never stored", async () => {
    const answer = plainAnswer(421);
    expect([answer.status, answer.statusText]).toEqual([421, "Misdirected Request"]);
    expect(Object.fromEntries(answer.headers)).toEqual({
      "cache-control": "no-store",
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
    });
    expect(await answer.text()).toBe("421 Misdirected Request\n");
  });

  test("shows its id in the body and in the header", async () => {
    const answer = plainAnswer(502, "abc");
    expect(answer.headers.get("Pull-Failed")).toBe("abc");
    expect(await answer.text()).toBe("502 Bad Gateway\nid: abc\n");
  });
});

test("an opaque id is short, and never the same", () => {
  const ids = Array.from({ length: 1000 }, opaqueId);
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{12}$/);
  expect(new Set(ids).size).toBe(1000);
});

test("a failed pull is one line of JSON, whatever is in its detail", async () => {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
  const detail = 'lost\n{"event":"pull-failed","id":"forged"}\u0000';
  const attempted = { ...NOT_ATTEMPTED, attempts: 2 };
  const answer = failedPull("shop.example.com", { cause: "network", detail }, attempted);
  log.mockRestore();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[ -~]+$/);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    event: "pull-failed",
    id: answer.headers.get("Pull-Failed"),
    hostname: "shop.example.com",
    cause: "network",
    refusal: null,
    status: null,
    answered: 502,
    origin: null,
    attempts: 2,
    detail,
  });
});
