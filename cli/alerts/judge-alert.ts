import type { ExpiryAlert } from "./expiry-alerts.ts";

/** Who is to be told. */
export interface Recipients {
  readonly emails: readonly string[];
  /** Ids of webhook destinations of the account. */
  readonly webhooks: readonly string[];
}

/** A notification of the account. */
export interface AlertPolicy {
  readonly name: string;
  readonly type: string;
  readonly enabled: boolean;
  /** Whether it is for some zones alone, or otherwise does not see everything. */
  readonly isFiltered: boolean;
  /** Addresses and ids of whoever it tells. */
  readonly to: readonly string[];
}

/** How a notification stands. */
export type AlertState =
  | { readonly kind: "there"; readonly policy: AlertPolicy }
  /** It would do, and somebody has switched it off: a decision that is not ours to undo. */
  | { readonly kind: "switched off"; readonly policy: AlertPolicy }
  | { readonly kind: "missing" };

/**
 * Whether an account already has a notification that tells all of these recipients (or anybody, where none is named) of
 * every certificate. Names do not count: people rename.
 */
export function judgeAlert(
  { type }: Pick<ExpiryAlert, "type">,
  policies: readonly AlertPolicy[],
  recipients: Recipients,
): AlertState {
  const wanted = recipientList(recipients).map(folded);
  const enough = policies
    .filter((policy) => policy.type === type && !policy.isFiltered)
    .filter(({ to }) => wanted.every((one) => to.map(folded).includes(one)));
  const on = enough.find(({ enabled }) => enabled);
  if (on !== undefined) return { kind: "there", policy: on };
  const [off] = enough;
  return off === undefined ? { kind: "missing" } : { kind: "switched off", policy: off };
}

/** All of them, addresses first. */
export function recipientList({ emails, webhooks }: Recipients): readonly string[] {
  return [...emails, ...webhooks];
}

function folded(recipient: string): string {
  return recipient.toLowerCase();
}
