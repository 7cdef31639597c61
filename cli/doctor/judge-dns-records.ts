import type { HostPattern } from "../../shared/hostname.ts";
import type { DnsRecord, LoadBalancer } from "../observe/zone-facts.ts";
import { good, problem, warning, type Shown } from "./diagnosis.ts";

const ADDRESSES = ["A", "AAAA", "CNAME"];

/** Whether the edge answers for a hostname at all, and over which kind of connection it pulls. */
export function judgeDnsRecords(
  hostname: HostPattern,
  all: readonly DnsRecord[],
  balancer: LoadBalancer | null,
  isPartial: boolean,
): Shown {
  const orange = `make every record of ${hostname} proxied (orange cloud)`;
  if (balancer !== null) {
    return balancer.proxied
      ? good("a load balancer, proxied")
      : problem("a load balancer that is DNS-only: visitors pull by themselves", orange);
  }
  const records = all.filter(({ type }) => ADDRESSES.includes(type));
  if (records.some(({ isTunnel, proxied }) => isTunnel && proxied)) {
    return problem(
      "it is routed through a tunnel: Authenticated Origin Pulls has no effect there",
      "a tunnel authenticates by itself: leave the hostname out of the mapping, or give the origin an address",
    );
  }
  if (records.length === 0) {
    return isPartial
      ? warning(
          "the zone's DNS is somewhere else, and Cloudflare has no record of it",
          `does ${hostname} lead to ${hostname}.cdn.cloudflare.net there?`,
        )
      : problem("the zone has no record of it: no visitor gets here", orange);
  }
  const direct = records.filter(({ proxied }) => !proxied);
  if (direct.length === 0) return good(inWords(hostname, records, isPartial));
  return problem(
    `${direct.length === records.length ? "DNS-only" : "DNS-only in part"} (${direct.map(({ content }) => content).join(", ")}): visitors pull by themselves, and Authenticated Origin Pulls is ignored`,
    orange,
  );
}

/** A wildcard record leads names to the origin that nobody has thought of. */
function inWords(hostname: HostPattern, records: readonly DnsRecord[], isPartial: boolean): string {
  const [{ name } = { name: hostname as string }] = records;
  const by =
    name === hostname
      ? "proxied"
      : `proxied, by ${name}: names that the mapping does not know lead to the same origin, which refuses them`;
  return isPartial
    ? `${by}; its DNS is somewhere else, and has to lead to ${hostname}.cdn.cloudflare.net`
    : by;
}
