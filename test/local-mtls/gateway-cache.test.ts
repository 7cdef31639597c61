import type { OutgoingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { useGatewayWorld } from "./support/gateway-world.ts";
import type { Ask } from "./support/visit.ts";

const world = useGatewayWorld();
const HOST = "shop.example.com";
const FRESH = { "Cache-Control": "max-age=600" };

/** The origin numbers its answers, so that a body says which pull it is of. */
function answerWith(headers: OutgoingHttpHeaders, status = 200): void {
  world.origin.handle = (_request, response) => {
    response.writeHead(status, headers).end(`pull ${world.origin.pulls.length}`);
  };
}

/** Visits, and waits until what was to be stored is stored: the store is made after the answer has gone. */
async function visitAndSettle(path: string, ask: Ask = {}, hostname = HOST): Promise<string> {
  const { body } = await world.visit(hostname, path, ask);
  await world.visit(hostname, `/settled${path}`, { headers: { Authorization: "none" } });
  world.origin.pulls.pop();
  return body;
}

/** How many pulls two visits to the same path make. */
async function pullsOfTwoVisits(path: string, first: Ask = {}, second: Ask = first) {
  await visitAndSettle(path, first);
  await visitAndSettle(path, second);
  return world.origin.pulls.length;
}

describe("what the cache has", () => {
  test("is answered without a pull, with its age", async () => {
    answerWith({ ...FRESH, ETag: '"1"' });
    await visitAndSettle("/hit?a=1");
    const got = await world.visit(HOST, "/hit?a=1");
    expect(got).toMatchObject({ status: 200, body: "pull 1" });
    expect(got.headers["age"]).toMatch(/^[0-9]$/);
    expect(got.headers["cache-control"]).toContain("max-age=600");
    expect(world.origin.pulls).toHaveLength(1);
  });

  test("is kept for its own hostname and its own query", async () => {
    answerWith(FRESH);
    expect(await visitAndSettle("/key?a=1")).toBe("pull 1");
    expect(await visitAndSettle("/key?a=2")).toBe("pull 2");
    expect(await visitAndSettle("/key?a=1", {}, "blog.example.com")).toBe("pull 3");
    expect(await visitAndSettle("/key?a=1", {}, "one.tenant.example.com")).toBe("pull 4");
    expect(await visitAndSettle("/key?a=1", {}, "two.tenant.example.com")).toBe("pull 5");
    expect(await visitAndSettle("/key?a=1", {}, "SHOP.example.COM.")).toBe("pull 1");
  });

  test("answers Range and If-None-Match by itself", async () => {
    world.origin.handle = (_request, response) => {
      response.writeHead(200, { ...FRESH, ETag: '"tag"', "Content-Length": 10 }).end("0123456789");
    };
    await visitAndSettle("/range");
    const range = await world.visit(HOST, "/range", { headers: { Range: "bytes=2-4" } });
    expect(range).toMatchObject({ status: 206, body: "234" });
    const same = await world.visit(HOST, "/range", { headers: { "If-None-Match": '"tag"' } });
    expect(same).toMatchObject({ status: 304, body: "" });
    expect(world.origin.pulls).toHaveLength(1);
  });

  test("answers HEAD with the head of it", async () => {
    answerWith({ ...FRESH, "X-Kept": "1", "Content-Length": 6 });
    await visitAndSettle("/head-hit");
    const got = await world.visit(HOST, "/head-hit", { method: "HEAD" });
    expect(got).toMatchObject({ status: 200, body: "", headers: { "x-kept": "1" } });
    const headers = { Range: "bytes=0-1" };
    const ranged = await world.visit(HOST, "/head-hit", { method: "HEAD", headers });
    expect(ranged).toMatchObject({ status: 200, body: "", headers: { "x-kept": "1" } });
    expect(world.origin.pulls).toHaveLength(1);
  });

  test("varies by nothing that a visitor sends", async () => {
    answerWith({ ...FRESH, Vary: "Accept-Encoding" });
    const first = { headers: { "Accept-Encoding": "br", Cookie: "a=1" } };
    const second = { headers: { "Accept-Encoding": "gzip", Cookie: "a=2" } };
    expect(await pullsOfTwoVisits("/vary-encoding", first, second)).toBe(1);
    expect(world.origin.pulls[0]?.headers["accept-encoding"]).toBe("identity");
  });

  test.each([301, 404, 410])("may be a fresh %i", async (status) => {
    answerWith(FRESH, status);
    expect(await pullsOfTwoVisits(`/status-${status}`)).toBe(1);
  });

  test("goes when an unsafe method was answered without an error, and stays when not", async () => {
    answerWith(FRESH);
    await visitAndSettle("/changed");
    answerWith({}, 403);
    await visitAndSettle("/changed", { method: "POST" });
    expect(await visitAndSettle("/changed")).toBe("pull 1");
    answerWith({}, 204);
    await visitAndSettle("/changed", { method: "DELETE" });
    answerWith(FRESH);
    expect(await visitAndSettle("/changed")).toBe("pull 4");
  });
});

describe("what is never stored", () => {
  const cookie = { ...FRESH, "Set-Cookie": "session=1" };
  test.each<[string, OutgoingHttpHeaders, number?]>([
    ["no freshness", { ETag: '"1"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT" }],
    ["no freshness but public", { "Cache-Control": "public" }],
    ["max-age=0", { "Cache-Control": "max-age=0" }],
    ["s-maxage=0", { "Cache-Control": "max-age=600, s-maxage=0" }],
    ["an age that has used it up", { ...FRESH, Age: "600" }],
    ["private", { "Cache-Control": "private, max-age=600" }],
    ["no-store", { "Cache-Control": "max-age=600, no-store" }],
    ["no-cache", { "Cache-Control": "max-age=600, no-cache" }],
    ["Set-Cookie", cookie],
    ["Vary: Cookie", { ...FRESH, Vary: "Accept-Encoding, Cookie" }],
    ["Vary that Connection names", { ...FRESH, Vary: "Cookie", Connection: "vary" }],
    ["CDN-Cache-Control", { ...FRESH, "CDN-Cache-Control": "no-store" }],
    ["Expires: 3600", { Expires: "3600" }],
    ["Vary: *", { ...FRESH, Vary: "*" }],
    ["Content-Encoding", { ...FRESH, "Content-Encoding": "x-unknown" }],
    ["a fresh 500", FRESH, 500],
    ["a fresh 503", FRESH, 503],
    ["a fresh 401", FRESH, 401],
    ["a fresh 206", { ...FRESH, "Content-Range": "bytes 0-5/10" }, 206],
    ["a fresh 416", { ...FRESH, "Content-Range": "bytes */10" }, 416],
    ["a refusal", { ...FRESH, "Pull-Refusal": "12345678" }, 403],
    ["a fresh 520", FRESH, 520],
  ])("%s", async (what, headers, status = 200) => {
    answerWith(headers, status);
    expect(await pullsOfTwoVisits(`/never-${encodeURIComponent(what)}`)).toBe(2);
  });

  test("an answer that breaks off", async () => {
    world.origin.handle = (_request, response) => {
      response.writeHead(200, { ...FRESH, "Content-Length": 100 });
      response.write("half of it", () => response.destroy());
    };
    await expect(visitAndSettle("/breaks-off")).rejects.toThrow("aborted");
    answerWith(FRESH);
    expect(await visitAndSettle("/breaks-off")).toBe("pull 2");
  });

  test("an answer to a visitor who says no-store", async () => {
    answerWith(FRESH);
    const noStore = { headers: { "Cache-Control": "no-store" } };
    expect(await pullsOfTwoVisits("/visitor-no-store", noStore, {})).toBe(2);
  });
});

describe("what goes round the cache, although it has an answer", () => {
  test.each<[string, Ask]>([
    ["Authorization", { headers: { Authorization: "Bearer a" } }],
    ["If-Range", { headers: { "If-Range": '"1"', Range: "bytes=0-1" } }],
    ["If-Match", { headers: { "If-Match": '"1"' } }],
    ["another method in underscores", { headers: { X_HTTP_Method_Override: "DELETE" } }],
    ["POST", { method: "POST", headers: { "Content-Length": "0" } }],
    ["OPTIONS", { method: "OPTIONS" }],
    ["PROPFIND", { method: "PROPFIND" }],
  ])("%s", async (what, ask) => {
    answerWith(FRESH);
    const path = `/round-${encodeURIComponent(what)}`;
    await visitAndSettle(path);
    expect(await visitAndSettle(path, ask)).toBe("pull 2");
  });

  test("and what is answered to Authorization is not stored for others", async () => {
    answerWith({ "Cache-Control": "public, max-age=600" });
    const authorized = { headers: { Authorization: "Bearer a" } };
    expect(await pullsOfTwoVisits("/authorized", authorized, {})).toBe(2);
  });

  test("the health path of the entry, and of this entry alone", async () => {
    answerWith(FRESH);
    expect(await pullsOfTwoVisits("/up")).toBe(2);
    expect(await visitAndSettle("/up", {}, "blog.example.com")).toBe("pull 3");
    expect(await visitAndSettle("/up", {}, "blog.example.com")).toBe("pull 3");
  });
});

test("a body without a length is stored too", async () => {
  world.origin.handle = (_request, response) => {
    response.writeHead(200, FRESH);
    response.write("in ");
    response.end("parts");
  };
  expect(await visitAndSettle("/chunked")).toBe("in parts");
  expect(await visitAndSettle("/chunked")).toBe("in parts");
  expect(world.origin.pulls).toHaveLength(1);
});

test("a body that turns out to be too large passes whole, and is not stored", async () => {
  const part = Buffer.alloc(1024 * 1024, "a");
  world.origin.handle = (_request, response) => {
    response.writeHead(200, FRESH);
    Readable.from(Array.from({ length: 9 }, () => part)).pipe(response);
  };
  expect((await visitAndSettle("/large")).length).toBe(9 * part.byteLength);
  answerWith(FRESH);
  expect(await visitAndSettle("/large")).toBe("pull 2");
});

test("one that breaks off without a length is not stored either", async () => {
  world.origin.handle = (_request, response) => {
    response.writeHead(200, FRESH);
    response.write("half of it", () => response.destroy());
  };
  await expect(visitAndSettle("/chunks-break-off")).rejects.toThrow("aborted");
  answerWith(FRESH);
  expect(await visitAndSettle("/chunks-break-off")).toBe("pull 2");
});
