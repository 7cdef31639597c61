import { LAST_CHUNK, type BodyProblem, type BodyReader } from "./body-reader.ts";
import { CR, LF } from "./head-bytes.ts";

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = String.raw`"(?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"`;
/** RFC 9112 7.1.1, without white space. More than 13 digits are more than a number can say. */
const SIZE = new RegExp(`^([0-9A-Fa-f]{1,13})(;${TOKEN}(?:=(?:${TOKEN}|${QUOTED}))?)*$`);
/** As we would write it ourselves: it passes as it came. */
const PLAIN_SIZE = /^[1-9A-Fa-f][0-9A-Fa-f]{0,12}$/;
/** What frames a message or ends a connection has no place behind it (RFC 9110 6.5.1): Node's parser would heed it there. */
const TRAILER = new RegExp(
  String.raw`^(?!content-length:|transfer-encoding:|connection:|proxy-connection:|upgrade:)${TOKEN}:[\t\x20-\x7e\x80-\xff]*$`,
  "i",
);

/** Bytes of one size with its extensions, and of all trailers: as Node's parser has it. */
const LINES_AT_MOST = 16 * 1024;

/**
 * Reads a chunked body strictly, and passes it on as chunks that have one reading: what is framed plainly passes as it
 * came, sizes in another writing and with extensions are written anew (whoever does not know them reads on in the middle
 * of the data), and trailers are dropped, since an application may merge them into the headers that were judged.
 */
export function createChunkReader(): BodyReader {
  let reading: "size" | "data" | "data-end" | "trailers" = "size";
  let left = 0;
  // Of a line that has not come whole.
  let begun = "";
  let trailerBytes = 0;
  let end = 0;

  const problem = (): BodyProblem =>
    reading === "trailers" ? "trailers-too-large" : "extensions-too-large";

  return {
    end: () => end,
    read: (bytes, from, pass) => {
      let at = from;
      // What was read, and not passed yet.
      let kept = from;
      const passUntil = (to: number): void => {
        if (to > kept) pass(kept === 0 && to === bytes.length ? bytes : bytes.subarray(kept, to));
      };
      while (at < bytes.length) {
        if (reading === "data") {
          const step = Math.min(left, bytes.length - at);
          at += step;
          left -= step;
          if (left === 0) {
            reading = "data-end";
            left = 2;
          }
          continue;
        }
        if (reading === "data-end") {
          if (bytes[at] !== (left === 2 ? CR : LF)) return "broken";
          at += 1;
          left -= 1;
          if (left === 0) reading = "size";
          continue;
        }
        const feed = bytes.indexOf(LF, at);
        const lineEnd = feed === -1 ? bytes.length : feed + 1;
        if (begun.length + lineEnd - at > LINES_AT_MOST) return problem();
        const isWhole = begun === "";
        const line = begun + bytes.toString("latin1", at, lineEnd);
        if (feed === -1) {
          // Passed when it is whole, and is what it seems to be.
          passUntil(at);
          begun = line;
          return "more";
        }
        begun = "";
        if (!line.endsWith("\r\n")) return "broken";
        const text = line.slice(0, -2);
        if (reading === "trailers") {
          at = lineEnd;
          kept = at;
          if (text === "") {
            pass(LAST_CHUNK);
            end = at;
            return "done";
          }
          trailerBytes += line.length;
          if (trailerBytes > LINES_AT_MOST) return problem();
          if (!TRAILER.test(text)) return "broken";
          continue;
        }
        const digits = SIZE.exec(text)?.[1];
        if (digits === undefined) {
          passUntil(at);
          return "broken";
        }
        left = Number.parseInt(digits, 16);
        if (left === 0 || !isWhole || !PLAIN_SIZE.test(text)) {
          passUntil(at);
          if (left > 0) pass(`${left.toString(16)}\r\n`);
          kept = lineEnd;
        }
        at = lineEnd;
        reading = left === 0 ? "trailers" : "data";
      }
      passUntil(at);
      return "more";
    },
  };
}
