import * as v from "valibot";
import { TOKEN_VARIABLE } from "../../origin-verifier/admin/admin-token.ts";
import { onOneLine } from "../../shared/problem.ts";
import { codeOf, messageOf } from "../manners/failure.ts";
import { StatusSchema } from "./status-schema.ts";
import { mayCarryToken, type VerifierUrl } from "./verifier-url.ts";

/**
 * What a live verifier says of itself. Times are milliseconds since 1970 by the verifier's clock, `now` is that of the
 * answer: two machines' clocks are never compared.
 */
export type LiveStatus = v.InferOutput<typeof StatusSchema> & {
  /** Why its last reload failed, where none has succeeded since: it goes on with what it had. */
  readonly reloadFailure: string | null;
};

/** One hostname at one verifier. */
export type LiveHostname = LiveStatus["hostnames"][string];

/** The status; or, on one line, why there is none and what to do about it. */
export type ReadStatus =
  | { readonly known: true; readonly value: LiveStatus }
  | { readonly known: false; readonly why: string; readonly next: string };

const DEADLINE_MS = 10_000;
/** Thousands of hostnames with thousands of certificates. */
const BYTES_AT_MOST = 64 * 1024 * 1024;

/**
 * Asks one verifier for its status. Never throws for what a verifier or the network does.
 *
 * @param token sent as `Authorization: Bearer` over https and within this machine alone; null sends none.
 */
export async function readStatus(url: VerifierUrl, token: string | null): Promise<ReadStatus> {
  if (token !== null && !mayCarryToken(url)) {
    return no(
      "plain http to another machine would show the token to everybody on the way: nothing was sent",
      `ssh -L 9464:127.0.0.1:9464 ${new URL(url).hostname}, then --verifier http://127.0.0.1:9464; or https`,
    );
  }
  try {
    const answer = await fetch(`${url}status`, {
      // Whoever could redirect could have the token.
      redirect: "manual",
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      return refusedBy(answer.status, token !== null);
    }
    const text = await readText(answer);
    return text === null ? NOT_A_VERIFIER : parseStatus(text);
  } catch (thrown) {
    return unreachable(thrown);
  }
}

/** Parses the text of `/status`. */
export function parseStatus(text: string): ReadStatus {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return NOT_A_VERIFIER;
  }
  const read = v.safeParse(StatusSchema, raw);
  if (!read.success) {
    const [issue] = read.issues;
    const where = v.getDotPath(issue) ?? "";
    return no(
      onOneLine(`its status is not one that this version reads: ${where}: ${issue.message}`),
      "is it an origin-verifier of the same version as this pullproof?",
    );
  }
  const { lastReloadFailure: failed } = read.output;
  const reloadFailure = failed?.current === true ? problemsOf(failed.problems) : null;
  const hostnames = Object.fromEntries(
    Object.entries(read.output.hostnames).map(([name, at]) => {
      const originHostnames =
        at.originHostnames.length === 0 ? [at.originHostname] : at.originHostnames;
      return [name, { ...at, originHostnames }];
    }),
  );
  return { known: true, value: { ...read.output, hostnames, reloadFailure } };
}

function problemsOf(
  problems: readonly { readonly file: string; readonly path: string; readonly message: string }[],
): string {
  const lines = problems.map(({ file, path, message }) =>
    [file, path, message].filter((part) => part !== "").join(": "),
  );
  return onOneLine(lines.join("; ")) || "it did not say why";
}

function no(why: string, next: string): ReadStatus & { readonly known: false } {
  return { known: false, why, next };
}

const NOT_A_VERIFIER = no(
  "what answers there is no verifier's admin listener",
  "name the address of --admin, not of --listen",
);

function refusedBy(status: number, withToken: boolean): ReadStatus {
  switch (status) {
    case 401:
    case 403:
      return no(
        withToken ? "it does not take this token" : "it asks for a token",
        `put the verifier's own token into ${TOKEN_VARIABLE}`,
      );
    case 421:
      return no(
        "it does not answer under this name",
        "ask it by its address, or start it with --admin-host NAME",
      );
    default:
      return status >= 300 && status < 400
        ? no("it redirects elsewhere", "name the address of the admin listener itself")
        : no(`it answers ${status}`, "name the address of --admin, without a path");
  }
}

function unreachable(thrown: unknown): ReadStatus {
  if (thrown instanceof Error && thrown.name === "TimeoutError")
    return no("no answer within 10 seconds", "is the way there open? curl -v tells");
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const code = codeOf(cause) ?? codeOf(thrown);
  const why = code ?? messageOf(cause ?? thrown);
  return no(
    onOneLine(`it cannot be reached (${why})`),
    "is origin-verifier running there, with --admin? on its machine: ss -ltnp",
  );
}

/** Null where it is longer than any status. */
async function readText(answer: Response): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > BYTES_AT_MOST) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
