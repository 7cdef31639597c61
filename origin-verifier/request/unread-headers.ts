import { inspect } from "node:util";

/** Lines that came, and what Node makes of all of them. */
class Unread {
  readonly #rawHeaders: readonly string[];
  readonly #read: () => object;

  constructor(rawHeaders: readonly string[], read: () => object) {
    this.#rawHeaders = rawHeaders;
    this.#read = read;
  }

  lines(): readonly string[] {
    return this.#rawHeaders;
  }

  read(): object {
    return this.#read();
  }

  /** Called on what stands before it. */
  [inspect.custom](): object {
    return Object.fromEntries(Object.entries(this));
  }
}

/** What Node asks of each request by itself. */
const EXPECT = "expect";

/**
 * Headers that nobody has made of their lines yet: all is as it is in those that `read` makes, but that a request without `Expect`
 * says so without them. They cannot be frozen or cloned by the structure: nobody does that before a handler has the request, and
 * then they are Node's own.
 */
export function unreadHeaders(rawHeaders: readonly string[], read: () => object): object {
  return new Proxy(new Unread(rawHeaders, read), HANDLER);
}

const HANDLER: ProxyHandler<Unread> = {
  get: (unread, name): unknown =>
    name === EXPECT && !hasExpect(unread.lines()) ? undefined : Reflect.get(unread.read(), name),
  set: (unread, name, value) => Reflect.set(unread.read(), name, value),
  has: (unread, name) => Reflect.has(unread.read(), name),
  deleteProperty: (unread, name) => Reflect.deleteProperty(unread.read(), name),
  ownKeys: (unread) => Reflect.ownKeys(unread.read()),
  getOwnPropertyDescriptor: (unread, name) => Reflect.getOwnPropertyDescriptor(unread.read(), name),
  defineProperty: (unread, name, as) => Reflect.defineProperty(unread.read(), name, as),
  getPrototypeOf: (unread) => Reflect.getPrototypeOf(unread.read()),
  preventExtensions: () => false,
};

function hasExpect(rawHeaders: readonly string[]): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === EXPECT.length && name.toLowerCase() === EXPECT) return true;
  }
  return false;
}
