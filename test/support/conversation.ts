import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { readAnswers, type ReadAnswer } from "./answer-reader.ts";

/** A pull certificate and its key, both PEM. */
export interface Presented {
  readonly cert: string;
  readonly key: string;
}

/** One TLS connection, byte by byte, from the side of whoever pulls. */
export interface Conversation {
  readonly socket: TLSSocket;
  readonly send: (bytes: string) => void;
  /** Everything that came, one character a byte. */
  /** Its own port: what the other side knows it by. */
  readonly localPort: number;
  readonly text: () => string;
  /** What came, as answers to requests of these methods (GET where none is named). */
  readonly answers: (...methods: readonly string[]) => readonly ReadAnswer[];
  /** Resolves when what came is enough; rejects, with what came, where the connection ends before. */
  readonly until: (enough: (text: string) => boolean) => Promise<string>;
  /** Resolves when this many whole answers came. */
  readonly answered: (count: number) => Promise<readonly ReadAnswer[]>;
  /** Resolves, with what came, when the connection has ended in any way. */
  readonly ended: Promise<string>;
  readonly isEnded: () => boolean;
  /** Whether it ended in an error, such as a reset. */
  readonly failed: () => boolean;
  /** Ends it with a TCP reset, as a machine that crashes. */
  readonly reset: () => void;
  /** Ends it without any more ado. */
  readonly destroy: () => void;
}

export interface OpenOptions extends ConnectionOptions {
  /** Goes on sending after the other side has ended. */
  readonly allowHalfOpen?: boolean;
}

/** Opens one. Rejects where the handshake fails. */
export async function open(
  port: number,
  presented: Presented | null,
  servername: string,
  { allowHalfOpen = false, ...options }: OpenOptions = {},
): Promise<Conversation> {
  const tcp: Socket = connectTcp({ port, host: "127.0.0.1", allowHalfOpen });
  tcp.on("error", () => {});
  await once(tcp, "connect");
  const socket = connectTls({
    socket: tcp,
    servername,
    rejectUnauthorized: false,
    ...presented,
    ...options,
  });
  await once(socket, "secureConnect");
  let text = "";
  let isEnded = false;
  let failed = false;
  const looking = new Set<() => void>();
  const ended = new Promise<string>((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      for (const look of looking) look();
    });
    socket.on("error", () => {
      failed = true;
    });
    socket.on("close", () => {
      isEnded = true;
      resolve(text);
      for (const look of looking) look();
    });
  });
  const until = (enough: (text: string) => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!enough(text) && !isEnded) return;
        looking.delete(look);
        if (enough(text)) resolve(text);
        else reject(new Error(`the connection ended before enough came: ${JSON.stringify(text)}`));
      };
      looking.add(look);
      look();
    });
  return {
    socket,
    send: (bytes) => socket.write(bytes, "latin1"),
    localPort: tcp.localPort ?? 0,
    text: () => text,
    answers: (...methods) => readAnswers(text, methods),
    until,
    answered: async (count) => {
      await until((came) => readAnswers(came).filter(({ complete }) => complete).length >= count);
      return readAnswers(text);
    },
    ended,
    isEnded: () => isEnded,
    failed: () => failed,
    reset: () => tcp.resetAndDestroy(),
    destroy: () => socket.destroy(),
  };
}
