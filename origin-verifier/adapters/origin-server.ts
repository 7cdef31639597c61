import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { GuardedServer } from "../listener/guarded-server.ts";
import type { OriginVerifier } from "../origin-verifier.ts";
import { carryPull } from "../request/received-request.ts";
import { readListenArguments, type ListenArguments } from "./listen-arguments.ts";

/** What an application is to Node: a listener for requests. What it returns is waited for, and may fail. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** What happens at an origin server, and with what. */
export interface OriginServerEvents {
  readonly listening: [];
  readonly close: [];
  readonly error: [error: Error];
  readonly request: [request: IncomingMessage, response: ServerResponse];
  /** A WebSocket, after both locks; `early` is always empty. Without a listener every one is answered 400. */
  readonly upgrade: [request: IncomingMessage, socket: TLSSocket, early: Buffer];
}

/**
 * What `https.createServer` would give, as far as frameworks and WebSocket libraries use it, with both locks before it:
 * `request` and `upgrade` come with judged requests alone, and TLS, limits and connections are the verifier's. There is
 * no way from here to the server inside: a listener for `connection` or `secureConnection` is never called.
 */
export class OriginServer extends EventEmitter<OriginServerEvents> {
  readonly #guarded: GuardedServer;
  readonly #isMounted: () => void;
  #address: AddressInfo | null = null;
  /** The last attempt to listen: whoever closes waits for it, or it would listen behind their back. */
  #opening: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /**
   * @param isMounted throws what keeps the application from being served, when it is about to listen.
   */
  constructor(
    verifier: OriginVerifier,
    listener: RequestListener,
    isMounted: () => void = () => {},
  ) {
    super();
    if (typeof listener !== "function")
      throw new TypeError("an origin server needs the application's request listener");
    this.#isMounted = isMounted;
    this.on("request", listener);
    this.#guarded = verifier.guard(
      // Waited for, each one: a listener that fails ends its own request, and not the process. Promises cost as much as
      // judging the pull, so none is made where there is none to wait for.
      (request, response, pull) => {
        carryPull(request, pull);
        const outcomes = this.#call("request", [request, response]).filter(isPromise);
        return outcomes.length > 1 ? allOf(outcomes) : outcomes[0];
      },
      async (request, socket, pull) => {
        carryPull(request, pull);
        const calls = this.#call("upgrade", [request, socket, Buffer.alloc(0)]);
        if (calls.length === 0) socket.end(NO_WEB_SOCKET);
        await Promise.all(calls);
      },
    );
  }

  #call(event: "request" | "upgrade", values: readonly unknown[]): readonly unknown[] {
    return this.rawListeners(event).map((listener): unknown => {
      try {
        return Reflect.apply(listener, this, values);
      } catch (error) {
        // What it throws is as good as a promise that fails: those of the other listeners are waited for all the same.
        return Promise.reject(error);
      }
    });
  }

  /** Whether it accepts pulls. */
  get listening(): boolean {
    return this.#address !== null;
  }

  /** Where it accepts pulls; null where it does not. */
  address(): AddressInfo | null {
    return this.#address;
  }

  /**
   * Tries the listener, then accepts pulls: `listen(443)`, `listen(443, "0.0.0.0", callback)` or `listen({ port, host })`, as
   * Node's. What keeps it from listening comes as `error`.
   */
  listen(...given: ListenArguments): this {
    const { port, host, callback } = readListenArguments(given);
    if (callback !== undefined) this.once("listening", callback);
    const open = async (): Promise<void> => {
      if (this.#isClosed) throw new Error("an origin server that was closed does not listen again");
      this.#isMounted();
      this.#address = await this.#guarded.listen(port, host);
    };
    this.#opening = open().then(
      () => !this.#isClosed && this.emit("listening"),
      (error: unknown) => {
        if (callback !== undefined) this.off("listening", callback);
        this.emit("error", error as Error);
      },
    );
    return this;
  }

  /** Stops accepting, for good, and calls back when what is in flight has ended, or its time is over. */
  close(callback?: (error?: Error) => void): this {
    this.#isClosed = true;
    void (async () => {
      await this.#opening.catch(() => {});
      const wasListening = this.listening;
      this.#address = null;
      await this.#guarded.close();
      if (wasListening) this.emit("close");
      callback?.();
    })();
    return this;
  }

  /** Ends every connection at once, and stops accepting. */
  closeAllConnections(): void {
    void this.#guarded.close(0);
  }

  /** For frameworks that ask for it: {@link close} does it by itself. */
  closeIdleConnections(): void {}
}

/** As `await` takes it. */
function isPromise(outcome: unknown): outcome is PromiseLike<unknown> {
  return (
    typeof outcome === "object" &&
    outcome !== null &&
    typeof (outcome as { then?: unknown }).then === "function"
  );
}

async function allOf(outcomes: readonly PromiseLike<unknown>[]): Promise<void> {
  await Promise.all(outcomes);
}

const NO_WEB_SOCKET =
  "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n";
