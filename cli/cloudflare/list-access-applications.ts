import type { HostPattern } from "../../shared/hostname.ts";
import type { AccessApplication } from "../observe/zone-facts.ts";
import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";

interface Told {
  readonly name?: string;
  readonly domain?: string;
  readonly self_hosted_domains?: readonly string[];
  readonly destinations?: readonly { readonly uri?: string }[];
}

/** The applications of Cloudflare Access (Zero Trust) that stand before a hostname, or before some of its paths. */
export async function listAccessApplications(
  connection: Connection,
  hostname: HostPattern,
): Promise<readonly AccessApplication[]> {
  const all = await allPages<Told>(connection, "Access applications", (client, query) =>
    client.get(`/accounts/${connection.accountId}/access/apps`, { query }),
  );
  return all.flatMap((told) => {
    const { name = "", domain, self_hosted_domains: more = [], destinations = [] } = told;
    const domains = [domain ?? "", ...more, ...destinations.map(({ uri }) => uri ?? "")];
    const found = domains.find((one) => covers(one, hostname));
    return found === undefined ? [] : [{ name, domain: found }];
  });
}

function covers(domain: string, hostname: HostPattern): boolean {
  const [host = ""] = domain.split("/");
  return host === hostname || (host.startsWith("*.") && hostname.endsWith(host.slice(1)));
}
