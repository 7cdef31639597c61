import type { KeyObject } from "node:crypto";
import { readPemKey } from "../../origin-verifier/certificate/read-pem.ts";
import { vetIssuer } from "../../origin-verifier/certificate/vet-issuer.ts";
import type { Parsed } from "../../shared/problem.ts";
import { failure } from "../manners/failure.ts";
import { readText } from "../manners/read-text.ts";
import { required } from "../manners/required.ts";
import { toSigner, type Signer } from "./certificate-and-key.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/**
 * Reads an issuer that is to sign: `STEM.pem`, by the rules by which the verifier will read it, and `STEM.key`.
 *
 * @param stem the path without its ending.
 * @param name what one that is still to be made is called.
 * @throws {Failure} naming the file, where either is missing, is something else, or where the two do not belong together.
 */
export async function readSigner(stem: string, now: Date, name = "Own pulls"): Promise<Signer> {
  const certificateFile = `${stem}.pem`;
  const keyFile = `${stem}.key`;
  const another = `name another with --issuer, or make one: pullproof issue --new-issuer "${name}" --out ${shellQuote(stem)}`;

  const text = required(certificateFile, readText(certificateFile), another);
  const vetted = vetIssuer({ file: certificateFile, text, now: now.getTime() });
  const issuer = required(certificateFile, vetted, another);
  const key = required(keyFile, readKey(keyFile), another);

  // Of several CAs in one file, the one that signs is the one whose key this is.
  const own = issuer.certificates.find(({ certificate }) => certificate.checkPrivateKey(key));
  if (own === undefined) {
    throw failure({
      file: keyFile,
      message: `is not the key of ${certificateFile}`,
      next: "put the issuer's own key there, or name another issuer with --issuer",
    });
  }
  const signer = toSigner(own.certificate, key);
  if (signer !== null) return signer;
  throw failure({
    file: keyFile,
    message: "is neither an RSA key, nor an EC key on P-256 or P-384, nor an ML-DSA key",
    next: another,
  });
}

function readKey(file: string): Parsed<KeyObject> {
  const text = readText(file);
  return text.ok ? readPemKey(text.value) : text;
}
