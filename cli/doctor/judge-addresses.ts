import type { Entry } from "../../shared/mapping.ts";
import type { Origin } from "../../shared/origin.ts";
import { isCloudflare } from "./cloudflare-ranges.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";
import type { Resolved } from "./resolve-name.ts";

/** Where Cloudflare's tunnels end: no address of an origin's own, and no client certificate on the way. */
const TUNNEL = ".cfargotunnel.com";

/** What the addresses of an origin hostname mean for an entry's pulls. */
export function judgeAddresses(
  { present }: Pick<Entry, "present">,
  origin: Pick<Origin, "hostname">,
  resolved: Resolved,
): Shown {
  const { addresses, aliases, error } = resolved;
  const tunnel = aliases.find((alias) => alias.endsWith(TUNNEL));
  if (tunnel !== undefined) {
    return problem(
      `${origin.hostname} is an alias of ${tunnel}: through a tunnel no pull shows a certificate`,
      "a tunnel authenticates by itself: leave the hostname out of the mapping, or give the origin an address",
    );
  }
  if (addresses.length === 0) {
    return problem(
      `${origin.hostname} has no address (${error ?? "none"})`,
      present.by === "worker"
        ? `make a DNS-only record (grey cloud) of ${origin.hostname} with the origin's address`
        : `make a proxied record (orange cloud) of ${origin.hostname}`,
    );
  }
  const proxied = addresses.filter(isCloudflare);
  const where = addresses.join(", ");
  if (present.by === "worker") {
    if (proxied.length === 0) return good(`${origin.hostname} is ${where}`);
    return problem(
      `${origin.hostname} is proxied by Cloudflare (${proxied.join(", ")}): a Worker's binding gets 520 there`,
      `make its record DNS-only (grey cloud), under a name that visitors do not use`,
    );
  }
  if (proxied.length === addresses.length) return good(`${origin.hostname} is proxied (${where})`);
  if (proxied.length > 0) {
    return warning(
      `${origin.hostname} is proxied at some addresses only (${where})`,
      "make every record of it proxied (orange cloud)",
    );
  }
  return problem(
    `${origin.hostname} is DNS-only (${where}): visitors pull by themselves, and Authenticated Origin Pulls is ignored`,
    "make its record proxied (orange cloud)",
  );
}
