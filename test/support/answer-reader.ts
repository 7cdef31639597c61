/** A strict reader of HTTP/1.1 answers: what a peer that counts every byte makes of them. */

/** One answer. */
export interface ReadAnswer {
  readonly status: number;
  /** Lower-case names, values in the order in which they stand. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
  /** Whether its end came; without framing, only the connection's end tells, and this is false. */
  readonly complete: boolean;
}

/**
 * Reads answers from the first byte on. Whatever is not an answer where one should begin is a failure of the test.
 *
 * @param methods of the requests that are answered, in order: an answer to HEAD has no body.
 */
export function readAnswers(text: string, methods: readonly string[] = []): readonly ReadAnswer[] {
  const answers: ReadAnswer[] = [];
  let finals = 0;
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf("\r\n\r\n", at);
    if (end === -1) break;
    const [first = "", ...lines] = text.slice(at, end).split("\r\n");
    const status = /^HTTP\/1\.1 ([1-9][0-9]{2})(?: [^\r\n]*)?$/.exec(first)?.[1];
    if (status === undefined) throw new Error(`no answer begins with ${JSON.stringify(first)}`);
    const headers = new Map<string, string[]>();
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon === -1) throw new Error(`no header line: ${JSON.stringify(line)}`);
      const name = line.slice(0, colon).toLowerCase();
      headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
    }
    const code = Number(status);
    const bodiless =
      code < 200 || code === 204 || code === 304 || methods[finals]?.toUpperCase() === "HEAD";
    if (code >= 200) finals += 1;
    const body = readBody(text, end + 4, headers, bodiless);
    answers.push({ status: code, headers, body: body.text, complete: body.complete });
    at = body.at;
    if (!body.complete || code === 101) break;
  }
  return answers;
}

function readBody(
  text: string,
  from: number,
  headers: ReadonlyMap<string, readonly string[]>,
  bodiless: boolean,
): { text: string; complete: boolean; at: number } {
  const lengths = headers.get("content-length") ?? [];
  const codings = headers.get("transfer-encoding") ?? [];
  if (lengths.length + codings.length > 1) throw new Error("framed twice");
  if (bodiless) return { text: "", complete: true, at: from };
  if (lengths.length === 1) {
    const length = Number(lengths[0]);
    const body = text.slice(from, from + length);
    return { text: body, complete: body.length === length, at: from + body.length };
  }
  if (codings.length === 0) return { text: text.slice(from), complete: false, at: text.length };
  let body = "";
  let at = from;
  for (;;) {
    const end = text.indexOf("\r\n", at);
    if (end === -1) return { text: body, complete: false, at: text.length };
    const size = text.slice(at, end);
    if (!/^[0-9a-f]+$/i.test(size)) throw new Error(`no chunk size: ${JSON.stringify(size)}`);
    const bytes = Number.parseInt(size, 16);
    at = end + 2;
    if (bytes === 0) {
      const complete = text.startsWith("\r\n", at);
      return { text: body, complete, at: complete ? at + 2 : text.length };
    }
    body += text.slice(at, at + bytes);
    if (text.length < at + bytes + 2) return { text: body, complete: false, at: text.length };
    at += bytes + 2;
  }
}
