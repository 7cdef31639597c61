import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { readStrictly, type ReadRequest } from "./strict-reader.ts";

/** One connection that the verifier opened to the application. */
export interface RawConnection {
  readonly socket: Socket;
  /** Every byte that came, as latin1. */
  bytes: string;
  /** Whether the other side has ended it, cleanly or not. */
  closed: boolean;
  /** Whether it was reset. */
  reset: boolean;
  /** When each of its requests began, by a count over all connections. */
  began: number[];
  /** How many of them were answered. */
  answered: number;
}

/** An application of bytes: it says what it is told to, and keeps every byte that reached it. */
export interface RawApplication {
  readonly port: number;
  readonly connections: readonly RawConnection[];
  /** All requests that reached it, in the order in which they began, complete or not. */
  readonly requests: () => readonly ReadRequest[];
  /** Bytes behind the last whole request of a connection that are not the beginning of another. */
  readonly unframed: () => readonly string[];
  /** Resolves when something holds; looked at whenever bytes come or a connection ends. */
  readonly until: (holds: () => boolean) => Promise<void>;
  /** Forgets every byte that came so far; what is kept open begins anew. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

/** What answers a whole request. `count` is 1 for the first of a connection. */
export type RawAnswer = (request: ReadRequest, connection: RawConnection, count: number) => void;

/** 200 with a body that says which request it answers. */
export const echo: RawAnswer = ({ target }, { socket }) => {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`, "latin1");
};

/**
 * Starts one.
 *
 * @param onHead called once a request whose head has come, before its body is whole; for applications that answer early.
 */
export async function startRawApplication(
  answer: RawAnswer = echo,
  onHead: RawAnswer = () => {},
): Promise<RawApplication> {
  const connections: RawConnection[] = [];
  const waiting = new Set<() => void>();
  let beginnings = 0;
  const look = (): void => {
    for (const wake of waiting) wake();
  };
  const server = createServer((socket) => {
    const connection: RawConnection = {
      socket,
      bytes: "",
      closed: false,
      reset: false,
      began: [],
      answered: 0,
    };
    connections.push(connection);
    let enough = 1;
    socket.on("data", (chunk: Buffer) => {
      connection.bytes += chunk.toString("latin1");
      // Anew, where what came so far was forgotten.
      if (connection.bytes.length === chunk.length) enough = 1;
      if (connection.bytes.length < enough) {
        look();
        return;
      }
      const { requests, missing } = readStrictly(connection.bytes);
      enough = connection.bytes.length + missing;
      while (connection.began.length < requests.length) {
        beginnings += 1;
        const count = connection.began.push(beginnings);
        onHead(requests[count - 1] as ReadRequest, connection, count);
      }
      const whole = requests.filter(({ complete }) => complete);
      while (connection.answered < whole.length) {
        connection.answered += 1;
        const request = whole[connection.answered - 1] as ReadRequest;
        answer(request, connection, connection.answered);
      }
      look();
    });
    socket.on("error", () => {
      connection.reset = true;
    });
    socket.on("close", () => {
      connection.closed = true;
      look();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    requests: () =>
      connections
        .flatMap(({ bytes, began }) =>
          readStrictly(bytes).requests.map((request, at) => ({ request, began: began[at] ?? 0 })),
        )
        .toSorted((a, b) => a.began - b.began)
        .map(({ request }) => request),
    unframed: () =>
      connections.flatMap(({ bytes }) => {
        const { ends, at } = readStrictly(bytes);
        return ends === "refused" ? [bytes.slice(at)] : [];
      }),
    until: (holds) =>
      new Promise((resolve) => {
        const wake = (): void => {
          if (!holds()) return;
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
        wake();
      }),
    forget: () => {
      const open = connections.filter(({ closed }) => !closed);
      connections.length = 0;
      connections.push(...open);
      for (const connection of open) {
        Object.assign(connection, { bytes: "", began: [], answered: 0 });
      }
    },
    close: async () => {
      for (const { socket } of connections) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
