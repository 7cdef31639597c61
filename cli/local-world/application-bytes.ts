import { Readable } from "node:stream";

const BLOCK = 64 * 1024;

/** A block of the pattern: 251 is prime, so a block lost, doubled or moved never looks like the one that belongs there. */
function patternBlock(offset: number, length: number): Buffer {
  const block = Buffer.allocUnsafe(length);
  for (let index = 0; index < length; index++) block[index] = (offset + index) % 251;
  return block;
}

/**
 * A stream of `length` bytes, byte n being n modulo 251, made as fast as it is read and no faster: the memory it takes
 * does not depend on its length.
 */
export function patternStream(length: number): Readable {
  function* blocks(): Generator<Buffer> {
    for (let offset = 0; offset < length; offset += BLOCK) {
      yield patternBlock(offset, Math.min(BLOCK, length - offset));
    }
  }
  return Readable.from(blocks(), { objectMode: false, highWaterMark: BLOCK });
}
