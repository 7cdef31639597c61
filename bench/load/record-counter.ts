/** The head of a TLS record: its type, its version, and two bytes of its length (RFC 8446, section 5.1). */
const HEAD_BYTES = 5;
/** What a record of TLS 1.3 is longer by than what it carries: the type within, and the tag of AES-GCM. */
const SEALED_BYTES = 1 + 16;

/** Counts what the records of one connection carry, by their heads alone: nothing is decrypted. */
export class RecordCounter {
  #head = Buffer.alloc(HEAD_BYTES);
  #headBytes = 0;
  #left = 0;

  /**
   * Takes what came.
   *
   * @returns bytes carried by the records that ended in it, padding that nobody here adds apart.
   */
  take(bytes: Uint8Array): number {
    let carried = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.#headBytes < HEAD_BYTES) {
        this.#head[this.#headBytes] = bytes[at] ?? 0;
        this.#headBytes += 1;
        at += 1;
        if (this.#headBytes === HEAD_BYTES) this.#left = this.#head.readUInt16BE(3);
        continue;
      }
      const part = Math.min(this.#left, bytes.length - at);
      this.#left -= part;
      at += part;
      if (this.#left > 0) continue;
      carried += this.#head.readUInt16BE(3) - SEALED_BYTES;
      this.#headBytes = 0;
    }
    return carried;
  }
}
