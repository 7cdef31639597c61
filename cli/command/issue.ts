import { Argument, Command, Option } from "commander";
import type { CertificateAndKey } from "../certificates/certificate-and-key.ts";
import { issueIssuer } from "../certificates/issue-issuer.ts";
import { issuePullCertificate } from "../certificates/issue-leaf.ts";
import { DEFAULT_KEY_TYPE, KEY_TYPES, type KeyType } from "../certificates/key-type.ts";
import { readSigner } from "../certificates/read-signer.ts";
import {
  daysUntil,
  ISSUER_DAYS,
  MAX_DAYS,
  PULL_CERTIFICATE_DAYS,
} from "../certificates/validity.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { failure } from "../manners/failure.ts";
import type { Io } from "../manners/io.ts";
import { parseDays, readHostname, usage } from "./arguments.ts";
import { folderOf, placeOf, withoutEnding } from "./place.ts";

interface IssueFlags {
  readonly issuer: string;
  readonly newIssuer?: string;
  readonly out?: string;
  readonly keyType: KeyType;
  readonly days?: number;
  readonly json?: boolean;
}

const DEFAULT_ISSUER = "pki/issuer";
const EXAMPLES = `
Examples:
  pullproof issue --new-issuer "Own pulls"                    pki/issuer.pem and pki/issuer.key
  pullproof issue shop.example.com --issuer pki/issuer        pki/shop.example.com.pem and .key
  pullproof issue shop.example.com --out pki/shop-2027 --days 90 --key-type rsa2048

Keys are PKCS#8, readable by you alone. Nothing is overwritten, and nothing half-written stays.`;

/** `pullproof issue`: makes an issuer, or a pull certificate signed by one. */
export function issueCommand(io: Io): Command {
  return new Command("issue")
    .description("issue a pull certificate for a hostname, or a new issuer")
    .addArgument(new Argument("[hostname]", "the hostname that the certificate is presented for"))
    .option("--issuer <path>", "the issuer that signs: <path>.pem and <path>.key", DEFAULT_ISSUER)
    .option("--new-issuer <name>", "make an issuer of this name instead of a pull certificate")
    .option("--out <path>", "write <path>.pem and <path>.key; into <path> where it is a folder")
    .addOption(
      new Option("--key-type <type>", "kind of key").choices(KEY_TYPES).default(DEFAULT_KEY_TYPE),
    )
    .option(
      "--days <n>",
      `days of validity, 1 to ${MAX_DAYS} (default: ${PULL_CERTIFICATE_DAYS}; an issuer ${ISSUER_DAYS})`,
      parseDays,
    )
    .option("--json", "print paths, fingerprint and expiry as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (hostname: string | undefined, flags: IssueFlags) => {
      const now = new Date();
      if (flags.newIssuer === undefined) await issueForHostname(hostname, flags, now, io);
      else await issueNewIssuer(flags.newIssuer, hostname, flags, now, io);
    });
}

async function issueNewIssuer(
  name: string,
  hostname: string | undefined,
  flags: IssueFlags,
  now: Date,
  io: Io,
): Promise<void> {
  if (hostname !== undefined) {
    throw usage(
      "--new-issuer makes an issuer and nothing else",
      `run both: pullproof issue --new-issuer "${name}", then pullproof issue ${hostname}`,
    );
  }
  if (!/^[^\p{Cc}]{1,64}$/u.test(name) || name.trim() === "") {
    throw usage(
      "an issuer's name has 1 to 64 characters",
      `pullproof issue --new-issuer "Own pulls"`,
    );
  }
  const stem = placeOf(flags.out ?? DEFAULT_ISSUER, "issuer");
  const days = flags.days ?? ISSUER_DAYS;
  const made = await issueIssuer({ name, keyType: flags.keyType, days, now });
  write(stem, made);
  tell(io, stem, flags.json === true, made, now, [
    `name it in mapping.json: "issuers": { "own": { "certificates": "${stem}.pem" } }`,
    `pullproof issue shop.example.com --issuer ${stem}`,
    `keep ${stem}.key away from the origin and from Cloudflare: neither needs it`,
  ]);
}

async function issueForHostname(
  raw: string | undefined,
  flags: IssueFlags,
  now: Date,
  io: Io,
): Promise<void> {
  if (raw === undefined) {
    throw usage("which hostname?", "pullproof issue shop.example.com, or --new-issuer NAME");
  }
  const hostname = readHostname(raw);
  const issuerStem = withoutEnding(flags.issuer);
  const signer = await readSigner(issuerStem, now);
  const days = flags.days ?? PULL_CERTIFICATE_DAYS;
  const left = daysUntil(signer.certificate.notAfter, now);
  // The day that has begun counts: 30 days under an issuer made for 30 days a moment ago are what was meant.
  if (days > left + 1) {
    // Every verifier reads the whole chain: the certificate would be refused from the day its issuer expires.
    throw failure({
      file: `${issuerStem}.pem`,
      message: `expires in ${left} days, before a certificate of ${days} days would`,
      next:
        left >= 1
          ? `pullproof issue ${hostname} --issuer ${flags.issuer} --days ${left}`
          : `pullproof issue --new-issuer "Own pulls" --out ${issuerStem}-next`,
    });
  }
  const stem = placeOf(flags.out ?? folderOf(issuerStem), hostname);
  const made = await issuePullCertificate({ hostname, signer, keyType: flags.keyType, days, now });
  write(stem, made);
  const label = `${hostname}-${now.toISOString().slice(0, 10)}`;
  tell(io, stem, flags.json === true, made, now, [
    `add the fingerprint to mapping.json: hosts["${hostname}"].accept.certificates`,
    `npx wrangler mtls-certificate upload --cert ${stem}.pem --key ${stem}.key --name ${label}`,
    "put the id that it prints into wrangler.toml (certificate_id), then: pullproof check --deploy",
  ]);
}

function write(stem: string, { certificate, key }: CertificateAndKey): void {
  writeFiles(
    [
      { path: `${stem}.key`, text: key, mode: 0o600 },
      { path: `${stem}.pem`, text: certificate, mode: 0o644 },
    ],
    "refuse",
  );
}

function tell(
  io: Io,
  stem: string,
  json: boolean,
  { fingerprint, notAfter }: CertificateAndKey,
  now: Date,
  next: readonly string[],
): void {
  const facts = {
    certificate: `${stem}.pem`,
    key: `${stem}.key`,
    fingerprint,
    notAfter: notAfter.toISOString(),
  };
  if (json) {
    io.out.line(JSON.stringify({ ok: true, ...facts, next }, null, 2));
    return;
  }
  io.out.line(`certificate  ${facts.certificate}`);
  io.out.line(`key          ${facts.key}`);
  io.out.line(`fingerprint  ${fingerprint}`);
  io.out.line(`expires      ${facts.notAfter} (in ${daysUntil(notAfter, now)} days)`);
  for (const step of next) io.err.line(`${io.err.colours.dim("next:")} ${step}`);
}
