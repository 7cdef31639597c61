import { existsSync } from "node:fs";
import { Argument, Command } from "commander";
import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import { SHARED_MEANS } from "../../origin-verifier/trust/shared-warnings.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { ADDRESSES_HEAD, fetchAddresses } from "../fetch/fetch-addresses.ts";
import { fetchSharedIssuer } from "../fetch/fetch-shared-issuer.ts";
import type { Io } from "../manners/io.ts";
import { readText } from "../manners/read-text.ts";
import { tellNext } from "./issue-output.ts";

interface FetchFlags {
  readonly out?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const ABOUT = `
What:
  shared-issuer   Cloudflare's shared CA for Authenticated Origin Pulls, into pki/cloudflare-shared.pem.
                  Written only if it is the certificate whose fingerprint this program knows.
  addresses       Cloudflare's published address ranges, into pki/cloudflare-addresses.txt, for
                  accept.also.addresses. Replaces a file that it wrote before: put it into a timer.

Public files, fetched by this tool so that the verifier never has to: it opens no connection but to
its application. Nothing of yours is overwritten, and nothing half-written stays.

Examples:
  pullproof fetch shared-issuer
  pullproof fetch shared-issuer --out /etc/pullproof/pki/cloudflare-shared.pem
  pullproof fetch addresses`;

/** `pullproof fetch WHAT`: what Cloudflare publishes and the verifier reads from a file. */
export function fetchCommand(io: Io): Command {
  return new Command("fetch")
    .description("fetch what Cloudflare publishes into a file: its shared CA, its addresses")
    .addArgument(new Argument("<what>", "what to fetch").choices(["shared-issuer", "addresses"]))
    .option("--out <file>", "where to write it")
    .option("--dry-run", "fetch it, look at it, and write nothing")
    .option("--json", "print what was written as JSON")
    .addHelpText("after", ABOUT)
    .action(async (what: "shared-issuer" | "addresses", flags: FetchFlags) => {
      await (what === "addresses" ? fetchRanges : fetchIssuer)(flags, io);
    });
}

async function fetchIssuer(flags: FetchFlags, io: Io): Promise<void> {
  const out = flags.out ?? "pki/cloudflare-shared.pem";
  const certificate = await fetchSharedIssuer(new Date());
  const text = certificate.toString();
  const there = existsSync(out) ? readText(out) : null;
  const isThere = there?.ok === true && there.value === text;
  const dryRun = flags.dryRun === true;
  if (!isThere) writeFiles([{ path: out, text, mode: 0o644 }], "refuse", dryRun);
  if (dryRun) io.err.line("nothing was written (--dry-run)");
  const facts = {
    certificate: out,
    fingerprint: fingerprintOf(certificate.raw),
    notAfter: certificate.validToDate.toISOString(),
  };
  const next = [
    `name it in mapping.json: "issuers": { "cloudflare": { "shared": true, "certificates": "${out}" } }`,
    `and accept it, in words: "accept": { "issuer": "cloudflare", "certificates": "issued", "alone": true }`,
    `better: an issuer of your own. This one signs a certificate ${SHARED_MEANS}`,
  ];
  if (flags.json === true) {
    io.out.line(
      JSON.stringify({ ok: true, written: !isThere && !dryRun, ...facts, next }, null, 2),
    );
    return;
  }
  io.out.line(`certificate  ${out}${isThere ? " (as it was)" : ""}`);
  io.out.line(`fingerprint  ${facts.fingerprint}`);
  io.out.line(`expires      ${facts.notAfter}`);
  tellNext(io, next);
}

async function fetchRanges(flags: FetchFlags, io: Io): Promise<void> {
  const out = flags.out ?? "pki/cloudflare-addresses.txt";
  const { text, count } = await fetchAddresses();
  const before = existsSync(out) ? readText(out) : null;
  const ours = before?.ok === true && before.value.startsWith(ADDRESSES_HEAD);
  const isThere = ours && before.value === text;
  const replaces = ours ? { replaces: before.value } : {};
  const dryRun = flags.dryRun === true;
  if (!isThere) writeFiles([{ path: out, text, mode: 0o644, ...replaces }], "refuse", dryRun);
  if (dryRun) io.err.line("nothing was written (--dry-run)");
  const next = [
    `ask for them in mapping.json, beside the certificate: "accept": { ..., "also": { "addresses": "${out}" } }`,
    "they change about once in years: run this in a timer. Verifiers load a changed file by themselves",
  ];
  if (flags.json === true) {
    io.out.line(
      JSON.stringify(
        { ok: true, written: !isThere && !dryRun, addresses: out, ranges: count, next },
        null,
        2,
      ),
    );
    return;
  }
  io.out.line(`addresses    ${out}${isThere ? " (as it was)" : ""}`);
  io.out.line(`ranges       ${count}`);
  tellNext(io, next);
}
