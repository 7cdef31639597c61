import { existsSync } from "node:fs";
import { Argument, Command } from "commander";
import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import { SHARED_MEANS } from "../../origin-verifier/trust/shared-warnings.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { fetchAccessKeys } from "../fetch/fetch-access-keys.ts";
import { fetchAddresses } from "../fetch/fetch-addresses.ts";
import { fetchSharedIssuer } from "../fetch/fetch-shared-issuer.ts";
import { standingOf, type Fetched } from "../fetch/fetched.ts";
import type { Io } from "../manners/io.ts";
import { readText } from "../manners/read-text.ts";
import { usage } from "./arguments.ts";
import { tellNext } from "./issue-output.ts";

interface FetchFlags {
  readonly out?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const WHAT = ["shared-issuer", "addresses", "access"] as const;
const TEAM = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const ABOUT = `
What:
  shared-issuer   Cloudflare's shared CA for Authenticated Origin Pulls, into pki/cloudflare-shared.pem.
                  Written only if it is the certificate whose fingerprint this program knows.
  addresses       Cloudflare's published address ranges, into pki/cloudflare-addresses.txt, for
                  accept.also.addresses. Replaces a file that it wrote before: put it into a timer.
  access TEAM     The public keys of TEAM.cloudflareaccess.com, into pki/access-TEAM.json, for
                  accept.also.access. Replaces a file that it wrote before: put it into a timer that
                  runs every hour, since a team's next key signs at once.

Public files, fetched by this tool so that the verifier never has to: it opens no connection but to
its application. Nothing of yours is overwritten, and nothing half-written stays. What has not
changed is written anew after twelve hours, with the time in it, by which a verifier knows its age.

Examples:
  pullproof fetch shared-issuer
  pullproof fetch shared-issuer --out /etc/pullproof/pki/cloudflare-shared.pem
  pullproof fetch addresses
  pullproof fetch access acme`;

/** `pullproof fetch WHAT`: what Cloudflare publishes and the verifier reads from a file. */
export function fetchCommand(io: Io): Command {
  return new Command("fetch")
    .description(
      "fetch what Cloudflare publishes into a file: its shared CA, its addresses, a team's keys",
    )
    .addArgument(new Argument("<what>", "what to fetch").choices([...WHAT]))
    .argument("[team]", "whose keys: with access")
    .option("--out <file>", "where to write it")
    .option("--dry-run", "fetch it, look at it, and write nothing")
    .option("--json", "print what was written as JSON")
    .addHelpText("after", ABOUT)
    .action(async (what: (typeof WHAT)[number], team: string | undefined, flags: FetchFlags) => {
      if (team !== undefined && what !== "access")
        throw usage(`${what} is the same for everybody`, `pullproof fetch ${what}`);
      switch (what) {
        case "shared-issuer":
          await fetchIssuer(flags, io);
          return;
        case "addresses":
          await fetchRanges(flags, io);
          return;
        case "access":
          await fetchKeys(teamOf(team), flags, io);
      }
    });
}

function teamOf(raw: string | undefined): string {
  const next = "name the team alone, in lower case: pullproof fetch access NAME";
  if (raw === undefined) throw usage("whose keys is not said", next);
  const team = raw.replace(/^https:\/\//, "").replace(/\.cloudflareaccess\.com\/?$/, "");
  if (!TEAM.test(team)) throw usage("that is no team's name", next);
  return team;
}

async function fetchIssuer(flags: FetchFlags, io: Io): Promise<void> {
  const out = flags.out ?? "pki/cloudflare-shared.pem";
  const certificate = await fetchSharedIssuer(new Date());
  const text = certificate.toString();
  const there = existsSync(out) ? readText(out) : null;
  const isThere = there?.ok === true && there.value === text;
  const dryRun = flags.dryRun === true;
  if (!isThere) writeFiles([{ path: out, text, mode: 0o644 }], "refuse", dryRun);
  tell(
    {
      certificate: out,
      fingerprint: fingerprintOf(certificate.raw),
      notAfter: certificate.validToDate.toISOString(),
    },
    !isThere,
    [
      `name it in mapping.json: "issuers": { "cloudflare": { "shared": true, "certificates": "${out}" } }`,
      `and accept it, in words: "accept": { "issuer": "cloudflare", "certificates": "issued", "alone": true }`,
      `better: an issuer of your own. This one signs a certificate ${SHARED_MEANS}`,
    ],
    flags,
    io,
  );
}

async function fetchRanges(flags: FetchFlags, io: Io): Promise<void> {
  const out = flags.out ?? "pki/cloudflare-addresses.txt";
  const now = new Date();
  const fetched = await fetchAddresses(now);
  const written = writeFetched(out, fetched, now, flags);
  tell(
    { addresses: out, ranges: fetched.ranges },
    written,
    [
      `ask for them in mapping.json, beside the certificate: "accept": { ..., "also": { "addresses": "${out}" } }`,
      "they change about once in years: run this in a timer. Verifiers load a changed file by themselves",
    ],
    flags,
    io,
  );
}

async function fetchKeys(team: string, flags: FetchFlags, io: Io): Promise<void> {
  const out = flags.out ?? `pki/access-${team}.json`;
  const now = new Date();
  const fetched = await fetchAccessKeys(team, now);
  const written = writeFetched(out, fetched, now, flags);
  const lock = `{ "team": "${team}", "audiences": ["<AUD tag>"], "keys": "${out}" }`;
  tell(
    { keys: out, ids: fetched.ids },
    written,
    [
      `ask for a token in mapping.json, beside the certificate: "accept": { ..., "also": { "access": ${lock} } }`,
      "the team's next key signs at once: run this every hour in a timer. Verifiers load a changed file by themselves",
    ],
    flags,
    io,
  );
}

/** @returns whether the file is another than before, or would be without `--dry-run`. */
function writeFetched(out: string, fetched: Fetched, now: Date, flags: FetchFlags): boolean {
  const there = existsSync(out) ? readText(out) : null;
  const before = there?.ok === true ? there.value : null;
  const standing = standingOf(fetched, before, now);
  if (standing === "keep") return false;
  const replaces = standing === "replace" && before !== null ? { replaces: before } : {};
  const file = { path: out, text: fetched.text, mode: 0o644, ...replaces } as const;
  writeFiles([file], "refuse", flags.dryRun === true);
  return true;
}

function tell(
  facts: Readonly<Record<string, string | number | readonly string[]>>,
  changed: boolean,
  next: readonly string[],
  flags: FetchFlags,
  io: Io,
): void {
  const dryRun = flags.dryRun === true;
  if (dryRun) io.err.line("nothing was written (--dry-run)");
  if (flags.json === true) {
    io.out.line(JSON.stringify({ ok: true, written: changed && !dryRun, ...facts, next }, null, 2));
    return;
  }
  for (const [index, [name, value]] of Object.entries(facts).entries()) {
    const asItWas = index === 0 && !changed ? " (as it was)" : "";
    const label = name === "notAfter" ? "expires" : name;
    io.out.line(`${label.padEnd(12)} ${[value].flat().join(", ")}${asItWas}`);
  }
  tellNext(io, next);
}
