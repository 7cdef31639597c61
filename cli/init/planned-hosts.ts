import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import type { BindingName } from "../../shared/mapping.ts";
import { originProblem, parseOrigin, type Origin } from "../../shared/origin.ts";

/** A hostname and where its pulls go, the preferred origin first. */
export interface HostAndOrigins {
  readonly hostname: Hostname;
  readonly origins: readonly [Origin, ...Origin[]];
}

/**
 * Hostnames that share an origin hostname with one another. What such a one accepts must be the same for all of them, so they
 * share a binding and a certificate.
 */
export interface PlannedGroup {
  readonly hosts: readonly [HostAndOrigins, ...HostAndOrigins[]];
  /** Null where Cloudflare's edge presents: one hostname, which is its own origin hostname, with a certificate of its own. */
  readonly binding: BindingName | null;
}

/**
 * Reads `shop.example.com=https://origin-shop.example.net`, with or without the `https://`, or several of them with commas
 * between.
 *
 * @returns the two, or why not, in words.
 */
export function parseHost(raw: string): HostAndOrigins | string {
  const [name = "", ...rest] = raw.split("=");
  const hostname = parseHostname(name.trim());
  if (hostname === null) return `${JSON.stringify(name)} is not a hostname`;
  const written = rest.join("=").trim();
  if (written === "")
    return `which origin has ${hostname}? (${hostname}=https://${suggestedOrigin(hostname)})`;
  const origins = written.split(",").map((text) => parseOne(hostname, text.trim()));
  const wrong = origins.find((one) => typeof one === "string");
  if (wrong !== undefined) return wrong;
  const [first, ...others] = origins.filter((one) => typeof one !== "string");
  return first === undefined ? "" : { hostname, origins: [first, ...others] };
}

function parseOne(hostname: Hostname, written: string): Origin | string {
  const url = /^[a-z]+:\/\//i.test(written) ? written : `https://${written}`;
  const origin = parseOrigin(url);
  if (origin === null) return `${JSON.stringify(written)}: ${originProblem(url)}`;
  if (origin.hostname === hostname) {
    return `${hostname} is its own origin: visitors reach that name through Cloudflare, and a Worker's pull to a proxied name ends in 520 (without a Worker the edge presents: pullproof init --edge ${hostname})`;
  }
  return origin;
}

/**
 * Reads a hostname that the edge presents for. Where its origin is, nobody has to say: the edge asks for the visitor's own
 * hostname.
 *
 * @returns the two, or why not, in words.
 */
export function parseEdgeHost(raw: string): HostAndOrigins | string {
  const [name = "", ...rest] = raw.split("=");
  const hostname = parseHostname(name.trim());
  const origin = hostname === null ? null : parseOrigin(`https://${hostname}`);
  if (hostname === null || origin === null) return `${JSON.stringify(name)} is not a hostname`;
  if (rest.length === 0) return { hostname, origins: [origin] };
  return `the edge asks the origin for the visitor's own hostname: say ${hostname} alone`;
}

/** Hostnames that the edge presents for, each with a certificate of its own. */
export function edgeGroups(hosts: readonly HostAndOrigins[]): readonly PlannedGroup[] {
  return hosts.map((host) => ({ hosts: [host], binding: null }));
}

/** A name for the origin of its own, not proxied: what most people call it. */
export function suggestedOrigin(hostname: Hostname): string {
  return `origin-${hostname}`;
}

/** Puts hostnames that share an origin together, and gives each group the shortest binding that says whose it is. */
export function groupHosts(hosts: readonly HostAndOrigins[]): readonly PlannedGroup[] {
  const all: (readonly [HostAndOrigins, ...HostAndOrigins[]])[] = [];
  for (const host of hosts) {
    const [first, ...others] = all.filter((group) => group.some((one) => share(one, host)));
    if (first === undefined) {
      all.push([host]);
      continue;
    }
    all[all.indexOf(first)] = [...first, ...others.flat(), host];
    for (const other of others) all.splice(all.indexOf(other), 1);
  }
  const short = all.map(([{ hostname }]) => bindingOf(hostname.split(".")[0] ?? ""));
  return all.map((group, index) => {
    const name = short[index] ?? "";
    const isTaken = short.filter((other) => other === name).length > 1;
    const binding = isTaken ? bindingOf(group[0].hostname) : name;
    return { hosts: group, binding: binding as BindingName };
  });
}

function share(one: HostAndOrigins, other: HostAndOrigins): boolean {
  return one.origins.some(({ hostname }) =>
    other.origins.some((origin) => origin.hostname === hostname),
  );
}

/** The binding of a group that no other can have: of its first hostname, whole. */
export function longBindingOf({ hosts: [{ hostname }] }: PlannedGroup): BindingName {
  return bindingOf(hostname) as BindingName;
}

function bindingOf(name: string): string {
  return `PULL_CERT_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
}
