import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepCopy } from "../../worker/kept-copy.ts";

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
