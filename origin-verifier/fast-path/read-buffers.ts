/** Read buffers of one size: each belongs to one connection, from when it is taken until it is given back. */
export interface ReadBuffers {
  readonly take: () => Buffer;
  /** To be called when nobody reads or writes it any more: where it was written, in the callback of that write. */
  readonly giveBack: (buffer: Buffer) => void;
  /** How many wait to be taken. */
  readonly free: () => number;
}

/** How many are kept: 16 MiB of large ones. What is given back beyond that is the garbage collector's. */
const FREE_AT_MOST = 64;

/**
 * Makes the buffers. Two connections that read into one buffer would be one hostname's bytes in another's answer: Node
 * does not promise that a written buffer has been taken before its write's callback.
 */
export function createReadBuffers(bytes: number): ReadBuffers {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(bytes),
    giveBack: (buffer) => {
      if (free.length < FREE_AT_MOST) free.push(buffer);
    },
    free: () => free.length,
  };
}
