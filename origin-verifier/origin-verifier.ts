import type { Problem } from "../shared/problem.ts";
import { guarded, type GuardedHandler, type GuardedWebSocketHandler } from "./application/guard.ts";
import type { ProxyProtocol } from "./application/connections.ts";
import { proxyTo, type ApplicationOf } from "./application/proxy.ts";
import { readBalancers } from "./listener/balancers.ts";
import type { Reader } from "./fast-path/reader.ts";
import { environmentProblems, thisProcess } from "./environment.ts";
import { oneProblem, tellNobody, type FileProblem, type VerifierEvent } from "./events.ts";
import { DEFAULT_LIMITS, LIMIT_NAMES, limitProblem, type Limits } from "./limits.ts";
import { createListener } from "./listener/create-listener.ts";
import { guardedServer, type GuardedServer, type KeptServer } from "./listener/guarded-server.ts";
import type { RefusePolicy } from "./listener/lock-one.ts";
import { profileProblems } from "./profile/engine.ts";
import type { Profile } from "./profile/profile.ts";
import type { Application } from "./request/accepted-request.ts";
import type { ClientCertHeader } from "./request/client-cert-headers.ts";
import { createOldFiles } from "./trust/announce-old-files.ts";
import { createReportEnds } from "./trust/announce-report-ends.ts";
import { buildTrust, type BuiltTrust } from "./trust/build-trust.ts";
import type { FileDigests } from "./trust/read-file.ts";
import type { TrustSources } from "./trust/trust-sources.ts";
import type { Trust } from "./trust/trust.ts";

export type { AcceptedPull, JudgedPull, ReportedPull } from "./judge/verdict.ts";
export type { GuardedServer } from "./listener/guarded-server.ts";

/** How a verifier is made. */
export interface OriginVerifierOptions extends TrustSources {
  /** What strangers get. Default `silence`. */
  readonly refuse?: RefusePolicy;
  /** Which algorithms are taken, in the handshake and of certificates. Default `standard`. */
  readonly profile?: Profile;
  /** Whether the application gets the pull certificate itself (RFC 9440), beside its fingerprint. Default `off`. */
  readonly clientCertHeader?: ClientCertHeader;
  /**
   * Addresses and CIDR ranges of balancers: each connection from there must begin with a PROXY protocol header, version 2,
   * which says who connected. Default: none, and no such header is read from anybody.
   */
  readonly balancers?: readonly string[];
  /** Who reads the pulls that are proxied. Default `fast`. */
  readonly reader?: Reader;
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
  /**
   * Puts an application of its own process behind both locks.
   *
   * @param proxyProtocol whether each connection to it begins with a PROXY protocol header. Default `off`.
   */
  readonly proxy: (applicationOf: ApplicationOf, proxyProtocol?: ProxyProtocol) => GuardedServer;
  /** Builds a whole new trust and swaps it in; with any problem in it the old one stays. One reload at a time. */
  readonly reload: (change?: ReloadChange) => Promise<ReloadOutcome>;
  /** The trust in force. */
  readonly trust: () => Trust;
  /** The files that it was built from. */
  readonly files: () => FileDigests;
}

/** What a reload changes beside the contents of the files, or has found wrong already. */
export interface ReloadChange {
  /** Where the trust is read from, from now on; null where nothing can be read. Default: where it was read from before. */
  readonly sources?: TrustSources | null;
  /** With any of them the old trust stays, and they are told with those of the files. */
  readonly problems?: readonly FileProblem[];
  /** Told with those of the new trust. */
  readonly warnings?: readonly string[];
  /** Called in the moment in which the new trust is swapped in: what else is new begins together with it. */
  readonly swapped?: () => void;
  /** Whether it is told of a failure, as of any other; not where it is going to be tried again. Default true. */
  readonly tellFailure?: boolean;
}

/** What a reload came to. Where the listener was found unsafe, the servers are closed. */
export type ReloadOutcome = (
  | { readonly ok: true; readonly generation: number }
  | { readonly ok: false; readonly problems: readonly FileProblem[] }
) & {
  /** The files that were read. */
  readonly files: FileDigests;
};

