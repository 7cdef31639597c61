import { IncomingMessage } from "node:http";
import type { JudgedPull } from "../judge/verdict.ts";
import { unreadHeaders } from "./unread-headers.ts";

/** One of Node's two forms of headers, which it makes of the lines of a request where somebody asks. */
interface Form {
  readonly get?: (this: IncomingMessage) => object;
  readonly set?: (this: IncomingMessage, headers: unknown) => void;
}

function formOf(name: "headers" | "headersDistinct"): Required<Form> {
  const form: Form = Object.getOwnPropertyDescriptor(IncomingMessage.prototype, name) ?? {};
  const { get, set } = form;
  if (get === undefined || set === undefined)
    throw new Error("this Node makes headers in another way: what came could not be replaced");
  return { get, set };
}

const node = { headers: formOf("headers"), headersDistinct: formOf("headersDistinct") };

/** Gives a request lines, as Node's parser does. */
export function addLines(request: IncomingMessage, lines: readonly string[]): void {
  const message = request as unknown as {
    readonly _addHeaderLines: (lines: readonly string[], count: number) => void;
  };
  // oxlint-disable-next-line no-underscore-dangle -- it is called so in Node
  message._addHeaderLines(lines, lines.length);
}

/**
 * Gives a request other lines in the place of its own, as if these had come: `headers` and `headersDistinct` are made of them by
 * Node itself, and only where somebody asks.
 */
export let showLines: (request: IncomingMessage, lines: readonly string[]) => void;

/** Ties a request to its pull, for good. For the origin server alone, which has both from the guard. */
export let carryPull: (request: IncomingMessage, pull: JudgedPull) => void;

/** The pull that a request carries; null for whatever carries none. */
export let carriedPull: (request: unknown) => JudgedPull | null;

/**
 * A request as Node's parser makes it for the verifier's own server. What is known of it is in private fields, and whoever writes
 * these is this module's: a property can be set by whoever parses a body or pollutes a prototype, a header by whoever sends one, and
 * a class's own functions are a step from every request of it.
 *
 * Its `headers` are made when somebody asks for one of them. Node asks each request for `Expect`, and would make all the others
 * too, which nobody sees: by far the most of what a pull costs before it is judged.
 */
export class ReceivedRequest extends IncomingMessage {
  /** Whether its lines are those that may be seen. */
  #isShown = false;
  /** What stands for its headers until then. */
  #unread: object | null = null;
  #pull: JudgedPull | null = null;

  static {
    const { prototype } = this;
    // To whoever looks, it is what it would be without us.
    Object.defineProperty(prototype, "constructor", { value: IncomingMessage });
    Object.defineProperty(prototype, "headers", {
      configurable: true,
      get(this: IncomingMessage): object {
        // What only inherits from a request, or wraps one, has none of its fields.
        return #isShown in this && !this.#isShown ? this.#notYet() : node.headers.get.call(this);
      },
      set(this: IncomingMessage, headers: unknown) {
        node.headers.set.call(this, headers);
      },
    });
    showLines = (request, lines) => {
      // Made of what came, by whoever asked: Node's own ways to it are open to everybody.
      node.headers.set.call(request, null);
      node.headersDistinct.set.call(request, null);
      if (#isShown in request) {
        request.#isShown = true;
        request.#unread = null;
      }
      const { complete } = request;
      // Behind a whole message they would be trailers.
      request.complete = false;
      addLines(request, lines);
      request.complete = complete;
    };
    carryPull = (request, pull) => {
      (request as ReceivedRequest).#pull = pull;
    };
    carriedPull = (request) =>
      typeof request === "object" && request !== null && #pull in request ? request.#pull : null;
  }

  #notYet(): object {
    this.#unread ??= unreadHeaders(this.rawHeaders, () => node.headers.get.call(this));
    return this.#unread;
  }
}
