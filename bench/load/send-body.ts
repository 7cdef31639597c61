import type { Writable } from "node:stream";

const PIECE = Buffer.alloc(256 * 1024, "pullproof ");
/** Pieces that are on their way at once: the next is ready when one has left, and memory stays small. */
const AT_ONCE = 4;

/** Writes a body of so many bytes, and says of each piece when it has left. */
export function sendBody(to: Writable, bytes: number, sent: (bytes: number) => void): void {
  let left = bytes;
  const next = (): void => {
    if (left <= 0 || to.destroyed) return;
    const piece = PIECE.subarray(0, left);
    left -= piece.length;
    to.write(piece, (error) => {
      if (error) return;
      sent(piece.length);
      next();
    });
  };
  for (let at = 0; at < AT_ONCE; at += 1) next();
}
