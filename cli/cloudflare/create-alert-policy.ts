import type { ExpiryAlert } from "../alerts/expiry-alerts.ts";
import { judgeAlert, type Recipients } from "../alerts/judge-alert.ts";
import type { Connection } from "./connection.ts";
import { listAlertPolicies } from "./list-alert-policies.ts";
import { troubleOf } from "./trouble.ts";

/**
 * Creates a notification. Cloudflare takes the same one twice, and mails twice: so the call is never repeated blindly, and
 * after an answer that got lost the account is asked whether it is there.
 */
export async function createAlertPolicy(
  connection: Connection,
  alert: ExpiryAlert,
  recipients: Recipients,
): Promise<void> {
  const { emails, webhooks } = recipients;
  try {
    await connection.writeOnce("notifications", (client) =>
      client.alerting.policies.create({
        account_id: connection.accountId,
        name: alert.name,
        alert_type: alert.type,
        enabled: true,
        mechanisms: {
          ...(emails.length === 0 ? {} : { email: toIds(emails) }),
          ...(webhooks.length === 0 ? {} : { webhooks: toIds(webhooks) }),
        },
      }),
    );
  } catch (thrown) {
    const kind = troubleOf(thrown)?.kind;
    if (kind !== "unreachable" && kind !== "unavailable") throw thrown;
    const policies = await listAlertPolicies(connection);
    if (judgeAlert(alert, policies, recipients).kind !== "there") throw thrown;
  }
}

function toIds(ids: readonly string[]): { readonly id: string }[] {
  return ids.map((id) => ({ id }));
}
