import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";

/** A DNS record, as far as it says who answers for a name. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  /** Whether Cloudflare's edge answers, and the origin behind it is pulled from. */
  readonly proxied: boolean;
  /** A tunnel: `cloudflared` opens the connection, and Authenticated Origin Pulls have no effect. */
  readonly isTunnel: boolean;
}

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
