import type { LineRuns } from "../request/line-runs.ts";

/** How many bytes the lines have that stay. */
export function bytesOfRuns(runs: LineRuns, bounds: readonly number[]): number {
  let bytes = 0;
  for (let at = 0; at < runs.length; at += 2)
    bytes += (bounds[runs[at + 1] as number] as number) - (bounds[runs[at] as number] as number);
  return bytes;
}

/** A line or two: to ask the engine to copy so few bytes costs more than to copy them. */
const FEW = 40;

const OTHER_SIZE = "a head of another size";

/** Writes bytes of a size that is known before: texts of ours, and bytes as they stand. Text that is joined is copied once more. */
export class HeadWriter {
  readonly #bytes: Buffer;
  #at = 0;

  /** @param size bytes. */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  /**
   * @param text one character a byte.
   * @throws RangeError where it is longer than what is left: a head without its end would be read on into what follows it.
   */
  text(text: string): void {
    this.#hold(text.length);
    this.#at += this.#bytes.write(text, this.#at, "latin1");
  }

  /** @throws RangeError as {@link text} does. */
  copy(bytes: Buffer, from: number, to: number): void {
    this.#hold(to - from);
    const written = this.#bytes;
    let next = this.#at;
    if (to - from > FEW) next += bytes.copy(written, next, from, to);
    else
      for (let at = from; at < to; at += 1) {
        written[next] = bytes[at] as number;
        next += 1;
      }
    this.#at = next;
  }

  /** The lines that stay. */
  runs(runs: LineRuns, bytes: Buffer, bounds: readonly number[]): void {
    for (let at = 0; at < runs.length; at += 2)
      this.copy(
        bytes,
        bounds[runs[at] as number] as number,
        bounds[runs[at + 1] as number] as number,
      );
  }

  /**
   * What was written.
   *
   * @throws RangeError where that is less than the size: what is left is memory of somebody else's.
   */
  done(): Buffer {
    if (this.#at !== this.#bytes.length) throw new RangeError(OTHER_SIZE);
    return this.#bytes;
  }

  #hold(count: number): void {
    if (this.#at + count > this.#bytes.length) throw new RangeError(OTHER_SIZE);
  }
}
