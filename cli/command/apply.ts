import { Command } from "commander";
import { DEFAULT_KEY_TYPE } from "../certificates/key-type.ts";
import { PULL_CERTIFICATE_DAYS } from "../certificates/validity.ts";
import type { EndWith } from "../manners/exit-code.ts";
import type { Io } from "../manners/io.ts";
import { sameFlags } from "./same-flags.ts";
import { addRunFlags, type RunFlags } from "./run-flags.ts";
import { runRemote } from "./run-remote.ts";

const ABOUT = `
Takes the mapping as it is, and brings both of Cloudflare's stores, wrangler's configuration and
the Worker to it: one change at a time, looking again before each, and nothing is presented that
a named verifier does not accept. Interrupt it anywhere, and run it again: it goes on.

Deploys with --deploy alone, and else prints the command. Needs CLOUDFLARE_API_TOKEN and
CLOUDFLARE_ACCOUNT_ID; PULLPROOF_ADMIN_TOKEN where a verifier asks for one.

Examples:
  pullproof apply --verifier http://127.0.0.1:9464 --dry-run
  pullproof apply --verifier https://a.example.net/v --verifier https://b.example.net/v --deploy --yes

Exits 0 when it is done, 4 where something has to happen first that it says (run it again),
1 where something is wrong, 3 where wrangler's configuration has to be edited by hand.`;

/** `pullproof apply`: brings Cloudflare and the Worker to the mapping. */
export function applyCommand(io: Io, endWith: EndWith): Command {
  return addRunFlags(
    new Command("apply").description("bring Cloudflare and the Worker to what the mapping says"),
  )
    .addHelpText("after", ABOUT)
    .action(async (flags: RunFlags) => {
      await runRemote(io, endWith, {
        flags,
        issuing: { keyType: DEFAULT_KEY_TYPE, days: PULL_CERTIFICATE_DAYS },
        pair: null,
        rotation: null,
        command: `pullproof apply${sameFlags(flags)}`,
        nothing: () => `nothing to do: what is, is what ${flags.mapping} says`,
      });
    });
}
