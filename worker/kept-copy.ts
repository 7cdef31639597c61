/** Bodies above this are not stored: a copy is kept in the Worker's memory until the whole of it has come. */
export const MAX_STORED_BYTES = 8 * 1024 * 1024;

// An isolate has 128 MB for all requests that it serves at once, and anybody can ask for many large pages.
const MAX_HELD_BYTES = 32 * 1024 * 1024;
let heldBytes = 0;

/** A body on its way to the visitor, and what will be known when it is through. */
export interface KeptCopy {
  /** For the visitor: the same bytes, as they come, at the visitor's pace. */
  readonly body: ReadableStream<Uint8Array>;
  /** All of the bytes once the visitor has them; null where they are too many, or where the body broke off. Never rejects. */
  readonly whole: Promise<Uint8Array | null>;
}

/**
 * Keeps a copy of a body that passes by.
 *
 * No `clone()`: of its two streams the faster one sets the pace, and the runtime holds what the slower has not read. And
 * what a cache makes of a body that breaks off is the cache's own affair: the local one keeps the half of it as the
 * whole. So only what has come to its end is handed over.
 *
 * @param length the Content-Length that frames the body, kept for the visitor; null where it has none.
 * @param visitor aborted when the visitor leaves: a pipe that waits for a silent origin would not notice, even with a
 *   signal of its own.
 */
export function keepCopy(
  from: ReadableStream<Uint8Array>,
  length: number | null,
  visitor: AbortSignal,
): KeptCopy {
  const out = length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
  return { body: out.readable, whole: pump(from.getReader(), out.writable.getWriter(), visitor) };
}

async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  visitor: AbortSignal,
): Promise<Uint8Array | null> {
  const copy = newCopy();
  visitor.addEventListener("abort", () => void reader.cancel().catch(() => undefined), {
    once: true,
  });
  try {
    // Gone before there was an answer, where somebody keeps the request alive: nobody would ever read, or be told of it again.
    if (visitor.aborted) throw new Error("the visitor left");
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      copy.add(value);
      await writer.write(value);
    }
    // A cancelled read ends like a body that has come to its end.
    if (visitor.aborted) throw new Error("the visitor left");
    await writer.close();
    return copy.take();
  } catch (thrown) {
    await Promise.allSettled([reader.cancel(thrown), writer.abort(thrown)]);
    return null;
  } finally {
    copy.release();
  }
}

function newCopy() {
  let chunks: Uint8Array[] | null = [];
  let bytes = 0;
  const release = (): void => {
    if (chunks !== null) heldBytes -= bytes;
    chunks = null;
  };
  const add = (chunk: Uint8Array): void => {
    if (chunks === null) return;
    const { byteLength } = chunk;
    if (bytes + byteLength > MAX_STORED_BYTES || heldBytes + byteLength > MAX_HELD_BYTES) {
      release();
      return;
    }
    // Not the chunk itself: writing it may take its buffer away.
    chunks.push(chunk.slice());
    bytes += byteLength;
    heldBytes += byteLength;
  };
  return { add, release, take: () => (chunks === null ? null : join(chunks, bytes)) };
}

function join(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
