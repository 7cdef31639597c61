import { createCipheriv, createHash } from "node:crypto";
import { Readable } from "node:stream";

const BLOCK = 64 * 1024;

/**
 * So many bytes that look random and are the same each time (AES-CTR of zeros): no two blocks are alike, so that one
 * that is lost, doubled or moved shows, and their number costs no memory.
 */
export function bulk(length: number): Readable {
  const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16));
  const zeros = Buffer.alloc(BLOCK);
  function* blocks(): Generator<Buffer> {
    for (let left = length; left > 0; left -= BLOCK) {
      yield cipher.update(zeros.subarray(0, Math.min(BLOCK, left)));
    }
  }
  return Readable.from(blocks(), { objectMode: false, highWaterMark: BLOCK });
}

/** How many bytes a stream gave, and their SHA-256. */
export async function digestOf(
  stream: AsyncIterable<Buffer>,
): Promise<{ readonly length: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    length += chunk.length;
  }
  return { length, sha256: hash.digest("hex") };
}
