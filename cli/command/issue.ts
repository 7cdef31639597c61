import { Argument, Command, Option } from "commander";
import type { Hostname } from "../../shared/hostname.ts";
import type { Signer } from "../certificates/certificate-and-key.ts";
import { issueIssuer } from "../certificates/issue-issuer.ts";
import { issuePullCertificate } from "../certificates/issue-leaf.ts";
import { DEFAULT_KEY_TYPE, ALL_KEY_TYPES, type AnyKeyType } from "../certificates/key-type.ts";
import { hasMlDsa, isMlDsa } from "../certificates/ml-dsa.ts";
import { readSigner } from "../certificates/read-signer.ts";
import {
  daysUntil,
  ISSUER_DAYS,
  MAX_DAYS,
  PULL_CERTIFICATE_DAYS,
} from "../certificates/validity.ts";
import { failure } from "../manners/failure.ts";
import type { Io } from "../manners/io.ts";
import { parseDays, readHostname, usage } from "./arguments.ts";
import { issueFromRequest, issueRequest } from "./issue-csr.ts";
import {
  isOriginIssuer,
  issueForOrigin,
  ORIGIN_ISSUER,
  ORIGIN_ISSUER_NAME,
  trustIt,
} from "./issue-origin.ts";
import { readIssuerName } from "./issuer-name.ts";
import { lintMade, tellMade, writeMade } from "./issue-output.ts";
import { folderOf, placeOf, withoutEnding } from "./place.ts";
import { shellQuote } from "../manners/shell-quote.ts";

interface IssueFlags {
  readonly issuer?: string;
  readonly origin?: boolean;
  readonly newIssuer?: string;
  readonly csr?: boolean;
  readonly fromCsr?: string;
  readonly out?: string;
  readonly keyType: AnyKeyType;
  readonly days?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const DEFAULT_ISSUER = "pki/issuer";
const EXAMPLES = `
Examples:
  pullproof issue --new-issuer "Own pulls"                    pki/issuer.pem and pki/issuer.key
  pullproof issue shop.example.com --issuer pki/issuer        pki/shop.example.com.pem and .key
  pullproof issue shop.example.com --out pki/shop-2027 --days 90 --key-type rsa2048
  pullproof issue shop.example.com --csr                      a key, and a request for a CA elsewhere
  pullproof issue shop.example.com --from-csr shop.csr        for a key that somebody else keeps
  pullproof issue --new-issuer "Own origins" --out pki/origins/issuer
  pullproof issue origin-shop.example.net --origin            pki/origins/origin-shop.example.net.pem and .key

Keys are PKCS#8, readable by you alone. Nothing is overwritten, and nothing half-written stays.
ML-DSA is for Authenticated Origin Pulls (hostname and zone level), and wants OpenSSL 3.5 here and at the origin.
An ML-DSA issuer is for origins that are post-quantum throughout (origin-verifier --profile post-quantum).`;

/** `pullproof issue`: makes an issuer, or a pull certificate signed by one, or a request for one. */
export function issueCommand(io: Io): Command {
  return new Command("issue")
    .description(
      "issue a pull certificate for a hostname, or a new issuer, or an origin certificate",
    )
    .addArgument(new Argument("[hostname]", "the hostname that the certificate is presented for"))
    .option(
      "--issuer <path>",
      `the issuer that signs: <path>.pem and <path>.key (default: ${DEFAULT_ISSUER}; with --origin ${ORIGIN_ISSUER})`,
    )
    .addOption(
      new Option(
        "--origin",
        "make an origin certificate instead, for those who trust its issuer",
      ).conflicts(["newIssuer", "csr", "fromCsr"]),
    )
    .option("--new-issuer <name>", "make an issuer of this name instead of a pull certificate")
    .addOption(
      new Option("--csr", "make a key and a request (CSR) for a CA elsewhere").conflicts([
        "newIssuer",
        "fromCsr",
        "days",
      ]),
    )
    .addOption(
      new Option(
        "--from-csr <file>",
        "sign the key of a request; no other wish of it is heard",
      ).conflicts("newIssuer"),
    )
    .option("--out <path>", "write <path>.pem and <path>.key; into <path> where it is a folder")
    .addOption(
      new Option("--key-type <type>", "kind of key")
        .choices(ALL_KEY_TYPES)
        .default(DEFAULT_KEY_TYPE),
    )
    .option(
      "--days <n>",
      `days of validity, 1 to ${MAX_DAYS} (default: ${PULL_CERTIFICATE_DAYS}; an issuer ${ISSUER_DAYS})`,
      parseDays,
    )
    .option("--dry-run", "make it, look at it, and write nothing")
    .option("--json", "print paths, fingerprint and expiry as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (hostname: string | undefined, flags: IssueFlags) => {
      const now = new Date();
      if (flags.newIssuer === undefined) await issueForHostname(hostname, flags, now, io);
      else await issueNewIssuer(flags.newIssuer, hostname, flags, now, io);
    });
}

