import { Refused, UNTOLD_CODE } from "./answer.ts";

/** A request as its handler sees it. */
export interface ApiRequest {
  readonly method: string;
  /** What stands for the `:names` of the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly bytes: Buffer;
}

type Json = Readonly<Record<string, unknown>>;

/** One of the path's parts. */
export function param(request: ApiRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`the route has no :${name}`);
  return value;
}

/** The body as a JSON object. wrangler sends some of them as `text/plain`, and Cloudflare takes them (seen). */
export function jsonBody({ bytes }: ApiRequest): Json {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // Refused below, like every other body that is no object.
  }
  throw new Refused(400, UNTOLD_CODE, "Malformed JSON in request body");
}

/** A text of the body; refused where it is missing. */
export function textOf(body: Json, key: string): string {
  const value = body[key];
  if (typeof value === "string" && value !== "") return value;
  throw new Refused(400, UNTOLD_CODE, `${key} is required`);
}

/** Whether the query says `true`; null where it says nothing. */
export function flagOf(query: URLSearchParams, key: string): boolean | null {
  const value = query.get(key);
  return value === null ? null : value === "true";
}
