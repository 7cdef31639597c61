/** As `net.Server.listen` takes them, for TCP. */
export type ListenArguments =
  | [port?: number, callback?: () => void]
  | [port: number, host: string, callback?: () => void]
  | [port: number, host: string | undefined, backlog: number | undefined, callback?: () => void]
  | [options: ListenOptions, callback?: () => void];

/** Where to listen. Of what else Node takes there, nothing is taken. */
export interface ListenOptions {
  /** 0, the default, lets the system choose. */
  readonly port?: number | undefined;
  /** Default: every address of this machine, as with Node's own servers. */
  readonly host?: string | undefined;
}

/** The same, read. */
export interface ReadListenArguments {
  readonly port: number;
  readonly host: string | undefined;
  readonly callback: (() => void) | undefined;
}

/**
 * Reads what a framework or a person gives to `listen`.
 *
 * @throws TypeError for a path or a file descriptor: pulls come over TCP, and what is not understood must not listen elsewhere.
 */
export function readListenArguments(given: ListenArguments): ReadListenArguments {
  const [first] = given;
  const last = given.at(-1);
  const callback = typeof last === "function" ? last : undefined;
  if (typeof first === "object") {
    const { port = 0, host } = first;
    if ("path" in first && first.path !== undefined) throw onlyTcp("a path");
    if ("fd" in first && first.fd !== undefined) throw onlyTcp("a file descriptor");
    return { port, host, callback };
  }
  if (typeof first === "string") throw onlyTcp(JSON.stringify(first));
  const [, second] = given;
  return {
    port: typeof first === "number" ? first : 0,
    host: typeof second === "string" ? second : undefined,
    callback,
  };
}

function onlyTcp(what: string): TypeError {
  return new TypeError(`an origin server listens on a TCP port and an address, not on ${what}`);
}