async function issueNewIssuer(
  raw: string,
  hostname: string | undefined,
  flags: IssueFlags,
  now: Date,
  io: Io,
): Promise<void> {
  if (hostname !== undefined) {
    throw usage(
      "--new-issuer makes an issuer and nothing else",
      `run both: pullproof issue --new-issuer ${shellQuote(raw)}, then pullproof issue ${shellQuote(hostname)}`,
    );
  }
  const name = readIssuerName(raw, 'pullproof issue --new-issuer "Own pulls"');
  const { keyType } = flags;
  const isQuantum = isMlDsa(keyType);
  if (isQuantum && !hasMlDsa()) throw withoutMlDsa(`--new-issuer ${shellQuote(name)}`, keyType);
  const stem = placeOf(flags.out ?? DEFAULT_ISSUER, "issuer");
  const days = flags.days ?? ISSUER_DAYS;
  const made = await issueIssuer({ name, keyType, days, now });
  const dryRun = flags.dryRun === true;
  writeMade(stem, made, dryRun);
  const signing = `--issuer ${shellQuote(stem)}${isQuantum ? ` --key-type ${keyType}` : ""}`;
  const next = [
    ...(isOriginIssuer(stem)
      ? [`pullproof issue origin-shop.example.net --origin ${signing}`, trustIt(stem)]
      : [
          `name it in mapping.json, beside the issuers that are there: "own": { "certificates": "${stem}.pem" }`,
          `pullproof issue shop.example.com ${signing}`,
        ]),
    ...(isQuantum ? ["an origin checks what it signs with OpenSSL 3.5, as Node 24.21 has it"] : []),
    `keep ${stem}.key away from the origin and from Cloudflare: neither needs it`,
  ];
  tellMade(io, made, { stem, json: flags.json === true, dryRun, now, next });
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
  const { keyType } = flags;
  const json = flags.json === true;
  const dryRun = flags.dryRun === true;
  if (isMlDsa(keyType) && !hasMlDsa()) throw withoutMlDsa(hostname, keyType);
  const issuer = flags.issuer ?? (flags.origin === true ? ORIGIN_ISSUER : DEFAULT_ISSUER);
  const issuerStem = withoutEnding(issuer);
  const stem = placeOf(flags.out ?? folderOf(issuerStem), hostname);
  if (flags.csr === true) {
    await issueRequest(io, hostname, { stem, keyType, json, dryRun });
    return;
  }
  const signer = await readSigner(
    issuerStem,
    now,
    flags.origin === true ? ORIGIN_ISSUER_NAME : "Own pulls",
  );
  const days = flags.days ?? PULL_CERTIFICATE_DAYS;
  refuseOutliving(signer, days, now, hostname, issuer, flags.origin === true);
  const request = { hostname, signer, days, now };
  if (flags.fromCsr !== undefined) {
    await issueFromRequest(io, request, { stem, file: flags.fromCsr, json, dryRun });
    return;
  }
  if (flags.origin === true) {
    await issueForOrigin(io, { ...request, keyType }, { stem, issuerStem, json, dryRun });
    return;
  }
  const made = await issuePullCertificate({ ...request, keyType });
  lintMade(io, made, { stem, hostname, level: isMlDsa(keyType) ? "hostname" : "store", now });
  writeMade(stem, made, dryRun);
  const label = `${hostname}-${now.toISOString().slice(0, 10)}`;
  const next = [
    `add the fingerprint to mapping.json: hosts["${hostname}"].accept.certificates`,
    ...(isMlDsa(keyType)
      ? [
          `let the edge present it: "present": { "by": "edge", "level": "hostname" }; a Worker's binding takes no ML-DSA`,
          "the origin needs TLS 1.3 and OpenSSL 3.5, as Node 24.21 has it",
        ]
      : [
          "pullproof plan says what Cloudflare needs then, and pullproof apply does it",
          `or by hand: npx wrangler mtls-certificate upload --cert ${shellQuote(`${stem}.pem`)} --key ${shellQuote(`${stem}.key`)} --name ${label}`,
          "and put the id that it prints into wrangler.toml (certificate_id), then: pullproof check --deploy",
        ]),
  ];
  tellMade(io, made, { stem, json, dryRun, now, next });
}

/** Every verifier reads the whole chain: the certificate would be refused from the day its issuer expires. */
function refuseOutliving(
  signer: Signer,
  days: number,
  now: Date,
  hostname: Hostname,
  issuer: string,
  isOrigin: boolean,
): void {
  const left = daysUntil(signer.certificate.notAfter, now);
  // The day that has begun counts: 30 days under an issuer made for 30 days a moment ago are what was meant.
  if (days <= left + 1) return;
  const stem = withoutEnding(issuer);
  throw failure({
    file: `${stem}.pem`,
    message: `expires in ${left} days, before a certificate of ${days} days would`,
    next:
      left >= 1
        ? `pullproof issue ${hostname}${isOrigin ? " --origin" : ""} --issuer ${shellQuote(issuer)} --days ${left}`
        : `pullproof issue --new-issuer "${isOrigin ? ORIGIN_ISSUER_NAME : "Own pulls"}" --out ${shellQuote(`${stem}-next`)}`,
  });
}

function withoutMlDsa(what: string, keyType: AnyKeyType): Error {
  return failure({
    message: `this Node (${process.version}, OpenSSL ${process.versions.openssl}) makes no ${keyType} keys`,
    next: `run it by Node 24.21 or later, with OpenSSL 3.5; or: pullproof issue ${what} --key-type p256`,
  });
}
