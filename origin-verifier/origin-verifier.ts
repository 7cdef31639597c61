import { guarded, type GuardedHandler, type GuardedWebSocketHandler } from "./application/guard.ts";
import { proxyTo, type ApplicationOf } from "./application/proxy.ts";
import { environmentProblems, thisProcess } from "./environment.ts";
import type { FileProblem, VerifierEvent } from "./events.ts";
import { DEFAULT_LIMITS, LIMIT_NAMES, limitProblem, type Limits } from "./limits.ts";
import { createListener } from "./listener/create-listener.ts";
import { guardedServer, type GuardedServer, type KeptServer } from "./listener/guarded-server.ts";
import type { RefusePolicy } from "./listener/lock-one.ts";
import type { TlsProfile } from "./listener/tls-options.ts";
import type { Application } from "./request/accepted-request.ts";
import { buildTrust } from "./trust/build-trust.ts";
import type { TrustSources } from "./trust/trust-sources.ts";
import type { Trust } from "./trust/trust.ts";

export type { AcceptedPull, JudgedPull, ReportedPull } from "./judge/verdict.ts";
export type { GuardedServer } from "./listener/guarded-server.ts";

/** How a verifier is made. */
export interface OriginVerifierOptions extends TrustSources {
  /** What strangers get. Default `silence`. */
  readonly refuse?: RefusePolicy;
  /** What the listener speaks. Default `standard`. */
  readonly tls?: TlsProfile;
  /** Default {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** Told of everything that happens, each accepted pull included. Must not throw. */
  readonly onEvent?: (event: VerifierEvent) => void;
  /** Milliseconds since 1970. Default Date.now. */
  readonly now?: () => number;
}

/** The accepting half: one trust, and as many guarded servers as are asked for. */
export interface OriginVerifier {
  /** Puts a handler of this process behind both locks. It gets what was judged of the pull as a value. */
  readonly guard: (handler: GuardedHandler, webSocket?: GuardedWebSocketHandler) => GuardedServer;
  /** Puts an application of its own process behind both locks. */
  readonly proxy: (applicationOf: ApplicationOf) => GuardedServer;
  /** Builds a whole new trust and swaps it in; with any problem in it the old one stays. */
  readonly reload: () => Promise<ReloadOutcome>;
  /** The trust in force. */
  readonly trust: () => Trust;
}

/** What a reload came to. Where the listener was found unsafe, the servers are closed. */
export type ReloadOutcome =
  | { readonly ok: true; readonly generation: number }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Everything that keeps a verifier from being made: it refuses to start rather than to start half. */
export class VerifierRefusesToStart extends Error {
  override readonly name = "VerifierRefusesToStart";
  readonly problems: readonly FileProblem[];
  constructor(problems: readonly FileProblem[]) {
    super(
      problems
        .map(({ file, path, message }) =>
          [file, path, message].filter((part) => part !== "").join(": "),
        )
        .join("\n"),
    );
    this.problems = problems;
  }
}

function refuseOver(limits: Limits): void {
  const problems = LIMIT_NAMES.flatMap((name) => {
    const message = limitProblem(name, limits[name]);
    return message === null ? [] : [{ file: "limits", path: name, message }];
  });
  if (problems.length > 0) throw new VerifierRefusesToStart(problems);
}

function inNode(message: string): FileProblem {
  return { file: "node", path: "", message };
}

/**
 * Makes a verifier from its files.
 *
 * @throws VerifierRefusesToStart with every problem of the limits, of the environment, or of the files.
 */
export async function createOriginVerifier(
  options: OriginVerifierOptions,
): Promise<OriginVerifier> {
  const { onEvent: emit = () => {}, now = Date.now } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  refuseOver(limits);
  const unfit = environmentProblems(thisProcess());
  if (unfit.length > 0) {
    throw new VerifierRefusesToStart(unfit.map(inNode));
  }
  const first = await buildTrust(options, 1, now());
  if (!first.ok) throw new VerifierRefusesToStart(first.problems);
  let trust = first.trust;
  emit({ event: "trust-swapped", generation: trust.generation, warnings: first.warnings });

  const servers: KeptServer[] = [];
  const open = (application: Application): GuardedServer => {
    const { refuse = "silence", tls = "standard" } = options;
    const listener = createListener({
      trust: () => trust,
      application,
      refuse,
      tls,
      limits,
      now,
      emit,
    });
    const server = guardedServer(listener);
    servers.push(server);
    return server;
  };

  // One at a time: two builds at once could swap in the older of two states of the files.
  let reloading: Promise<unknown> = Promise.resolve();
  const reload = async (): Promise<ReloadOutcome> => {
    const built = await buildTrust(options, trust.generation + 1, now());
    if (!built.ok) {
      emit({ event: "reload-failed", generation: trust.generation, problems: built.problems });
      return built;
    }
    trust = built.trust;
    const { generation } = trust;
    const outcomes = await Promise.all(servers.map((server) => server.makeSure()));
    const unsafe = [...new Set(outcomes.flatMap((outcome) => outcome.unsafe))];
    if (unsafe.length > 0) {
      emit({ event: "listener-unsafe", problems: unsafe });
      return { ok: false, problems: unsafe.map(inNode) };
    }
    const untried = new Set(outcomes.flatMap((outcome) => outcome.untried));
    emit({ event: "trust-swapped", generation, warnings: [...built.warnings, ...untried] });
    return { ok: true, generation };
  };

  return {
    guard: (handler, webSocket) => open(guarded(handler, webSocket ?? null)),
    proxy: (applicationOf) => open(proxyTo(applicationOf, limits)),
    reload: () => {
      const outcome = reloading.then(reload);
      reloading = outcome.catch(() => {});
      return outcome;
    },
    trust: () => trust,
  };
}
