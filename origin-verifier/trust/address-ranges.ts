import { BlockList, isIP } from "node:net";
import { failed, parsed, type Parsed, type Problem } from "../../shared/problem.ts";
import type { AddressRanges } from "../judge/policy.ts";

/** Cloudflare publishes 22; whoever lists thousands has another list in mind. */
const MOST_RANGES = 1_000;
/** 10.0.0.0/8 and fc00::/7 are the widest that anybody has for himself: two halves of everything are everybody, too. */
const LEAST_PREFIX = { 4: 8, 6: 7 } as const;
const RANGE = /^([0-9A-Fa-f.:]{2,45})(?:\/([0-9]{1,3}))?$/;

/**
 * Reads a file of address ranges: one CIDR range or address a line, `#` begins a comment. All problems at once, each with its
 * line; an empty list is one, since it would accept nobody, and so is a range of everybody, which would keep nobody out.
 */
export function parseAddressRanges(text: string): Parsed<AddressRanges> {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ range: line.replace(/#.*/, "").trim(), path: `line ${index + 1}` }))
    .filter(({ range }) => range !== "");
  if (lines.length === 0) return failed("", "no range in it: nobody would be accepted");
  if (lines.length > MOST_RANGES) return failed("", `more than ${MOST_RANGES} ranges`);
  const list = new BlockList();
  const [problem, ...others] = lines.flatMap(({ range, path }): Problem[] => {
    const [, network = "", prefix] = RANGE.exec(range) ?? [];
    const family = isIP(network);
    const bits = family === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : Number(prefix);
    if (family === 0 || length > bits)
      return [{ path, message: "not a range (192.0.2.0/24, 2001:db8::/32) and not an address" }];
    const least = LEAST_PREFIX[family as 4 | 6];
    if (length < least || hasAllOfIpv4(network, length, family))
      return [
        { path, message: `nearly everybody: this would keep nobody out (/${least} at least)` },
      ];
    list.addSubnet(network, length, family === 4 ? "ipv4" : "ipv6");
    return [];
  });
  if (problem !== undefined) return { ok: false, problems: [problem, ...others] };
  return parsed({
    // An IPv4 address in IPv6's writing, as a listener on :: sees it, is found among the IPv4 ranges.
    includes: (address) => {
      const family = isIP(address);
      return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
    },
  });
}

/** Whether a range of IPv6 holds every IPv4 address, in IPv6's writing (`::ffff:0:0/96`): those are found by it, too. */
function hasAllOfIpv4(network: string, length: number, family: number): boolean {
  if (family === 4) return false;
  const one = new BlockList();
  one.addSubnet(network, length, "ipv6");
  return ["0.0.0.1", "255.255.255.254"].every((address) => one.check(address, "ipv4"));
}
