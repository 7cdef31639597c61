import type { SslRule } from "../observe/zone-facts.ts";
import type { Connection } from "./connection.ts";
import { parseSslMode } from "./read-ssl-mode.ts";

interface Told {
  readonly result?:
    | readonly {
        readonly status?: string;
        readonly targets?: readonly { readonly constraint?: { readonly value?: string } }[];
        readonly actions?: readonly { readonly id?: string; readonly value?: unknown }[];
      }[]
    | null;
}

/** The zone's Page Rules that set an SSL mode: what Configuration Rules were before they had that name. */
export async function listPageRules(
  connection: Connection,
  zone: string,
): Promise<readonly SslRule[]> {
  const path = `/zones/${encodeURIComponent(zone)}/pagerules`;
  const told = await connection.read("page rules", (client) =>
    client.get<Told>(path, { query: { status: "active" } }),
  );
  return (told.result ?? []).flatMap(({ status, targets = [], actions = [] }) => {
    if (status !== "active") return [];
    const ssl = parseSslMode(actions.find(({ id }) => id === "ssl")?.value);
    const expression = targets.map(({ constraint }) => constraint?.value ?? "").join(" ");
    return ssl === null ? [] : [{ by: "Page Rule" as const, expression, ssl }];
  });
}
