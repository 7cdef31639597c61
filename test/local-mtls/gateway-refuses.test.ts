import { describe, expect, test } from "vitest";
import { useGatewayWorld } from "./support/gateway-world.ts";
import type { Visit } from "./support/visit.ts";

const world = useGatewayWorld();

const ID = /^[A-Za-z0-9_-]{12}$/;

/** A failed pull shows one opaque id, in body and header, and the log has exactly one line with it. */
async function expectFailedPull(
  got: Visit,
  hostname: string,
): Promise<Readonly<Record<string, unknown>>> {
  const id = got.headers["pull-failed"];
  expect(id).toMatch(ID);
  expect(got.body.split("\n")).toEqual([
    expect.stringMatching(/^50[234] [A-Z]/),
    `id: ${String(id)}`,
    "",
  ]);
  expect(got.headers["cache-control"]).toBe("no-store");
  expect(got.headers["pull-refusal"]).toBeUndefined();
  // Nothing of the origin: not its name, not its address, not its words.
  expect(JSON.stringify(got)).not.toMatch(/origin|127\.0\.0\.1|certificate|secret/);
  const lines = await world.logged();
  expect(lines).toMatchObject([{ event: "pull-failed", id, hostname, answered: got.status }]);
  return lines[0] ?? {};
}

describe("a hostname that the Worker has nothing for", () => {
  test.each([
    ["is unmapped", "unmapped.example.com"],
    ["is an address", "127.0.0.1"],
    ["is no hostname", "under_score.example.com"],
    ["is presented for by the edge", "edge.example.com"],
    ["is two labels below a wildcard", "a.b.tenant.example.com"],
    ["is the wildcard's own parent", "tenant.example.com"],
    ["is the origin hostname", "origin-shop.example.net"],
  ])("is answered 421 and never pulled: it %s", async (_why, hostname) => {
    const got = await world.visit(hostname, "/");
    expect(got).toMatchObject({ status: 421, body: "421 Misdirected Request\n" });
    expect(got.headers["cache-control"]).toBe("no-store");
    expect(world.origin.pulls).toEqual([]);
  });
});

describe("a binding that is not there", () => {
  test.each([
    ["missing", "lost.example.com", "PULL_CERT_NOWHERE"],
    ["not a Fetcher", "text.example.com", "ONLY_A_TEXT"],
  ])("is 503 for its hostname alone: %s", async (_what, hostname, binding) => {
    const got = await world.visit(hostname, "/");
    expect(got.status).toBe(503);
    const line = await expectFailedPull(got, hostname);
    expect(line).toMatchObject({ cause: "binding-missing", attempts: 0, status: null });
    expect(line["detail"]).toContain(binding);
    expect(world.origin.pulls).toEqual([]);

    expect((await world.visit("shop.example.com", "/")).status).toBe(200);
  });
});

describe("an answer that carries Pull-Refusal", () => {
  test.each([403, 421, 200, 520])("is a 502, whatever its status: %i", async (status) => {
    world.origin.handle = (_request, response) => {
      response.writeHead(status, { "Pull-Refusal": "r3fus4l-id", "X-Why": "secret" });
      response.end("secret words of the verifier");
    };
    const got = await world.visit("shop.example.com", `/refused-${status}`);
    expect(got.status).toBe(502);
    expect(await expectFailedPull(got, "shop.example.com")).toMatchObject({
      cause: "refused",
      refusal: "r3fus4l-id",
      status,
      attempts: 1,
    });
  });

  test("does not put just any text into the log's refusal", async () => {
    world.origin.handle = (_request, response) => {
      response.writeHead(403, { "Pull-Refusal": "an id? <script>" }).end();
    };
    const got = await world.visit("shop.example.com", "/odd-refusal");
    expect(await expectFailedPull(got, "shop.example.com")).toMatchObject({ refusal: null });
  });
});

describe("what Cloudflare's edge answers in the origin's place", () => {
  test.each([
    [520, 502],
    [521, 502],
    [522, 504],
    [523, 502],
    [524, 504],
    [525, 502],
    [526, 502],
    [527, 502],
    [530, 502],
  ])("is not the application's: %i becomes %i", async (status, answered) => {
    world.origin.handle = (_request, response) => {
      response.writeHead(status).end("secret error page");
    };
    const got = await world.visit("shop.example.com", `/edge-${status}`);
    expect(got.status).toBe(answered);
    expect(await expectFailedPull(got, "shop.example.com")).toMatchObject({
      cause: "edge-status",
      status,
    });
  });
});

test.each([400, 401, 403, 404, 421, 429, 500, 502, 503, 504, 519, 531])(
  "the application's own %i passes untouched",
  async (status) => {
    world.origin.handle = (_request, response) => {
      response.writeHead(status, { "X-Application": "mine" }).end("its own words");
    };
    const got = await world.visit("shop.example.com", `/own-${status}`);
    expect(got).toMatchObject({ status, body: "its own words" });
    expect(got.headers["x-application"]).toBe("mine");
    expect(got.headers["pull-failed"]).toBeUndefined();
    expect(await world.logged()).toEqual([]);
  },
);

describe("an origin that gives no answer", () => {
  test("is 504 when the deadline passes, and the pull is aborted", async () => {
    let closed = false;
    world.origin.handle = (_request, response) => response.on("close", () => (closed = true));
    const got = await world.visit("hasty.example.com", "/silent");
    expect(got.status).toBe(504);
    expect(await expectFailedPull(got, "hasty.example.com")).toMatchObject({
      cause: "deadline",
      attempts: 1,
    });
    await expect.poll(() => closed).toBe(true);
  });

  test("has one deadline for the pull and its repeat together", async () => {
    let repeatedAt = 0;
    let closedAt = 0;
    world.origin.handle = (request, response) => {
      if (world.origin.pulls.length === 1) {
        setTimeout(() => request.socket.destroy(), 300);
      } else {
        repeatedAt = performance.now();
        response.on("close", () => (closedAt = performance.now()));
      }
    };
    const got = await world.visit("hasty.example.com", "/late");
    expect(got.status).toBe(504);
    expect(await expectFailedPull(got, "hasty.example.com")).toMatchObject({
      cause: "deadline",
      attempts: 2,
    });
    await expect.poll(() => closedAt).not.toBe(0);
    // Half a second is the deadline of both: the repeat must have had less of it.
    expect(closedAt - repeatedAt).toBeLessThan(480);
  });

  test("is 502 when it breaks the connection", async () => {
    world.origin.handle = (request) => request.socket.destroy();
    const got = await world.visit("shop.example.com", "/breaks");
    expect(got.status).toBe(502);
    expect(await expectFailedPull(got, "shop.example.com")).toMatchObject({
      cause: "network",
      status: null,
      attempts: 2,
    });
  });
});
