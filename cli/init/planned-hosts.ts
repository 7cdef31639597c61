import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import type { BindingName } from "../../shared/mapping.ts";
import { originProblem, parseOrigin, type Origin } from "../../shared/origin.ts";

/** A hostname and where its pulls go. */
export interface HostAndOrigin {
  readonly hostname: Hostname;
  readonly origin: Origin;
}

/**
 * Hostnames whose pulls go to one origin hostname. What that accepts must be the same for all of them, so they share a
 * binding and a certificate.
 */
export interface PlannedGroup {
  readonly hosts: readonly [HostAndOrigin, ...HostAndOrigin[]];
  readonly binding: BindingName;
}

/**
 * Reads `shop.example.com=https://origin-shop.example.net`, with or without the `https://`.
 *
 * @returns the two, or why not, in words.
 */
export function parseHost(raw: string): HostAndOrigin | string {
  const [name = "", ...rest] = raw.split("=");
  const hostname = parseHostname(name.trim());
  if (hostname === null) return `${JSON.stringify(name)} is not a hostname`;
  const written = rest.join("=").trim();
  if (written === "")
    return `which origin has ${hostname}? (${hostname}=https://${suggestedOrigin(hostname)})`;
  const url = /^[a-z]+:\/\//i.test(written) ? written : `https://${written}`;
  const origin = parseOrigin(url);
  if (origin === null) return `${JSON.stringify(written)}: ${originProblem(url)}`;
  if (origin.hostname === hostname) {
    return `${hostname} is its own origin: visitors reach that name through Cloudflare, and a pull to a proxied name ends in 520`;
  }
  return { hostname, origin };
}

/** A name for the origin of its own, not proxied: what most people call it. */
export function suggestedOrigin(hostname: Hostname): string {
  return `origin-${hostname}`;
}

/** Puts the hostnames of one origin together, and gives each group the shortest binding that says whose it is. */
export function groupHosts(hosts: readonly HostAndOrigin[]): readonly PlannedGroup[] {
  const groups = new Map<string, [HostAndOrigin, ...HostAndOrigin[]]>();
  for (const host of hosts) {
    const group = groups.get(host.origin.hostname);
    if (group === undefined) groups.set(host.origin.hostname, [host]);
    else group.push(host);
  }
  const all = [...groups.values()];
  const short = all.map(([{ hostname }]) => bindingOf(hostname.split(".")[0] ?? ""));
  return all.map((group, index) => {
    const name = short[index] ?? "";
    const isTaken = short.filter((other) => other === name).length > 1;
    const binding = isTaken ? bindingOf(group[0].hostname) : name;
    return { hosts: group, binding: binding as BindingName };
  });
}

function bindingOf(name: string): string {
  return `PULL_CERT_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
}