/** Everything that keeps a verifier from being made: it refuses to start rather than to start half. */
export class VerifierRefusesToStart extends Error {
  override readonly name = "VerifierRefusesToStart";
  readonly problems: readonly FileProblem[];
  constructor(problems: readonly FileProblem[]) {
    super(problems.map(oneProblem).join("\n"));
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

function inBalancers(problem: Problem): FileProblem {
  return { file: "balancers", ...problem };
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
  const { onEvent: emit = tellNobody, now = Date.now } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  refuseOver(limits);
  const { profile = "standard" } = options;
  const unfit = [...environmentProblems(thisProcess()), ...profileProblems(profile)];
  if (unfit.length > 0) {
    throw new VerifierRefusesToStart(unfit.map(inNode));
  }
  const balancers = readBalancers(options.balancers ?? []);
  if (!balancers.ok) throw new VerifierRefusesToStart(balancers.problems.map(inBalancers));
  const first = await buildTrust(options, profile, 1, now());
  if (!first.ok) throw new VerifierRefusesToStart(first.problems);
  let { trust, files } = first;
  let sources: TrustSources = options;
  emit({ event: "trust-swapped", generation: trust.generation, warnings: first.warnings });
  const reportEnds = createReportEnds({ emit, now });
  const oldFiles = createOldFiles({ emit, now });
  const follow = (): void => {
    reportEnds.follow(trust);
    oldFiles.follow(trust);
  };
  follow();

  const servers: KeptServer[] = [];
  const open = (application: Application): GuardedServer => {
    const { refuse = "silence", clientCertHeader = "off", reader = "fast" } = options;
    const listener = createListener({
      trust: () => trust,
      application,
      refuse,
      profile,
      limits,
      clientCertHeader,
      balancers: balancers.value,
      reader,
      now,
      emit,
    });
    const server = guardedServer(listener);
    servers.push(server);
    return server;
  };

  // One at a time: two builds at once could swap in the older of two states of the files.
  let reloading: Promise<unknown> = Promise.resolve();
  const reload = async (change: ReloadChange): Promise<ReloadOutcome> => {
    const from = change.sources === undefined ? sources : change.sources;
    const built =
      from === null ? NOTHING_READ : await buildTrust(from, profile, trust.generation + 1, now());
    const problems = [...(change.problems ?? []), ...(built.ok ? [] : built.problems)];
    if (!built.ok || problems.length > 0) {
      const { generation } = trust;
      if (change.tellFailure ?? true) emit({ event: "reload-failed", generation, problems });
      return { ok: false, problems, files: built.files };
    }
    ({ trust, files } = built);
    follow();
    sources = from ?? sources;
    change.swapped?.();
    const { generation } = trust;
    const outcomes = await Promise.all(servers.map((server) => server.makeSure()));
    const unsafe = [...new Set(outcomes.flatMap((outcome) => outcome.unsafe))];
    if (unsafe.length > 0) {
      emit({ event: "listener-unsafe", problems: unsafe });
      return { ok: false, problems: unsafe.map(inNode), files };
    }
    const untried = new Set(outcomes.flatMap((outcome) => outcome.untried));
    const warnings = [...(change.warnings ?? []), ...built.warnings, ...untried];
    emit({ event: "trust-swapped", generation, warnings });
    return { ok: true, generation, files };
  };

  return {
    guard: (handler, webSocket) => open(guarded(handler, webSocket ?? null, limits)),
    proxy: (applicationOf, proxyProtocol = "off") =>
      open(proxyTo(applicationOf, limits, proxyProtocol)),
    reload: (change = {}) => {
      const outcome = reloading.then(() => reload(change));
      reloading = outcome.catch(() => {});
      return outcome;
    },
    trust: () => trust,
    files: () => files,
  };
}

/** What is built where there is nothing to build from. */
const NOTHING_READ: BuiltTrust = { ok: false, problems: [], files: new Map() };
