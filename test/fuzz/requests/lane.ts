import { head } from "../../conformance/http-pull.ts";
import { open, type Conversation } from "../../support/conversation.ts";
import { startRawApplication } from "../../support/raw-application.ts";
import type { ReadHead } from "../../support/strict-reader.ts";
import { SHOP, type VerifierWorld } from "../../support/verifier-world.ts";
import { mostOf } from "./reference.ts";

/** A request that reached the application. */
export interface Seen extends ReadHead {
  readonly body: string;
  readonly complete: boolean;
}

/** One verifier with an application of its own, for one stream of bytes at a time. */
export interface Lane {
  /** Sends a stream on a connection of its own, and gives what came of it. */
  readonly send: (stream: string) => Promise<{
    readonly seen: readonly Seen[];
    readonly unframed: readonly string[];
    readonly pull: Conversation;
  }>;
  readonly close: () => Promise<void>;
}

/**
 * How long a request may be without its end: the least that may be said. The application answers at once; but a busy
 * machine may give none of us a turn for seconds, and a 504 would then stand in the place of its answer.
 */
export const LIMITS = { headersMs: 100, bodyIdleMs: 100, applicationMs: 20_000, keepAliveMs: 100 };

/** Opens a lane as proxy, before an application of bytes. */
export async function openProxyLane(world: VerifierWorld): Promise<Lane> {
  const application = await startRawApplication();
  const behind = { by: "tcp", host: "127.0.0.1", port: application.port } as const;
  const server = world.verifier.proxy(() => behind);
  const { port } = await server.listen(0, "127.0.0.1");
  let kept: Conversation | null = null;
  let asked = 0;
  /** What goes last comes last: nothing of a stream may come during the next. */
  const barrier = async (): Promise<void> => {
    if (kept === null || kept.isEnded()) {
      kept = await dial(world, port);
      asked = 0;
    }
    kept.send(head("GET /barrier"));
    asked += 1;
    // A kept connection may have been closed in this moment.
    await kept.until((text) => finals(text) === asked).catch(barrier);
  };
  return {
    send: async (stream) => {
      application.forget();
      const pull = await talk(world, port, stream);
      await barrier();
      const seen = application.requests().filter(({ target }) => target !== "/barrier");
      return { seen, unframed: application.unframed(), pull };
    },
    close: async () => {
      kept?.destroy();
      await server.close(0);
      await application.close();
    },
  };
}

/** Opens a lane before a handler in process. */
export async function openGuardLane(world: VerifierWorld): Promise<Lane> {
  const seen: { -readonly [Key in keyof Seen]: Seen[Key] }[] = [];
  const server = world.verifier.guard(
    (request, response) => {
      const { method = "", url: target = "", rawHeaders } = request;
      const one = { method, target, headers: pairs(rawHeaders), body: "", complete: false };
      seen.push(one);
      request.on("data", (chunk: Buffer) => (one.body += chunk.toString("latin1")));
      request.on("end", () => {
        one.complete = true;
        response.end(target);
      });
    },
    ({ method = "", url: target = "", rawHeaders }, socket) => {
      seen.push({ method, target, headers: pairs(rawHeaders), body: "", complete: true });
      socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    },
  );
  const { port } = await server.listen(0, "127.0.0.1");
  return {
    send: async (stream) => {
      seen.length = 0;
      const pull = await talk(world, port, stream);
      return { seen: [...seen], unframed: [], pull };
    },
    close: async () => {
      await server.close(0);
    },
  };
}

function pairs(rawHeaders: readonly string[]): ReadHead["headers"] {
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] as string] as const] : [],
  );
}

/** Sends a stream and waits until all of it that is a request has its answer, or the connection its end. */
async function talk(world: VerifierWorld, port: number, stream: string): Promise<Conversation> {
  const pull = await dial(world, port);
  pull.send(stream);
  const { requests, ends } = mostOf(stream);
  if (ends === "end" && requests.length > 0) {
    await pull.until((text) => finals(text) >= requests.length).catch(() => {});
    // If there were one answer too many, it would be there in no time.
    await new Promise((resolve) => setTimeout(resolve, 5));
    pull.destroy();
  }
  await pull.ended;
  return pull;
}

function dial({ pki }: VerifierWorld, port: number): Promise<Conversation> {
  const { certificate: cert, key } = pki.shop;
  return open(port, { cert, key }, SHOP);
}

function finals(text: string): number {
  return (
    text.match(/^HTTP\/1\.1 [2-5][0-9]{2}|(?<=\r\n\r\n|[^\r\n])HTTP\/1\.1 [2-5][0-9]{2} /g)
      ?.length ?? 0
  );
}
