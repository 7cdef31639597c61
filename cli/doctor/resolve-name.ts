import { Resolver } from "node:dns/promises";
import { codeOf, messageOf } from "../manners/failure.ts";

/** What a name leads to. */
export interface Resolved {
  /** IPv4 first. */
  readonly addresses: readonly string[];
  /** The names on the way, where the first is an alias (CNAME); lower-case. */
  readonly aliases: readonly string[];
  /** Why there are no addresses; null where there are. */
  readonly error: string | null;
}

/** How names are resolved; by the system's name servers, unless a test has its own. */
export type ResolveName = (name: string) => Promise<Resolved>;

/** At most so many aliases are followed: RFC 1034 3.6.2 forbids loops, and nobody enforces it. */
const MAX_ALIASES = 8;

/** Resolves by name servers: the system's, or those given (`ADDRESS` or `ADDRESS:PORT`). */
export function createResolveName(servers: readonly string[] = []): ResolveName {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return async (name) => {
    const aliases: string[] = [];
    let at = name;
    while (aliases.length < MAX_ALIASES) {
      const [alias] = await resolver.resolveCname(at).catch(() => []);
      if (alias === undefined) break;
      at = alias.toLowerCase().replace(/\.$/, "");
      aliases.push(at);
    }
    const [four, six] = await Promise.allSettled([
      resolver.resolve4(name),
      resolver.resolve6(name),
    ]);
    const addresses = [four, six].flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    const why = four.status === "rejected" ? (codeOf(four.reason) ?? messageOf(four.reason)) : null;
    return { addresses, aliases, error: addresses.length > 0 ? null : why };
  };
}
