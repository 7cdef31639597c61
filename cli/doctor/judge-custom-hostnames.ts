import type { HostPattern } from "../../shared/hostname.ts";
import type { CustomHostname, CustomHostnames } from "../observe/zone-facts.ts";
import { problem, warning, type Shown } from "./diagnosis.ts";

/** What Cloudflare for SaaS takes as "the name that the visitor asked for", in place of a name. */
const REQUEST_HOST = ":request_host_header:";

const SEE = "let a visitor ask, then see what arrived: pullproof status --verifier URL";

/**
 * What it means that a hostname is somebody else's, served by a zone of ours (Cloudflare for SaaS). From the fallback origin
 * it is pulled under its own name; with a custom origin the handshake names that one, and Host the hostname.
 */
export function judgeCustomHostname(zone: string, served: CustomHostname): Shown {
  const { hostname, status, customOrigin, sni } = served;
  const own = sni === REQUEST_HOST || sni === hostname;
  if (customOrigin !== null && !own) {
    return problem(
      `a custom hostname of ${zone}: a pull names ${sni ?? customOrigin} in its handshake, and ${hostname} in Host; the verifier answers 421 to that`,
      `SSL/TLS > Custom Hostnames: set its Origin SNI to the Host header, or take its custom origin away`,
    );
  }
  if (status !== "active") {
    return warning(
      `a custom hostname of ${zone}, and ${status || "not active"}: visitors do not get here yet`,
      "SSL/TLS > Custom Hostnames says what it waits for",
    );
  }
  return warning(
    `a custom hostname of ${zone}, pulled under its own name: which of the zone's certificates is presented is not known, because it is documented nowhere`,
    SEE,
  );
}

/** Custom hostnames that are pulled from this hostname's origin, and that the mapping does not know. */
export function judgeCustomHostnames(
  hostname: HostPattern,
  { fallbackOrigin, hostnames }: CustomHostnames,
  mapped: ReadonlySet<string>,
): Shown | null {
  const here = hostnames.filter(
    ({ customOrigin }) => (customOrigin ?? fallbackOrigin) === hostname,
  );
  const unknown = here.filter((one) => !mapped.has(one.hostname));
  const [first] = unknown;
  if (first === undefined) return null;
  const more = unknown.length === 1 ? "" : `, and ${unknown.length - 1} more`;
  return warning(
    `custom hostnames are pulled from here, too (${first.hostname}${more}): the verifier refuses what the mapping does not name`,
    `an entry for each: "${first.hostname}": { "origin": "https://${first.hostname}", … }`,
  );
}
