import type { DnsRecord } from "../observe/zone-facts.ts";
import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";

interface Told {
  readonly name?: string;
  readonly type?: string;
  readonly content?: string;
  readonly proxied?: boolean;
}

/** The records of exactly this name. */
export async function listDnsRecords(
  connection: Connection,
  zone: string,
  name: string,
): Promise<readonly DnsRecord[]> {
  const all = await allPages<Told>(connection, "DNS records", (client, query) =>
    client.dns.records.list({ zone_id: zone, name: { exact: name }, ...query }),
  );
  return all.map((told) => {
    const { name: own = name, type = "", content = "", proxied = false } = told;
    const isTunnel = type === "CNAME" && /(?:^|\.)cfargotunnel\.com\.?$/i.test(content);
    return { name: own, type, content, proxied, isTunnel };
  });
}
