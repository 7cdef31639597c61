/**
 * Counts the answers of one connection. The whole head is read of the first; of the others it is looked at whether they
 * begin as a 200 does and are as long, and whatever is not as the first is read whole: answers may change their length
 * (a date, an id), and a loader that parsed each would be slower than what it measures.
 */
export class AnswerCounter {
  #expected = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  /**
   * Takes what came.
   *
   * @returns how many answers ended with it: 0 or 1, since no pull is sent before the last one's answer.
   * @throws Error for an answer other than 200, or with a framing that no answer here has.
   */
  take(chunk: Buffer): 0 | 1 {
    if (this.#pendingBytes === 0 && chunk.length === this.#expected && isFine(chunk)) return 1;
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    // Of a long body nothing is looked at before it can be whole.
    if (this.#pendingBytes < this.#expected && this.#pending.length > 1) return 0;
    const length = lengthOf(Buffer.concat(this.#pending.slice(0, 4)));
    if (length === null) return 0;
    this.#expected = length;
    if (this.#pendingBytes < length) return 0;
    if (this.#pendingBytes > length) throw new Error("more came than one answer");
    this.#pending = [];
    this.#pendingBytes = 0;
    return 1;
  }
}

/** `HTTP/1.1 200`. */
function isFine(chunk: Buffer): boolean {
  return chunk[9] === 0x32 && chunk[10] === 0x30 && chunk[11] === 0x30;
}

/** The bytes of an answer, head and body; null where the head is not whole yet. */
function lengthOf(bytes: Buffer): number | null {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const head = bytes.toString("latin1", 0, end);
  const body = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (!head.startsWith("HTTP/1.1 200") || body === undefined)
    throw new Error(`an answer that nobody asked for:\n${head}`);
  return end + 4 + Number(body);
}
