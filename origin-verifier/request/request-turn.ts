import type { IncomingMessage, ServerResponse } from "node:http";
import { hostnameAsked } from "./create-refuser.ts";
import type { Turn } from "./turns.ts";

/** The turn of a request that Node's parser read. */
export class RequestTurn implements Turn {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  isWhole(): boolean {
    return this.#request.complete;
  }

  isAnswered(): boolean {
    return this.#response.closed;
  }

  hasBegun(): boolean {
    return this.#response.headersSent;
  }

  makeLast(): void {
    this.#response.shouldKeepAlive = false;
  }

  asked(): string | null {
    return hostnameAsked(this.#request);
  }

  tellEnd(ended: () => void): void {
    // The last of it: what waits has come behind the whole of the request's body.
    this.#response.on("close", ended);
  }
}
