import type { Hostname } from "../shared/hostname.ts";
import type { Mapping } from "../shared/mapping.ts";
import { findBinding, type PullBinding } from "./binding.ts";
import { failedPull } from "./failed-pull.ts";
import { createWorkerEntryFinder, type WorkerEntry } from "./find-worker-entry.ts";
import { detailOf } from "./log.ts";
import { visitorHeaders } from "./origin-headers.ts";
import { bodyOf, originRequest, unpullable } from "./origin-request.ts";
import { plainAnswer } from "./plain-answer.ts";
import { parsePublicUrl, type PublicUrl } from "./public-url.ts";
import { findPullSecret } from "./pull-secret.ts";
import { readFailure, type PullFailure } from "./pull-failure.ts";
import { MAX_ATTEMPTS, mayRepeat } from "./repeat.ts";
import { startStop, type Stop } from "./stop.ts";

/** Makes one pull, or an answer that says it failed. */
export type Puller = (
  /** Whose certificate is to be presented; null where what should name it names none. */
  hostname: Hostname | null,
  request: Request,
  /** The Worker's bindings, of which none but the entry's own is touched. */
  env: object,
) => Promise<Response>;

/** Compiles the mapping for pulls: each goes through the binding of its entry, or does not happen. It knows no cache. */
export function createPuller(mapping: Mapping): Puller {
  const find = createWorkerEntryFinder(mapping);

  return async (hostname, request, env) => {
    const publicUrl = parsePublicUrl(request.url);
    const entry = hostname === null ? undefined : find(hostname);
    // Whoever asks has looked before; another hostname than the URL's would be another hostname's certificate.
    if (entry === undefined || publicUrl?.hostname !== hostname) return plainAnswer(421);

    const refused = unpullable(request.method, bodyOf(request) !== null);
    if (refused !== null) return plainAnswer(refused);

    const binding = findBinding(env, entry.present.binding);
    if (binding === null) {
      const failure = { cause: "binding-missing", binding: entry.present.binding } as const;
      return failedPull(publicUrl.hostname, failure, 0);
    }
    const { header } = entry.present;
    const secret = header === null ? null : findPullSecret(env, header);
    if (header !== null && secret === null) {
      const failure = { cause: "secret-missing", secret: header } as const;
      return failedPull(publicUrl.hostname, failure, 0);
    }
    return pullThrough(binding, secret, entry, request, publicUrl);
  };
}

async function pullThrough(
  binding: PullBinding,
  secret: string | null,
  entry: WorkerEntry,
  request: Request,
  publicUrl: PublicUrl,
): Promise<Response> {
  const { origin, present } = entry;
  const stop = startStop(present.deadlineSeconds, request.signal);
  const most = mayRepeat(request.method, bodyOf(request) !== null) ? MAX_ATTEMPTS : 1;

  for (let attempt = 1; ; attempt += 1) {
    const pull = originRequest(request, publicUrl, origin, secret, stop.signal);
    const outcome = await ask(binding, pull, stop, present.deadlineSeconds);
    if (outcome === "visitor-left") return left();
    if (outcome instanceof Response) return passOn(outcome);
    if (outcome.cause === "network" && attempt < most) continue;
    stop.headersArrived();
    return failedPull(publicUrl.hostname, outcome, attempt);
  }
}

/** Asks the origin once: the application's answer, or why there is none. */
async function ask(
  binding: PullBinding,
  pull: Request,
  stop: Stop,
  seconds: number,
): Promise<Response | PullFailure | "visitor-left"> {
  try {
    const answer = await binding.fetch(pull);
    stop.headersArrived();
    const failure = readFailure(answer.status, answer.headers);
    if (failure === null) return answer;
    // What the verifier or the edge says further is for nobody. If the rest of it breaks, it is gone all the same.
    answer.body?.cancel().catch(() => undefined);
    return failure;
  } catch (thrown) {
    switch (stop.reason()) {
      case "visitor-left":
        return "visitor-left";
      case "deadline":
        return { cause: "deadline", seconds };
      case null:
        return { cause: "network", detail: detailOf(thrown) };
    }
  }
}

/** The application's answer, untouched but for what belongs to one connection; streamed, or the two sockets joined. */
function passOn(answer: Response): Response {
  const { status, statusText, webSocket } = answer;
  const headers = visitorHeaders(answer.headers);
  if (webSocket !== null) return new Response(null, { status, webSocket, headers });
  return new Response(answer.body, { status, statusText, headers });
}

/** Nobody reads this: the visitor is gone. (499 is what nginx logs for it.) */
function left(): Response {
  return new Response(null, { status: 499 });
}
