import { formatDuration } from "./duration.ts";
import { QUIET, RENEW_BEFORE, type RemoteFlags } from "./remote-flags.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** The flags that a next step must not lose, each with a blank before it. */
export function sameFlags(flags: RemoteFlags & { readonly deploy?: boolean }): string {
  const parts = [
    ...(flags.mapping === "mapping.json" ? [] : ["--mapping", flags.mapping]),
    ...(flags.config === "wrangler.toml" ? [] : ["--config", flags.config]),
    ...(flags.certificates === "pki" ? [] : ["--certificates", flags.certificates]),
    ...(flags.quiet === QUIET ? [] : ["--quiet", formatDuration(flags.quiet)]),
    ...(flags.renewBefore === RENEW_BEFORE
      ? []
      : ["--renew-before", formatDuration(flags.renewBefore)]),
    ...flags.verifier.flatMap((url) => ["--verifier", url]),
    ...(flags.assumeAccepted === true ? ["--assume-accepted"] : []),
    ...(flags.assumeQuiet === true ? ["--assume-quiet"] : []),
    ...(flags.deploy === true ? ["--deploy"] : []),
  ];
  return parts.map((part) => ` ${shellQuote(part)}`).join("");
}
