/** Lines that came, and what Node makes of all of them. */
interface Unread {
  readonly rawHeaders: readonly string[];
  readonly read: () => object;
}

/** What Node asks of each request by itself. */
const EXPECT = "expect";

/**
 * Headers that nobody has made of their lines yet: all is as it is in those that `read` makes, but that a request without `Expect`
 * says so without them.
 */
export function unreadHeaders(rawHeaders: readonly string[], read: () => object): object {
  return new Proxy<Unread>({ rawHeaders, read }, HANDLER);
}

const HANDLER: ProxyHandler<Unread> = {
  get: ({ rawHeaders, read }, name): unknown =>
    name === EXPECT && !hasExpect(rawHeaders) ? undefined : Reflect.get(read(), name),
  set: ({ read }, name, value) => Reflect.set(read(), name, value),
  has: ({ read }, name) => Reflect.has(read(), name),
  deleteProperty: ({ read }, name) => Reflect.deleteProperty(read(), name),
  ownKeys: ({ read }) => Reflect.ownKeys(read()),
  getOwnPropertyDescriptor: ({ read }, name) => Reflect.getOwnPropertyDescriptor(read(), name),
  defineProperty: ({ read }, name, as) => Reflect.defineProperty(read(), name, as),
};

function hasExpect(rawHeaders: readonly string[]): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === EXPECT.length && name.toLowerCase() === EXPECT) return true;
  }
  return false;
}
