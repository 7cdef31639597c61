import { createRequire } from "node:module";
import { inPieces, type Chance } from "./chance.ts";
import type { Message } from "./fast-reader.ts";

/**
 * Node's parser by itself, without the streams around it: a hundred times as fast, for runs of millions. Nothing of it is
 * documented; `node-reader.ts` asks the same of what is.
 */
interface Parser {
  initialize(type: number, resource: object): void;
  /** The count of bytes, or an error. */
  execute(bytes: Buffer): number | Error;
  finish(): Error | undefined;
  /** Gives back what it holds beside the heap. */
  close(): void;
  [callback: number]: (...given: never[]) => number | void;
}

const { HTTPParser, methods } = createRequire(import.meta.url)("_http_common") as {
  HTTPParser: (new () => Parser) & Readonly<Record<string, number>>;
  methods: readonly string[];
};
const constant = (name: string): number => HTTPParser[name] as number;

/** What ends a request's stream for the parser: what follows is not HTTP. */
const STOP = 2;

/**
 * Reads a stream as Node's parser does.
 *
 * @param method of the request that is answered; null where the stream is of requests.
 */
export function parseAsNode(
  stream: string,
  method: string | null,
  chance: Chance,
): readonly Message[] {
  const found: Message[] = [];
  let headers: string[] = [];
  let flushed = "";
  let isInterim = false;
  const parser = new HTTPParser();
  parser.initialize(constant(method === null ? "REQUEST" : "RESPONSE"), {});
  parser[constant("kOnHeaders")] = (more: string[], url: string) => {
    headers.push(...more);
    flushed += url;
  };
  parser[constant("kOnHeadersComplete")] = (
    _major: number,
    _minor: number,
    more: string[] | undefined,
    its: number,
    url: string | undefined,
    status: number,
    _reason: string,
    upgrade: boolean,
  ) => {
    const all = [...headers, ...(more ?? [])];
    const target = url ?? flushed;
    headers = [];
    flushed = "";
    isInterim = method !== null && status < 200;
    const first = method === null ? `${methods[its]} ${target}` : String(status);
    if (!isInterim) found.push({ first, headers: all, body: "", ends: "open" });
    if (upgrade) return STOP;
    return isInterim || method === "HEAD" ? 1 : 0;
  };
  parser[constant("kOnBody")] = (bytes: Buffer) => {
    const last = found.at(-1);
    if (last !== undefined) last.body += bytes.toString("latin1");
  };
  parser[constant("kOnMessageComplete")] = () => {
    headers = [];
    flushed = "";
    const last = found.at(-1);
    if (last !== undefined && !isInterim) last.ends = "whole";
  };
  const isWhole = inPieces(stream, chance).every(
    (piece) => typeof parser.execute(piece) === "number",
  );
  if (method !== null && isWhole) parser.finish();
  parser.close();
  return found;
}
