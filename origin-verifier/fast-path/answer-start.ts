import { ANSWER_HEAD_BYTES } from "../application/dial.ts";
import { readAnswerHead, type FoundAnswer } from "./answer-head.ts";

/** The head of an answer, the lines of it that go back, and where in the buffer the first byte behind it is. */
export interface Begun extends Omit<FoundAnswer, "end"> {
  readonly from: number;
}

/** The head; `more`, where it has not come whole; or why it is none. */
export type Started = Begun | { readonly broken: string } | "more";

/** Reads how an answer starts: interim answers, which nobody waits for, and then its head. */
export class AnswerStart {
  readonly #method: string;
  /** Of the head, where it does not come at once. */
  #begun: Buffer | null = null;

  /** @param method of the request that it answers. */
  constructor(method: string) {
    this.#method = method;
  }

  /** Whether nothing has come of it. */
  isUnread(): boolean {
    return this.#begun === null;
  }

  /** Reads the first `size` bytes of a buffer, which is read into again afterwards. */
  read(buffer: Buffer, size: number): Started {
    const begun = this.#begun;
    if (begun === null) return this.#heads(buffer, size, 0);
    // Whole first: a head that comes byte by byte is not read anew with each of them.
    const all = Buffer.concat([begun, buffer.subarray(0, size)]);
    if (all.includes("\r\n\r\n", Math.max(0, begun.length - 3)))
      return this.#heads(all, all.length, begun.length);
    if (all.length > ANSWER_HEAD_BYTES) return TOO_LARGE;
    this.#begun = all;
    return "more";
  }

  #heads(bytes: Buffer, size: number, before: number): Started {
    for (let from = 0; ;) {
      const found = readAnswerHead(bytes, from, size, this.#method);
      if (found === "more") {
        if (size - from > ANSWER_HEAD_BYTES) return TOO_LARGE;
        this.#begun = Buffer.from(bytes.subarray(from, size));
        return found;
      }
      if ("broken" in found) return found;
      const { head, lines, end } = found;
      if (end - from > ANSWER_HEAD_BYTES) return TOO_LARGE;
      // RFC 9110 15.2: what says that nothing comes behind it is no interim answer.
      if (head.status < 200 && !head.keeps) return { broken: "an interim answer that ends" };
      if (head.status === 101) return { broken: "101, unasked" };
      if (head.status >= 200) return { head, lines, from: end - before };
      from = end;
    }
  }
}

const TOO_LARGE = { broken: "its head is too large" };
