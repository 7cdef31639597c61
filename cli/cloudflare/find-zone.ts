import type { HostPattern } from "../../shared/hostname.ts";
import type { ZoneName } from "../observe/cloudflare-reader.ts";
import { onePage, type PageQuery } from "./all-pages.ts";
import type { CloudflareClient } from "./client.ts";
import type { Connection } from "./connection.ts";

/** Finds the zone that a hostname lies in: the longest name that fits; null where the account has none. */
export type FindZone = (hostname: HostPattern) => Promise<ZoneName | null>;

interface Told {
  readonly id?: string;
  readonly name?: string;
}

/**
 * Makes a finder that remembers what it was told. Where all of the account's zones stand on one page, that page is all that
 * is asked for; an account with more of them is asked name by name.
 */
export function createFindZone(connection: Connection): FindZone {
  const allOnOnePage = remembering(async () => {
    const { items, pages } = await pageOf(connection, null);
    return pages <= 1 ? items : null;
  });
  const byName = remembering(async (name: string) => (await pageOf(connection, name)).items);
  return async (hostname) => {
    const all = await allOnOnePage("");
    for (const name of namesAbove(hostname)) {
      const zones = all ?? (await byName(name));
      const zone = zones.find((one) => one.name === name);
      if (zone?.id !== undefined) return { id: zone.id, name };
    }
    return null;
  };
}

/** Asks once for a name; again where that failed. */
function remembering<T>(ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return async (name) => {
    const answer = answers.get(name) ?? ask(name);
    answers.set(name, answer);
    try {
      return await answer;
    } catch (thrown) {
      answers.delete(name);
      throw thrown;
    }
  };
}

/** The names that the zone of a hostname may have, the longest first; a top-level domain is nobody's zone. */
function namesAbove(hostname: HostPattern): readonly string[] {
  const labels = hostname.replace(/^\*\./, "").split(".");
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
}

async function pageOf(connection: Connection, name: string | null) {
  const account = { id: connection.accountId };
  const wanted = name === null ? { account } : { account, name };
  const ask = (client: CloudflareClient, query: PageQuery) =>
    client.zones.list({ ...wanted, ...query });
  return await onePage<Told>(connection, "zones", ask, 1);
}
