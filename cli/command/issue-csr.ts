import type { Hostname } from "../../shared/hostname.ts";
import { certifyPullKey, type LeafCertificateRequest } from "../certificates/issue-leaf.ts";
import type { AnyKeyType } from "../certificates/key-type.ts";
import { makeCsr } from "../certificates/make-csr.ts";
import { isMlDsa } from "../certificates/ml-dsa.ts";
import { readCsr, type Csr } from "../certificates/read-csr.ts";
import { writeFiles } from "../certificates/write-files.ts";
import { failure } from "../manners/failure.ts";
import type { Io } from "../manners/io.ts";
import { readText } from "../manners/read-text.ts";
import { required } from "../manners/required.ts";
import { lintMade, tellDryRun, tellMade, tellNext, writeMade } from "./issue-output.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** `--csr`: a key that stays here, and a request for the CA that somebody runs elsewhere. */
export async function issueRequest(
  io: Io,
  hostname: Hostname,
  given: {
    readonly stem: string;
    readonly keyType: AnyKeyType;
    readonly json: boolean;
    readonly dryRun: boolean;
  },
): Promise<void> {
  const { stem, keyType, json, dryRun } = given;
  const { csr, key } = await makeCsr(hostname, keyType);
  // Whoever gets it will hold it to this.
  required(`${stem}.csr`, readCsr(csr), "report this: it is a mistake of pullproof's");
  writeFiles(
    [
      { path: `${stem}.key`, text: key, mode: 0o600 },
      { path: `${stem}.csr`, text: csr, mode: 0o644 },
    ],
    "refuse",
    dryRun,
  );
  tellDryRun(io, dryRun);
  const next = [
    `give ${stem}.csr to your CA: a leaf for ${hostname}, with clientAuth, digitalSignature and CA:FALSE`,
    `put what it answers into ${stem}.pem, then: pullproof lint ${shellQuote(`${stem}.pem`)} --key ${shellQuote(`${stem}.key`)} --hostname ${hostname}`,
    `name that CA in mapping.json: issuers, with its certificate`,
  ];
  if (json) {
    const facts = { request: `${stem}.csr`, key: `${stem}.key` };
    io.out.line(JSON.stringify({ ok: true, written: !dryRun, ...facts, next }, null, 2));
    return;
  }
  io.out.line(`request      ${stem}.csr`);
  io.out.line(`key          ${stem}.key`);
  tellNext(io, next);
}

/** `--from-csr`: a certificate for a key that somebody else keeps. */
export async function issueFromRequest(
  io: Io,
  request: LeafCertificateRequest,
  given: {
    readonly stem: string;
    readonly file: string;
    readonly json: boolean;
    readonly dryRun: boolean;
  },
): Promise<void> {
  const { stem, file, json, dryRun } = given;
  const { hostname, now } = request;
  const csr = required(
    file,
    readCsr(required(file, readText(file), "name the request (CSR) after --from-csr")),
    `let its owner make it again: pullproof issue ${hostname} --csr`,
  );
  refuseOtherName(csr, hostname, file);
  const made = await certifyPullKey(request, csr.publicKey);
  const level = isMlDsa(csr.publicKey.asymmetricKeyType) ? "hostname" : "store";
  lintMade(io, made, { stem, hostname, level, now });
  writeMade(stem, made, dryRun);
  const ignored = csr.names.filter((name) => name !== hostname);
  if (ignored.length > 0) {
    io.err.line(
      `${io.err.colours.yellow("!")} ${file}: asks for ${ignored.join(", ")} too, which the certificate does not name`,
    );
  }
  const next = [
    `give ${stem}.pem back to whoever has the key`,
    `add the fingerprint to mapping.json: hosts["${hostname}"].accept.certificates`,
  ];
  tellMade(io, made, { stem, json, dryRun, now, next });
}

/** A request that names others alone is another one than was meant. */
function refuseOtherName({ names }: Csr, hostname: Hostname, file: string): void {
  if (names.length === 0 || names.some((name) => name.toLowerCase() === hostname)) return;
  throw failure({
    file,
    message: `asks for ${names.join(", ")}, not for ${hostname}`,
    next: `pullproof issue ${shellQuote(names[0] ?? hostname)} --from-csr ${shellQuote(file)}, where that is whom you trust with it`,
  });
}
