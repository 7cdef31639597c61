/** Takes what is to be passed on of some bytes of a body: pieces of those bytes, and what stands in place of others. */
export type Pass = (piece: Buffer | string) => void;

/** What came of reading on. `done`: the body's end was read, and passed. Else why it is none: nobody can say where it ends. */
export type BodyRead = "more" | "done" | BodyProblem;

/** Why a body is none; or its extensions or trailers are more than anybody needs. */
export type BodyProblem = "broken" | "extensions-too-large" | "trailers-too-large";

/** Reads one body, as it comes. Pure: it knows of no socket. */
export interface BodyReader {
  /** Reads on from a place in some bytes, to their end or the body's. */
  readonly read: (bytes: Buffer, from: number, pass: Pass) => BodyRead;
  /** Where in the bytes of the last call the body ended. */
  readonly end: () => number;
}

/** Reads a body of so many bytes. */
export function createLengthReader(length: number): BodyReader {
  let left = length;
  let end = 0;
  return {
    end: () => end,
    read: (bytes, from, pass) => {
      end = Math.min(bytes.length, from + left);
      left -= end - from;
      if (end > from) pass(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
      return left === 0 ? "done" : "more";
    },
  };
}

/** What ends a body in chunks; one of {@link createEndlessReader} when its connection has ended. */
export const LAST_CHUNK = "0\r\n\r\n";

/** Reads a body that ends with its connection, and passes it on in chunks: there, its end can be told from a loss. */
export function createEndlessReader(): BodyReader {
  return {
    end: () => 0,
    read: (bytes, from, pass) => {
      if (bytes.length === from) return "more";
      pass(`${(bytes.length - from).toString(16)}\r\n`);
      pass(bytes.subarray(from));
      pass("\r\n");
      return "more";
    },
  };
}
