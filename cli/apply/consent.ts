import type { Fingerprint } from "../../shared/fingerprint.ts";
import { isWait, type Action } from "../plan/change.ts";
import type { Plan } from "../plan/plan.ts";
import { TO_BE_ISSUED } from "../plan/to-be-issued.ts";

/** What was shown to whoever consented, and so may be done. Of one run. */
export interface Consent {
  /** Takes down a plan that was shown and agreed to. */
  readonly give: (plan: Plan) => void;
  /** Whether a shown plan named an action: its kind, and everything that it touches. */
  readonly covers: (action: Action) => boolean;
  /** Takes down which certificate was issued: it is the one that the plan spoke of. */
  readonly issued: (fingerprint: Fingerprint) => void;
}

/**
 * Begins with nothing agreed to. A plan is derived anew before each action, so that it may come to hold what nobody was
 * shown: another hostname that a colleague has listed, a certificate that somebody put into the folder. Consent to the
 * plan that was shown is none to that.
 */
export function createConsent(): Consent {
  const agreed = new Set<string>();
  return {
    give: ({ lanes }) => {
      for (const { change } of lanes.flatMap(({ changes }) => changes)) {
        if (isWait(change)) continue;
        for (const part of partsOf(change)) agreed.add(part);
        if (change.kind === "set-binding") {
          agreed.add(carrying(change.environment, change.binding, change.fingerprint));
        }
      }
    },
    covers: (action) => partsOf(action).every((part) => agreed.has(part)),
    issued: (fingerprint) => {
      for (const part of agreed) agreed.add(part.replace(TO_BE_ISSUED, fingerprint));
    },
  };
}

/** What an action does and to what, each a text; ids are left out, which are not known before something is uploaded. */
function partsOf(action: Action): readonly string[] {
  const { kind } = action;
  const one = (...subject: readonly string[]): readonly string[] => [
    JSON.stringify([kind, ...subject]),
  ];
  switch (kind) {
    case "issue-certificate":
      return one(action.hostname, action.issuer);
    case "add-to-mapping":
    case "present-in-mapping":
    case "remove-from-mapping":
      return action.hostnames.flatMap((hostname) => one(hostname, action.fingerprint));
    case "upload-account-certificate":
    case "delete-account-certificate":
      return one(action.fingerprint);
    case "set-binding":
      return one(action.environment, action.binding, action.fingerprint);
    case "deploy-worker":
      return [
        ...one(action.environment, action.script),
        ...Object.entries(action.bindings).map(([binding, fingerprint]) =>
          carrying(action.environment, binding, fingerprint),
        ),
      ];
    case "upload-hostname-certificate":
    case "delete-hostname-certificate":
    case "upload-zone-certificate":
    case "delete-zone-certificate":
      return one(action.zone, action.fingerprint);
    case "associate-hostname":
      return one(action.zone, action.hostname, action.fingerprint);
    case "remove-association":
      return one(action.zone, action.hostname);
    case "enable-zone":
    case "enable-shared":
      return one(action.zone);
    default:
      return action satisfies never;
  }
}

function carrying(environment: string, binding: string, fingerprint: Fingerprint): string {
  return JSON.stringify(["carry", environment, binding, fingerprint]);
}
