import type { Server } from "node:https";
import { duplexPair } from "node:stream";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { Hostname } from "../../shared/hostname.ts";
import { PROFILE_RULES, type Profile } from "../profile/profile.ts";
import { ANY_SUITE, everySignature, forbiddenTo, only, signaturesBeyond } from "./forbidden.ts";

/** What a listener was found to be when it was tried. */
export interface SelfCheckOutcome {
  /** What it does and must never do, each a sentence. */
  readonly unsafe: readonly string[];
  /** What could not be tried, each a sentence: nothing is known of it. */
  readonly untried: readonly string[];
}

/** Tries a listener from inside, as a peer would from outside. */
export interface SelfCheck {
  readonly run: (originHostname: Hostname) => Promise<SelfCheckOutcome>;
  /** Whether such a trial is under way: its connections come from nowhere, with no address. */
  readonly isUnderWay: () => boolean;
  /** Says something to a trial, and ends it. It is let in nowhere. */
  readonly answer: (socket: TLSSocket) => void;
}

const DEADLINE_MS = 5_000;
const ANSWER = ".";
// Nothing is checked, for it is our own listener; nothing is left to what Node was started with; and anything is offered.
const OUR_SIDE = { rejectUnauthorized: false, ciphers: ANY_SUITE } as const;

/**
 * Makes sure that a listener's own TLS options hold, whatever was asked of Node: by what it does, not by what it was
 * told. One call of `setSecureContext` that repeats not all of them turns resumption back on, and the old versions,
 * and says nothing; so may the next Node. A session that is resumed is the bypass of CVE-2025-23419 and its kin.
 *
 * The connections are a pair of streams in this process, put in where those from the network come in: no port, no
 * firewall, and nobody else's; it works before the listener listens.
 */
export function createSelfCheck(server: Server, profile: Profile): SelfCheck {
  const speaks = PROFILE_RULES[profile].versions;
  const never = forbiddenTo(profile);
  const sigalgs = everySignature();
  let underWay = 0;

  const attempt = async (name: Hostname, options: ConnectionOptions): Promise<Attempt> => {
    const [ours, theirs] = duplexPair();
    underWay += 1;
    try {
      server.emit("connection", theirs);
      return await handshake(
        connect({ ...OUR_SIDE, sigalgs, socket: ours, servername: name, ...options }),
      );
    } finally {
      underWay -= 1;
      ours.destroy();
      theirs.destroy();
    }
  };

  const run = async (name: Hostname): Promise<SelfCheckOutcome> => {
    const unsafe: string[] = [];
    const untried: string[] = [];
    for (const version of speaks) {
      const first = await attempt(name, only(version));
      const session = first.session ?? undefined;
      const second = session === undefined ? first : await attempt(name, only(version, session));
      const beyond = signaturesBeyond(profile, first.signatures);
      if (beyond.length > 0)
        unsafe.push(`it takes signatures of ${beyond.join(", ")} (${version})`);
      if (second.resumed) unsafe.push(`it resumes sessions of ${version}`);
      const failed = [first, second].find(({ met }) => !met);
      if (failed !== undefined)
        untried.push(`no ${version} handshake with itself as ${name}: ${failed.error}`);
    }
    for (const [finding, options] of never)
      if ((await attempt(name, options)).met) unsafe.push(finding);
    return { unsafe, untried };
  };

  return {
    run,
    isUnderWay: () => underWay > 0,
    answer: (socket) => socket.end(ANSWER),
  };
}

interface Attempt {
  /** Whether the handshake came to its end. */
  readonly met: boolean;
  readonly resumed: boolean;
  /** The last session that was offered; null for none. */
  readonly session: Buffer | null;
  /** What both sides would sign with, as the engine names it. */
  readonly signatures: readonly string[];
  /** Why there was no handshake. */
  readonly error: string;
}

function handshake(socket: TLSSocket): Promise<Attempt> {
  return new Promise((done) => {
    let [met, resumed, error] = [false, false, "the connection was closed"];
    let session: Buffer | null = null;
    let signatures: readonly string[] = [];
    const timer = setTimeout(() => {
      error = `nothing within ${DEADLINE_MS} ms`;
      socket.destroy();
    }, DEADLINE_MS);
    socket.on("secureConnect", () => {
      met = true;
      resumed = socket.isSessionReused();
      signatures = socket.getSharedSigalgs();
      session ??= socket.getSession() ?? null;
    });
    // In TLS 1.3 a session comes after the handshake: with the answer, or with the end that is behind it.
    socket.on("session", (offered: Buffer) => {
      session = offered;
    });
    socket.on("error", (failed: NodeJS.ErrnoException) => {
      error = failed.code ?? failed.message;
    });
    socket.on("end", () => setImmediate(() => socket.destroy()));
    socket.on("close", () => {
      clearTimeout(timer);
      done({ met, resumed, session, signatures, error });
    });
    socket.resume();
  });
}
