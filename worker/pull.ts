import type { Hostname } from "../shared/hostname.ts";
import type { BindingName } from "../shared/mapping.ts";
import { askInTurn, type OnTheWay, type Outcome } from "./ask-in-turn.ts";
import { findBinding, type PullBinding } from "./binding.ts";
import { NOT_ATTEMPTED, failedPull, whatFailed } from "./failed-pull.ts";
import type { WorkerEntry } from "./find-worker-entry.ts";
import { detailOf, log } from "./log.ts";
import { createOriginMemory, type OriginMemory } from "./origin-memory.ts";
import { originRequest, unpullable, type OriginRequest } from "./origin-request.ts";
import { opaqueId, plainAnswer } from "./plain-answer.ts";
import { findPullSecret } from "./pull-secret.ts";
import { readFailure } from "./pull-failure.ts";
import { mayRepeat } from "./repeat.ts";
import { startStop, type Attempt } from "./stop.ts";
import { bodyOf, type Visit } from "./visit.ts";
import { toVisitor } from "./visitor-headers.ts";

/** Makes one pull, or an answer that says it failed. */
export type Puller = (
  visit: Visit,
  /** The entry of its URL's hostname, whose certificate is presented. */
  entry: WorkerEntry,
  /** The Worker's bindings, of which none but the entry's own is touched. */
  env: object,
) => Promise<Response>;

/** Begins to pull: each goes through the binding of its entry, or does not happen. It knows no cache. */
export function createPuller(): Puller {
  // Of this isolate alone: a new one begins with the preferred origin.
  const memories = new Map<BindingName, OriginMemory>();

  return async (visit, entry, env) => {
    const { hostname } = visit.url;
    const hasBody = bodyOf(visit) !== null;
    const refused = unpullable(visit.method, hasBody);
    if (refused !== null) return plainAnswer(refused);

    const { binding: name } = entry.present;
    const binding = findBinding(env, name);
    // For all of its origins: none of them is asked without the certificate.
    if (binding === null) {
      return failedPull(hostname, { cause: "binding-missing", binding: name }, NOT_ATTEMPTED);
    }
    const { header } = entry.present;
    const secret = header === null ? null : findPullSecret(env, header);
    if (header !== null && secret === null) {
      const failure = { cause: "secret-missing", secret: header } as const;
      return failedPull(hostname, failure, NOT_ATTEMPTED);
    }
    const memory = memories.get(name) ?? createOriginMemory();
    memories.set(name, memory);
    return await pullThrough({ binding, secret, memory }, entry, visit, hasBody);
  };
}

/** What an entry's pulls are made with. */
interface Means {
  readonly binding: PullBinding;
  readonly secret: string | null;
  readonly memory: OriginMemory;
}

async function pullThrough(
  { binding, secret, memory }: Means,
  entry: WorkerEntry,
  visit: Visit,
  hasBody: boolean,
): Promise<Response> {
  const { hostname } = visit.url;
  const { deadlineSeconds: seconds } = entry.present;
  const stop = startStop(seconds, () => visit.request.signal.aborted);
  let id: string | undefined;
  const sameId = (): string => (id ??= opaqueId());
  const { outcome, origin, attempts } = await askInTurn({
    origins: entry.origins,
    isSafe: mayRepeat(visit, hasBody),
    hasBody,
    memory,
    now: Date.now,
    deadline: Date.now() + seconds * 1000,
    ask: async (asked, share) => {
      const attempt = stop.attempt(share);
      const pull = originRequest(visit, asked, secret, attempt.signal);
      return await ask(binding, pull, attempt, { deadline: seconds, share: (share ?? 0) / 1000 });
    },
    tell: (happened) => tellOnTheWay(hostname, sameId, happened),
  });
  stop.over();
  if (outcome === "visitor-left") return left();
  if ("answer" in outcome) return outcome.answer;
  const others = entry.origins.length - 1;
  return failedPull(hostname, outcome.failure, { origin, others, attempts, id: sameId() });
}

/** Asks one origin once: the application's answer, or why there is none. */
async function ask(
  binding: PullBinding,
  pull: OriginRequest,
  attempt: Attempt,
  seconds: { readonly deadline: number; readonly share: number },
): Promise<Outcome<Response>> {
  let came: Response;
  try {
    came = await binding.fetch(...pull);
  } catch (thrown) {
    attempt.over();
    return whyNone(thrown, attempt, seconds);
  }
  attempt.over();
  const answer = changeable(came);
  const failure = readFailure(answer.status, answer.headers);
  if (failure === null) {
    toVisitor(answer.headers);
    return { answer };
  }
  // What the verifier or the edge says further is for nobody. If the rest of it breaks, it is gone all the same.
  answer.body?.cancel().catch(() => undefined);
  return { failure };
}

/** Why there is no answer, of a pull that threw. */
function whyNone(
  thrown: unknown,
  attempt: Attempt,
  seconds: { readonly deadline: number; readonly share: number },
): Exclude<Outcome<never>, { readonly answer: never }> {
  const reason = attempt.reason();
  switch (reason) {
    case "visitor-left":
      return reason;
    case "deadline":
    case "share":
      return { failure: { cause: reason, seconds: seconds[reason] } };
    case null:
      return { failure: { cause: "network", detail: detailOf(thrown) } };
  }
}

function tellOnTheWay(hostname: Hostname, id: () => string, happened: OnTheWay): void {
  if (happened.kind !== "failed-over") {
    log({ event: `origin-${happened.kind}`, hostname, origin: happened.origin.hostname });
    return;
  }
  const { from, to, failure } = happened;
  const way = { hostname, from: from.hostname, to: to.hostname };
  log({ event: "pull-failed-over", id: id(), ...way, ...whatFailed(failure) });
}

/** The same answer, with headers that can be changed; its body streamed, or the two sockets joined. */
function changeable(answer: Response): Response {
  return new Response(answer.webSocket === null ? answer.body : null, answer);
}

/** Nobody reads this: the visitor is gone. (499 is what nginx logs for it.) */
function left(): Response {
  return new Response(null, { status: 499 });
}
