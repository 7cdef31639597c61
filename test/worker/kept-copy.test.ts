import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keepCopy, MAX_STORED_BYTES } from "../../worker/kept-copy.ts";

// The runtime's own, which Node's is near enough to.
beforeEach(() => {
  vi.stubGlobal("IdentityTransformStream", TransformStream);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A body without an end. */
function endless(cancelled: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1024)),
    cancel: cancelled,
  });
}

test("of a body that nobody will read, since the visitor left before it came, nothing is kept or waited for", async () => {
  const cancelled = vi.fn<() => void>();
  const { whole } = keepCopy(endless(cancelled), null, AbortSignal.abort());
  expect(await whole).toBeNull();
  expect(cancelled).toHaveBeenCalledTimes(1);
});

test("a visitor who leaves in its midst ends it", async () => {
  const visitor = new AbortController();
  const cancelled = vi.fn<() => void>();
  const { body, whole } = keepCopy(endless(cancelled), null, visitor.signal);
  const reader = body.getReader();
  expect((await reader.read()).value).toHaveLength(1024);
  visitor.abort();
  await Promise.allSettled([reader.read(), reader.cancel()]);
  expect(await whole).toBeNull();
  expect(cancelled).toHaveBeenCalledTimes(1);
});

test("all of it is there once the visitor has it", async () => {
  const from = new Response("the whole of it").body as ReadableStream<Uint8Array>;
  const { body, whole } = keepCopy(from, null, new AbortController().signal);
  expect(await new Response(body).text()).toBe("the whole of it");
  expect(new TextDecoder().decode((await whole) ?? undefined)).toBe("the whole of it");
});

/** A body that says what it is told to, and nothing by itself. */
function told() {
  let to = undefined as unknown as ReadableStreamDefaultController<Uint8Array>;
  const from = new ReadableStream<Uint8Array>({ start: (controller) => void (to = controller) });
  return { from, say: (bytes: Uint8Array) => to.enqueue(bytes), end: () => to.close() };
}

test("half a body is not the whole of it, where the visitor leaves while the origin is silent", async () => {
  const visitor = new AbortController();
  const { from, say } = told();
  const { body, whole } = keepCopy(from, null, visitor.signal);
  const reader = body.getReader();
  say(new Uint8Array(3));
  expect((await reader.read()).value).toHaveLength(3);
  const next = reader.read();
  visitor.abort();
  await expect(next).rejects.toThrow("the visitor left");
  expect(await whole).toBeNull();
});

/** One as large as may be stored, on its way, whose first and only chunk the visitor has. */
async function begin() {
  const { from, say, end } = told();
  const { body, whole } = keepCopy(from, null, new AbortController().signal);
  const reader = body.getReader();
  say(new Uint8Array(MAX_STORED_BYTES));
  expect((await reader.read()).value).toHaveLength(MAX_STORED_BYTES);
  const finish = async () => {
    end();
    expect((await reader.read()).done).toBe(true);
    return (await whole)?.byteLength ?? null;
  };
  return { finish };
}

describe("of bodies as large as may be stored", () => {
  test("every one is kept where they come one after the other: what is through holds no memory", async () => {
    for (const _ of "123456") expect(await (await begin()).finish()).toBe(MAX_STORED_BYTES);
  });

  test("the fifth at once is not kept, and comes to its visitor all the same: the isolate's memory is for all", async () => {
    const begun = [];
    for (const _ of "12345") begun.push(await begin());
    const kept = [];
    for (const { finish } of begun) kept.push(await finish());
    expect(kept).toEqual([...Array.from({ length: 4 }, () => MAX_STORED_BYTES), null]);
    expect(await (await begin()).finish()).toBe(MAX_STORED_BYTES);
  });
});
