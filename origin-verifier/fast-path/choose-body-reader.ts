import type { Framing } from "../request/request-head.ts";
import type { AnswerHead } from "./answer-head.ts";
import { createEndlessReader, createLengthReader, type BodyReader } from "./body-reader.ts";
import { createChunkReader } from "./chunks.ts";

/** What reads the body of a request; null for one without. */
export function bodyReader(framing: Framing): BodyReader | null {
  switch (framing.by) {
    case "none":
      return null;
    case "length":
      return createLengthReader(framing.bytes);
    case "chunks":
      return createChunkReader();
  }
}

/** What reads the body of an answer; one without a body has one of no bytes. */
export function answerBodyReader({ framing, length }: AnswerHead): BodyReader {
  switch (framing) {
    case "none":
    case "length":
      return createLengthReader(length);
    case "chunks":
      return createChunkReader();
    case "close":
      return createEndlessReader();
  }
}
