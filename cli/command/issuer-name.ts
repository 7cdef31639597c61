import { usage } from "./arguments.ts";

/**
 * Reads the name of an issuer that is to be made.
 *
 * @param next what to write instead.
 * @throws {Failure} where no certificate could carry it (X.520 has 64 characters for a common name).
 */
export function readIssuerName(raw: string, next: string): string {
  if (/^[^\p{Cc}]{1,64}$/u.test(raw) && raw.trim() !== "") return raw;
  throw usage("an issuer's name has 1 to 64 characters, none of them a control character", next);
}
