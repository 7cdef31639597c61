import type { IncomingMessage } from "node:http";
import { request as requestTls } from "node:https";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { RefusalReason } from "../../origin-verifier/judge/refusal.ts";
import { createEntryFinder } from "../../shared/find-entry.ts";
import { parseHostname } from "../../shared/hostname.ts";
import type { Entry, Mapping } from "../../shared/mapping.ts";
import type { LocalCertificate, LocalCertificates } from "../local-world/local-certificates.ts";
import { LOOPBACK } from "../local-world/ports.ts";
import type { RunningVerifier } from "../local-world/start-verifier.ts";
import { codeOf, messageOf } from "../manners/failure.ts";

/**
 * Whose certificate is presented: `own`, the entry's; `none`; `stranger`, one that is right in everything but its issuer,
 * which no mapping names; or the one of another hostname of the mapping.
 */
export type Presented = "own" | "none" | "stranger" | { readonly of: string };

/** One pull, as far as it is not as it should be. */
export interface PullOptions {
  /** Default `/`. */
  readonly path?: string;
  /** Default GET. */
  readonly method?: string;
  /** Sent as they are, beside Host, and X-Forwarded-Host, which is what the Worker sends. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default none. */
  readonly body?: string;
  /** Default `own`. */
  readonly as?: Presented;
}

/** What came of a pull. */
export interface Pulled {
  /** `accepted`, or which rule refused it. */
  readonly verdict: "accepted" | RefusalReason;
  /** The application's answer, or the verifier's own; null where nothing was answered. */
  readonly answer: {
    readonly status: number;
    readonly headers: Headers;
    readonly body: string;
  } | null;
}

/** Where there is something to pull from. */
export interface PullFrom {
  readonly mapping: Mapping;
  readonly certificates: LocalCertificates;
  readonly verifier: Pick<RunningVerifier, "port" | "events">;
}

// The verifier's log line may come after the answer, on a machine that is busy long after.
const LOG_PATIENCE = 10_000;
const ANSWER_PATIENCE = 20_000;

/** Makes one, over a connection of its own, and waits for what the verifier says of it. */
export async function pullFrom(
  from: PullFrom,
  hostname: string,
  options: PullOptions,
): Promise<Pulled> {
  const [origin] = entryOf(from, hostname).origins;
  const { path = "/", method = "GET", headers = {}, body, as = "own" } = options;
  const presented = certificateOf(from, hostname, as);
  const request = requestTls({
    host: LOOPBACK,
    port: from.verifier.port,
    servername: origin.hostname,
    ca: from.certificates.originIssuer.certificate,
    path,
    method,
    headers: { Host: origin.hostname, "X-Forwarded-Host": hostname, ...headers },
    agent: false,
    timeout: ANSWER_PATIENCE,
    ...(presented === null ? {} : { cert: presented.certificate, key: presented.key }),
  });
  let localPort: number | undefined;
  request.on("socket", (socket: Socket) => {
    socket.once("connect", () => (localPort = socket.localPort));
  });
  request.on("timeout", () => request.destroy(new Error("no answer in time")));
  request.end(body);
  const [answer, error] = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  })
    .then(async (response) => [await readAnswer(response), null] as const)
    .catch((thrown: unknown) => [null, codeOf(thrown) ?? messageOf(thrown)] as const);
  const said = await from.verifier.events.find(
    (event) => "remotePort" in event && event.remotePort === localPort,
    LOG_PATIENCE,
  );
  if (said?.event === "pull-accepted") return { verdict: "accepted", answer };
  if (said?.event === "pull-refused") return { verdict: said.reason, answer };
  throw new Error(`the verifier judged nothing: ${said?.event ?? error ?? "it said nothing"}`);
}

async function readAnswer(response: IncomingMessage): Promise<Pulled["answer"]> {
  const { statusCode: status = 0, rawHeaders } = response;
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] ?? "", rawHeaders[at + 1] ?? "");
  }
  return { status, headers, body: await text(response) };
}

function entryOf({ mapping }: PullFrom, raw: string): Entry {
  const hostname = parseHostname(raw);
  const entry = hostname === null ? undefined : createEntryFinder(mapping)(hostname);
  if (entry === undefined) throw new Error(`the mapping has no entry for ${raw}`);
  return entry;
}

function certificateOf(from: PullFrom, hostname: string, as: Presented): LocalCertificate | null {
  if (as === "none") return null;
  if (as === "stranger") return from.certificates.stranger;
  const { hostname: pattern, present } = entryOf(from, as === "own" ? hostname : as.of);
  const { pull, edge } = from.certificates;
  const found = present.by === "worker" ? pull.get(present.binding) : edge.get(pattern);
  if (found === undefined) throw new Error(`nothing is presented for ${pattern}`);
  return found;
}
