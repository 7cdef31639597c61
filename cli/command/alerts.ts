import { Command, InvalidArgumentError } from "commander";
import { EXPIRY_ALERTS, type ExpiryAlert } from "../alerts/expiry-alerts.ts";
import {
  judgeAlert,
  recipientList,
  type AlertState,
  type Recipients,
} from "../alerts/judge-alert.ts";
import type { Connection } from "../cloudflare/connection.ts";
import { createAlertPolicy } from "../cloudflare/create-alert-policy.ts";
import { inWords } from "../cloudflare/in-words.ts";
import { listAlertPolicies } from "../cloudflare/list-alert-policies.ts";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import type { Io } from "../manners/io.ts";
import { repeated, usage } from "./arguments.ts";
import { connectCloudflare } from "./connect-cloudflare.ts";

interface AlertsFlags {
  readonly email: readonly string[];
  readonly webhook: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** A notification, and what became of it. */
interface Told {
  readonly type: string;
  readonly watches: string;
  readonly state: "there" | "created" | "would be created" | "switched off";
  readonly to: readonly string[];
}

const ABOUT = `
Cloudflare writes 30 and 14 days before a certificate in one of its stores ends; it goes on
presenting one that has ended, and the origin then refuses every pull. What is there already
is left as it is. None of these watches the issuer's own certificate, which lies at the
origin: pullproof status and the verifier's metrics do.

Needs CLOUDFLARE_API_TOKEN ("Account > Notifications: Edit") and CLOUDFLARE_ACCOUNT_ID.

Examples:
  pullproof alerts --email ops@example.com --dry-run
  pullproof alerts --email ops@example.com --email oncall@example.com

Exits 0 where all three are there, 1 where one is there and switched off.`;

/** `pullproof alerts`: Cloudflare's three notifications about certificates that end. */
export function alertsCommand(io: Io, endWith: EndWith): Command {
  return new Command("alerts")
    .description("have Cloudflare write before a pull certificate ends")
    .addOption(repeated("--email <address>", "who is told; repeat it for more", addEmail))
    .addOption(
      repeated("--webhook <id>", "a webhook destination of the account; repeat it for more", addId),
    )
    .option("--dry-run", "say what would be created, and create nothing")
    .option("--json", "print what is there as JSON")
    .addHelpText("after", ABOUT)
    .action(async (flags: AlertsFlags) => {
      const connection = connectCloudflare(io.err);
      const alerts = await inWords(async () => await ensureAlerts(connection, flags));
      if (alerts.some(({ state }) => state === "switched off")) endWith(EXIT.problems);
      tell(io, alerts, flags.json === true);
    });
}

async function ensureAlerts(connection: Connection, flags: AlertsFlags): Promise<readonly Told[]> {
  const recipients: Recipients = { emails: flags.email, webhooks: flags.webhook };
  const policies = await listAlertPolicies(connection);
  const judged = EXPIRY_ALERTS.map((alert) => ({
    alert,
    state: judgeAlert(alert, policies, recipients),
  }));
  const isMissing = judged.some(({ state }) => state.kind === "missing");
  // Before anything is created: all of it or nothing.
  if (isMissing && flags.dryRun !== true && recipientList(recipients).length === 0) {
    throw usage("whom should Cloudflare tell?", "pullproof alerts --email ops@example.com");
  }
  const told: Told[] = [];
  for (const { alert, state } of judged) {
    if (state.kind === "missing" && flags.dryRun !== true) {
      await createAlertPolicy(connection, alert, recipients);
    }
    told.push(toldOf(alert, state, recipients, flags.dryRun === true));
  }
  return told;
}

function toldOf(
  { type, watches }: ExpiryAlert,
  state: AlertState,
  recipients: Recipients,
  isDry: boolean,
): Told {
  if (state.kind !== "missing") return { type, watches, state: state.kind, to: state.policy.to };
  const became = isDry ? "would be created" : "created";
  return { type, watches, state: became, to: recipientList(recipients) };
}

function tell(io: Io, alerts: readonly Told[], json: boolean): void {
  const off = alerts.filter(({ state }) => state === "switched off");
  if (json) {
    io.out.line(JSON.stringify({ ok: off.length === 0, alerts }, null, 2));
    return;
  }
  const { green, red, yellow } = io.out.colours;
  const marks = {
    there: green("✓"),
    created: green("+"),
    "would be created": yellow("+"),
    "switched off": red("✗"),
  };
  for (const { state, watches, to } of alerts) {
    io.out.line(
      `${marks[state]} ${watches}: ${state}${to.length === 0 ? "" : `, to ${to.join(", ")}`}`,
    );
  }
  if (off.length === 0) return;
  io.err.line(
    `${io.err.colours.dim("next:")} switch it on at dash.cloudflare.com/?to=/:account/notifications`,
  );
}

function addEmail(raw: string, all: readonly string[]): readonly string[] {
  // RFC 5321 allows more; Cloudflare sends the mail, and this only catches what is no address at all.
  if (/^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/.test(raw)) return [...all, raw];
  throw new InvalidArgumentError("One address, please: ops@example.com.");
}

function addId(raw: string, all: readonly string[]): readonly string[] {
  if (/^[0-9a-f-]{32,36}$/.test(raw)) return [...all, raw];
  throw new InvalidArgumentError("The id of a webhook destination, please: 32 hex digits.");
}
