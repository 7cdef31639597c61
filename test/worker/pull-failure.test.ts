import { describe, expect, test } from "vitest";
import {
  answeredStatus,
  blameOf,
  cureOf,
  explain,
  readFailure,
  type PullFailure,
} from "../../worker/pull-failure.ts";

describe("an answer is the application's", () => {
  test("whatever its status, but for 520 to 530", () => {
    for (let status = 100; status < 600; status += 1) {
      const expected = status >= 520 && status <= 530 ? { cause: "edge-status", status } : null;
      expect(readFailure(status, new Headers())).toEqual(expected);
    }
  });

  test.each([200, 302, 403, 421, 503, 525])("unless it carries Pull-Refusal (%i)", (status) => {
    const headers = new Headers({ "pull-refusal": "abcdefgh_-1" });
    expect(readFailure(status, headers)).toEqual({
      cause: "refused",
      status,
      refusal: "abcdefgh_-1",
    });
  });

  test.each(["", "short", "two words here", "a".repeat(65), "12345678, 12345678"])(
    "and an id that is none is not believed, but refused all the same: %s",
    (value) => {
      expect(readFailure(403, new Headers({ "Pull-Refusal": value }))).toEqual({
        cause: "refused",
        status: 403,
        refusal: null,
      });
    },
  );
});

const refused = (status: number): PullFailure => ({ cause: "refused", status, refusal: null });

describe("another origin", () => {
  test.each([400, 403, 405, 413, 417, 421, 431, 500, 501, 505])(
    "is never asked after a refusal (%i), which is no sign of a failing origin",
    (status) => {
      expect([cureOf(refused(status)), blameOf(refused(status), false)]).toEqual([
        "none",
        "answered",
      ]);
    },
  );

  test.each([502, 503, 504])("is asked where the verifier has no application (%i)", (status) => {
    expect([cureOf(refused(status)), blameOf(refused(status), true)]).toEqual([
      "elsewhere",
      "doubtful",
    ]);
  });

  test.each([
    [{ cause: "network", detail: "" }, "again", "doubtful"],
    [{ cause: "share", seconds: 1 }, "elsewhere", "doubtful"],
    [{ cause: "deadline", seconds: 1 }, "none", "doubtful"],
    [{ cause: "edge-status", status: 520 }, "elsewhere", "doubtful"],
    [{ cause: "edge-status", status: 521 }, "elsewhere", "down"],
    [{ cause: "edge-status", status: 522 }, "elsewhere", "down"],
    [{ cause: "edge-status", status: 524 }, "elsewhere", "doubtful"],
    [{ cause: "edge-status", status: 525 }, "elsewhere", "down"],
    [{ cause: "edge-status", status: 523 }, "elsewhere", "down"],
    [{ cause: "edge-status", status: 526 }, "elsewhere", "down"],
    [{ cause: "edge-status", status: 530 }, "elsewhere", "down"],
    [{ cause: "binding-missing", binding: "B" }, "none", "answered"],
    [{ cause: "unexpected", detail: "" }, "none", "answered"],
  ] as const)("after %o: %s, and the origin is %s", (failure, cure, blame) => {
    expect([cureOf(failure), blameOf(failure, false)]).toEqual([cure, blame]);
  });
});

describe("what the visitor and the operator see of it", () => {
  const failures: [PullFailure, number, RegExp][] = [
    [{ cause: "network", detail: "Error: lost" }, 502, /lost/],
    [{ cause: "deadline", seconds: 3 }, 504, /3 s/],
    [{ cause: "binding-missing", binding: "PULL_CERT_X" }, 503, /PULL_CERT_X/],
    [{ cause: "secret-missing", secret: "PULL_SECRET_X" }, 503, /secret put PULL_SECRET_X/],
    [{ cause: "unexpected", detail: "TypeError: a bug" }, 500, /bug/],
    [{ cause: "edge-status", status: 520 }, 502, /proxied/],
    [{ cause: "edge-status", status: 522 }, 504, /in time/],
    [{ cause: "edge-status", status: 524 }, 504, /in time/],
    [{ cause: "edge-status", status: 525 }, 502, /handshake/],
    [{ cause: "edge-status", status: 526 }, 502, /public CA/],
    [{ cause: "edge-status", status: 529 }, 502, /Cloudflare/],
  ];
  test.each(failures)("%o", (failure, status, detail) => {
    expect(answeredStatus(failure)).toBe(status);
    expect(explain(failure)).toMatch(detail);
  });

  test("a refusal is a 502, and the verifier's own log has the reason", () => {
    const failure: PullFailure = { cause: "refused", status: 403, refusal: null };
    expect([answeredStatus(failure), explain(failure)]).toEqual([502, null]);
  });
});
