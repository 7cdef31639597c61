import type { TLSSocket } from "node:tls";
import { dial, type PeerCertificate } from "../../conformance/support/pull.ts";
import type { World } from "../../conformance/support/world.ts";

/** What came of one pull, as whoever pulled saw it. */
export type Outcome =
  | { readonly is: "answered"; readonly body: string }
  | { readonly is: "status"; readonly status: number; readonly own: boolean }
  | { readonly is: "broken"; readonly why: string };

/** Pulls one after the other on a connection that it keeps, and opens anew when it ends or is told to. */
export interface Puller {
  readonly pull: (host: string, target: string) => Promise<Outcome>;
  readonly close: () => void;
  /** Connections opened so far. */
  readonly dialled: () => number;
}

/** A puller with a certificate, under a name. Its connection is opened by its first pull. */
export function createPuller(
  world: Pick<World, "port">,
  peer: PeerCertificate | null,
  servername: string,
): Puller {
  let socket: TLSSocket | null = null;
  let dialled = 0;
  const close = (): void => {
    socket?.destroy();
    socket = null;
  };
  const pull = async (host: string, target: string): Promise<Outcome> => {
    try {
      if (socket === null || socket.destroyed || socket.readableEnded) {
        socket = await dial(world, peer, { servername });
        dialled += 1;
      }
    } catch (error) {
      return { is: "broken", why: `handshake: ${(error as Error).message}` };
    }
    const outcome = await one(socket, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    if (outcome.is !== "answered") close();
    return outcome;
  };
  return { pull, close, dialled: () => dialled };
}

const HEAD = /^HTTP\/1\.1 (\d{3}) [^]*?\r\n\r\n/;

/** One request, and its answer by its Content-Length: the soak's application and the verifier send no other. */
function one(socket: TLSSocket, bytes: string): Promise<Outcome> {
  return new Promise((done) => {
    let text = "";
    const settle = (outcome: Outcome): void => {
      socket.off("data", onData).off("close", onClose);
      done(outcome);
    };
    const onData = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      const [head, status] = HEAD.exec(text) ?? [];
      if (head === undefined) return;
      const body = text.slice(head.length);
      if (body.length < Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)) return;
      if (status === "200") settle({ is: "answered", body });
      else settle({ is: "status", status: Number(status), own: /\r\npull-refusal:/i.test(head) });
    };
    const onClose = (): void => settle({ is: "broken", why: `after ${text.length} bytes` });
    socket.on("data", onData).on("close", onClose);
    socket.write(bytes);
  });
}
