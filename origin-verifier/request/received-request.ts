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
 * A request as Node's parser makes it for the verifier's own server. What is known of it is in private fields, out of everybody's
 * reach: a property can be set by whoever parses a body or pollutes a prototype, and a header by whoever sends one.
 *
 * Its `headers` are made when somebody asks for one of them. Node asks each request for `Expect`, and would make all the others
 * too, which nobody sees: by far the most of what a pull costs before it is judged.
 */
export class ReceivedRequest extends IncomingMessage {
  /** Whether its lines are those that may be seen. */
  #isShown = false;
  /** Whether somebody has asked for any of them, or put others there: then Node has made them. */
  #isRead = false;
  #pull: JudgedPull | null = null;

  static {
    Object.defineProperties(this.prototype, {
      headers: {
        configurable: true,
        get(this: ReceivedRequest): object {
          return this.#isShown ? this.#read() : unreadHeaders(this.rawHeaders, () => this.#read());
        },
        set(this: ReceivedRequest, headers: unknown) {
          this.#isRead = true;
          node.headers.set.call(this, headers);
        },
      },
      headersDistinct: {
        configurable: true,
        get(this: ReceivedRequest): object {
          this.#isRead = true;
          return node.headersDistinct.get.call(this);
        },
        set(this: ReceivedRequest, headers: unknown) {
          this.#isRead = true;
          node.headersDistinct.set.call(this, headers);
        },
      },
    });
  }

  /**
   * Gives a request other lines in the place of its own, as if these had come: `headers` and `headersDistinct` are made of them
   * by Node itself, and only where somebody asks.
   */
  static show(request: IncomingMessage, lines: readonly string[]): void {
    const shown = request as ReceivedRequest;
    if (shown.#isRead) {
      node.headers.set.call(shown, null);
      node.headersDistinct.set.call(shown, null);
    }
    shown.#isShown = true;
    const { complete } = shown;
    // Behind a whole message they would be trailers.
    shown.complete = false;
    addLines(shown, lines);
    shown.complete = complete;
  }

  /** Ties a request to its pull, for good. */
  static carry(request: IncomingMessage, pull: JudgedPull): void {
    (request as ReceivedRequest).#pull = pull;
  }

  /** The pull that it carries; null for whatever carries none. */
  static pullOf(request: unknown): JudgedPull | null {
    const isOurs = typeof request === "object" && request !== null && #pull in request;
    return isOurs ? request.#pull : null;
  }

  #read(): object {
    this.#isRead = true;
    return node.headers.get.call(this);
  }
}
