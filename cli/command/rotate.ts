import { Argument, Command, Option } from "commander";
import type { HostPattern } from "../../shared/hostname.ts";
import { readPair } from "../certificates/read-pair.ts";
import { DEFAULT_KEY_TYPE, KEY_TYPES, type KeyType } from "../certificates/key-type.ts";
import { daysUntil, MAX_DAYS, PULL_CERTIFICATE_DAYS } from "../certificates/validity.ts";
import type { CertificatePair } from "../certificates/find-pairs.ts";
import type { EndWith } from "../manners/exit-code.ts";
import type { Io } from "../manners/io.ts";
import { outlineOf } from "../plan/known-certificates.ts";
import { parseDays, usage } from "./arguments.ts";
import { chooseEntries, loadMapping } from "./probe-arguments.ts";
import type { Seen } from "./remote.ts";
import { sameFlags } from "./same-flags.ts";
import { addRunFlags, type RunFlags } from "./run-flags.ts";
import { runRemote } from "./run-remote.ts";
import { shellQuote } from "../manners/shell-quote.ts";

interface RotateFlags extends RunFlags {
  readonly certificate?: string;
  readonly key?: string;
  readonly new?: boolean;
  readonly keyType: KeyType;
  readonly days: number;
}

const ABOUT = `
accept -> present -> retire -> done. Which step comes next is derived from the mapping and from
what is, never remembered: interrupt it anywhere, run the same command again, and it goes on.

  accept   a new certificate is issued (or taken from --certificate, or found in --certificates)
           and listed second; then every verifier has to accept it: copy the mapping there
  present  it is uploaded and listed first; the binding gets its id, the Worker is deployed
  retire   when nobody has pulled with the old one for --quiet, it is taken out of the mapping,
           and when no verifier accepts it any more, deleted from Cloudflare's store

A rotation begins where the certificate is due (--renew-before), where a newer one is at hand,
or with --new. With no --verifier it stops where a verifier would have to be asked, unless you say
--assume-accepted, and later --assume-quiet.

Examples:
  pullproof rotate shop.example.com --verifier http://127.0.0.1:9464 --new --deploy
  pullproof rotate shop.example.com --verifier http://127.0.0.1:9464 --certificate new.pem --key new.key

Exits 0 when it is done or none is due, 4 where something has to happen first that it says (run
it again), 1 where something is wrong, 3 where wrangler's configuration has to be edited by hand.`;

/** `pullproof rotate`: the next step of a rotation, and all that follow without waiting. */
export function rotateCommand(io: Io, endWith: EndWith): Command {
  return addRunFlags(
    new Command("rotate")
      .description("move a hostname to its next pull certificate, without one refused pull")
      .addArgument(new Argument("<hostname>", "of the mapping")),
  )
    .option("--certificate <file>", "rotate to this one, PEM, instead of issuing one")
    .option("--key <file>", "its private key, PEM")
    .option("--new", "begin a rotation although none is due")
    .addOption(
      new Option("--key-type <type>", "kind of key of a certificate that is issued")
        .choices(KEY_TYPES)
        .default(DEFAULT_KEY_TYPE),
    )
    .option("--days <n>", "its days of validity", parseDays, PULL_CERTIFICATE_DAYS)
    .addHelpText("after", ABOUT)
    .action(async (raw: string, flags: RotateFlags) => {
      const [entry] = chooseEntries(loadMapping(flags.mapping), [raw], flags.mapping);
      if (entry === undefined) throw usage("which hostname?", "pullproof rotate shop.example.com");
      const pair = pairOf(flags);
      const given =
        flags.certificate === undefined || flags.key === undefined
          ? ""
          : ` --certificate ${shellQuote(flags.certificate)} --key ${shellQuote(flags.key)}`;
      await runRemote(io, endWith, {
        flags,
        issuing: { keyType: flags.keyType, days: Math.min(flags.days, MAX_DAYS) },
        pair,
        rotation: {
          hostname: entry.hostname,
          to: pair?.fingerprint ?? null,
          anew: flags.new === true,
        },
        command: `pullproof rotate ${entry.hostname}${given}${sameFlags(flags)}`,
        nothing: (seen) => notDue(entry.hostname, seen),
      });
    });
}

function pairOf({ certificate, key }: RotateFlags): CertificatePair | null {
  if (certificate === undefined && key === undefined) return null;
  if (certificate !== undefined && key !== undefined) return readPair(certificate, key);
  throw usage(
    "a certificate is rotated to with its key",
    "name both: --certificate FILE --key FILE (one file is no place for both)",
  );
}

function notDue(hostname: HostPattern, { situation }: Seen): string {
  const { mapping, observed } = situation;
  const listed = mapping.entries.find((entry) => entry.hostname === hostname)?.accept.certificates;
  const first = listed === undefined || listed === "issued" ? undefined : listed[0];
  const outline = first === undefined ? null : outlineOf(first, observed);
  if (outline === null) return `${hostname}: no rotation is under way, and none is due`;
  const days = daysUntil(new Date(outline.notAfter), new Date(observed.at));
  return `${hostname}: no rotation is under way, and none is due for a certificate with ${days} days left (--new begins one)`;
}
