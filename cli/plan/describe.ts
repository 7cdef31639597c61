import type { Change, Wait } from "./change.ts";
import { lasting, listOf, moment, roundedUp, short } from "./words.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** What a change does, for people: one line in the imperative, no full stop. */
export function describe(change: Change): string {
  switch (change.kind) {
    case "issue-certificate":
      return `issue a pull certificate for ${change.hostname}, signed by issuer ${change.issuer}`;
    case "add-to-mapping":
      return `list ${short(change.fingerprint)} second in the mapping, for ${listOf(change.hostnames)}`;
    case "present-in-mapping":
      return `list ${short(change.fingerprint)} first in the mapping, for ${listOf(change.hostnames)}`;
    case "remove-from-mapping":
      return `take ${short(change.fingerprint)} out of the mapping, for ${listOf(change.hostnames)}`;
    case "upload-account-certificate":
      return `upload ${short(change.fingerprint)} to the account's store, as ${change.name}`;
    case "set-binding":
      return `set ${change.binding}${inEnvironment(change.environment)} to ${change.to ?? "the new id"}, which is ${short(change.fingerprint)}`;
    case "deploy-worker":
      return `deploy ${change.script}${inEnvironment(change.environment)}`;
    case "delete-account-certificate":
      return `delete ${short(change.fingerprint)} from the account's store`;
    case "upload-hostname-certificate":
      return `upload ${short(change.fingerprint)} to zone ${change.zoneName}, for hostnames`;
    case "associate-hostname":
      return `have the edge present ${short(change.fingerprint)} for ${change.hostname}`;
    case "remove-association":
      return `have ${change.hostname} fall back to the level of its zone (enabled: null)`;
    case "delete-hostname-certificate":
      return `delete ${short(change.fingerprint)} from the hostname certificates of zone ${change.zoneName}`;
    case "upload-zone-certificate":
      return `upload ${short(change.fingerprint)} to zone ${change.zoneName}, for the whole zone`;
    case "delete-zone-certificate":
      return `delete ${short(change.fingerprint)} from the zone certificates of zone ${change.zoneName}`;
    case "enable-zone":
      return `have the edge present the certificate of zone ${change.zoneName}`;
    case "enable-shared":
      return `have the edge present Cloudflare's own certificate in zone ${change.zoneName}`;
    case "wait-for-cloudflare":
    case "wait-for-verifiers":
    case "wait-for-bindings":
    case "wait-for-deployment":
    case "wait-for-quiet":
      return describeWait(change);
    default:
      return change satisfies never;
  }
}

function describeWait(wait: Wait): string {
  switch (wait.kind) {
    case "wait-for-cloudflare":
      return `wait for Cloudflare to be through with ${wait.what} (now: ${wait.status})`;
    case "wait-for-verifiers": {
      const what =
        wait.fingerprint === null ? "Cloudflare's own certificate" : short(wait.fingerprint);
      const whom = listOf(wait.hostnames);
      return wait.until === "accepted"
        ? `wait until every verifier accepts ${what} for ${whom}`
        : `wait until no verifier accepts ${what} any more for ${whom}`;
    }
    case "wait-for-bindings":
      return `wait until every binding of ${wait.script}${inEnvironment(wait.environment)} is set`;
    case "wait-for-deployment":
      return "wait until no deployed version presents another certificate";
    case "wait-for-quiet":
      return wait.until === null
        ? `wait until nobody has pulled with ${short(wait.fingerprint)} for ${lasting(wait.quiet)}`
        : `wait until ${moment(roundedUp(wait.until))}: from then on ${short(wait.fingerprint)} may be retired, if nobody pulls with it again`;
    default:
      return wait satisfies never;
  }
}

/** What holds a change up, and what a person can do about it: a line each. */
export function hindrances(change: Change): readonly string[] {
  switch (change.kind) {
    case "wait-for-verifiers":
      if (change.verifiers.length > 0) return [...change.verifiers.map(byWhom), COPY];
      return [
        "no verifier was named: --verifier URL of every one (its --admin address), again for several",
        "or, where you have seen to it yourself: --assume-accepted",
      ];
    case "wait-for-quiet":
      if (change.verifiers.length > 0) return change.verifiers.map(byWhom);
      return [
        "no verifier was named: --verifier URL of every one (its --admin address), again for several",
        "or, where you know that nobody pulls with it: --assume-quiet",
      ];
    case "wait-for-bindings":
      return change.bindings.map(({ binding, why }) => `${binding} ${why}`);
    case "wait-for-deployment":
      return [`npx wrangler versions deploy --name ${shellQuote(change.script)}`];
    default:
      return [];
  }
}

const COPY = "copy mapping.json to its machine: a changed file is loaded by itself, or on SIGHUP";

function byWhom({ url, why }: { readonly url: string; readonly why: string }): string {
  return url === "" ? why : `${url} ${why}`;
}

function inEnvironment(environment: string): string {
  return environment === "" ? "" : ` [env.${environment}]`;
}
