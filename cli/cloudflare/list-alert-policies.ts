import type { AlertPolicy } from "../alerts/judge-alert.ts";
import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";

interface Told {
  readonly name?: string;
  readonly alert_type?: string;
  readonly enabled?: boolean;
  readonly filters?: Readonly<Record<string, readonly unknown[] | undefined>> | null;
  readonly mechanisms?: Readonly<Record<string, readonly { readonly id?: string }[] | undefined>>;
}

/** Every notification of the account. */
export async function listAlertPolicies(connection: Connection): Promise<readonly AlertPolicy[]> {
  const all = await allPages<Told>(connection, "notifications", (client, query) =>
    client.alerting.policies.list({ account_id: connection.accountId }, { query }),
  );
  return all.map(({ name = "", alert_type: type = "", enabled = false, filters, mechanisms }) => ({
    name,
    type,
    enabled,
    isFiltered: Object.values(filters ?? {}).some((values) => (values?.length ?? 0) > 0),
    to: Object.values(mechanisms ?? {})
      .flatMap((destinations) => destinations ?? [])
      .flatMap(({ id }) => id ?? []),
  }));
}
