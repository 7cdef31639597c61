import { isLoopback } from "../../origin-verifier/command/listen-address.ts";
import { failed, parsed, quoted, type Parsed } from "../../shared/problem.ts";

declare const verifierUrlBrand: unique symbol;

/** Where a verifier's admin listener answers: http or https, without credentials, query or fragment, ending in `/`. */
export type VerifierUrl = string & { readonly [verifierUrlBrand]: true };

/** Reads `http://127.0.0.1:9464`, or a URL below which a proxy has put the admin listener. */
export function parseVerifierUrl(raw: string): Parsed<VerifierUrl> {
  const url = URL.parse(raw);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    return failed("", `${quoted(raw)} is not the http or https URL of an admin listener`);
  if (url.username !== "" || url.password !== "")
    return failed("", "a URL with credentials in it: the token goes into PULLPROOF_ADMIN_TOKEN");
  if (url.search !== "" || url.hash !== "")
    return failed("", `${quoted(raw)} has a query or a fragment: write the URL of the console`);
  // People copy what they looked at.
  const base = url.pathname.replace(/\/(?:status)?\/*$/, "");
  return parsed(`${url.origin}${base}/` as VerifierUrl);
}

/** Whether a token may go there: plain http shows it to everybody on the way, but for the way within this machine. */
export function mayCarryToken(url: VerifierUrl): boolean {
  const { protocol, hostname } = new URL(url);
  if (protocol === "https:") return true;
  return hostname === "localhost" || isLoopback(hostname.replace(/^\[(.*)\]$/, "$1"));
}
