import type { Server } from "node:https";
import { duplexPair } from "node:stream";
import { connect, type ConnectionOptions, type SecureVersion, type TLSSocket } from "node:tls";
import type { Hostname } from "../../shared/hostname.ts";
import type { TlsProfile } from "./tls-options.ts";

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

/** What a profile speaks, and what it must never take. */
interface Trial {
  readonly speaks: readonly SecureVersion[];
  readonly never: readonly (readonly [finding: string, options: ConnectionOptions])[];
}

const DEADLINE_MS = 5_000;
const ANSWER = ".";
// What no listener of ours takes: no forward secrecy, or no AEAD. SECLEVEL=0 makes our own side offer it.
const WEAK = "AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0";
const ANY = "DEFAULT:@SECLEVEL=0";
// Nothing is checked, for it is our own listener; and nothing is left to what Node was started with.
const OUR_SIDE = { rejectUnauthorized: false, ciphers: ANY } as const;

const OLD = [
  "it speaks TLS before version 1.2",
  { minVersion: "TLSv1", maxVersion: "TLSv1.1" },
] as const;
const WEAK_SUITES = [
  "it takes cipher suites without forward secrecy or without AEAD",
  { ...only("TLSv1.2"), ciphers: WEAK },
] as const;
const CHACHA20 = "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

const TRIALS: Readonly<Record<TlsProfile, Trial>> = {
  standard: { speaks: ["TLSv1.2", "TLSv1.3"], never: [OLD, WEAK_SUITES] },
  "tls-1.3": {
    speaks: ["TLSv1.3"],
    never: [OLD, WEAK_SUITES, ["it speaks TLS before version 1.3", only("TLSv1.2")]],
  },
  approved: {
    speaks: ["TLSv1.2", "TLSv1.3"],
    never: [
      OLD,
      WEAK_SUITES,
      ["it takes ChaCha20-Poly1305", { ...only("TLSv1.2"), ciphers: CHACHA20 }],
      [
        "it takes ChaCha20-Poly1305",
        { ...only("TLSv1.3"), ciphers: "TLS_CHACHA20_POLY1305_SHA256" },
      ],
      ["it takes X25519", { ...only("TLSv1.3"), ecdhCurve: "X25519" }],
    ],
  },
};

/**
 * Makes sure that a listener's own TLS options hold, whatever was asked of Node: by what it does, not by what it was
 * told. One call of `setSecureContext` that repeats not all of them turns resumption back on, and the old versions,
 * and says nothing; so may the next Node. A session that is resumed is the bypass of CVE-2025-23419 and its kin.
 *
 * The connections are a pair of streams in this process, put in where those from the network come in: no port, no
 * firewall, and nobody else's; it works before the listener listens.
 */
export function createSelfCheck(server: Server, profile: TlsProfile): SelfCheck {
  const { speaks, never } = TRIALS[profile];
  let underWay = 0;

  const attempt = async (name: Hostname, options: ConnectionOptions): Promise<Attempt> => {
    const [ours, theirs] = duplexPair();
    underWay += 1;
    try {
      server.emit("connection", theirs);
      return await handshake(connect({ ...OUR_SIDE, socket: ours, servername: name, ...options }));
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

function only(version: SecureVersion, session?: Buffer): ConnectionOptions {
  const versions = { minVersion: version, maxVersion: version };
  return session === undefined ? versions : { ...versions, session };
}

interface Attempt {
  /** Whether the handshake came to its end. */
  readonly met: boolean;
  readonly resumed: boolean;
  /** The last session that was offered; null for none. */
  readonly session: Buffer | null;
  /** Why there was no handshake. */
  readonly error: string;
}

function handshake(socket: TLSSocket): Promise<Attempt> {
  return new Promise((done) => {
    let [met, resumed, error] = [false, false, "the connection was closed"];
    let session: Buffer | null = null;
    const timer = setTimeout(() => {
      error = `nothing within ${DEADLINE_MS} ms`;
      socket.destroy();
    }, DEADLINE_MS);
    socket.on("secureConnect", () => {
      met = true;
      resumed = socket.isSessionReused();
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
      done({ met, resumed, session, error });
    });
    socket.resume();
  });
}
