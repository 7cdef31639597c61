import { dirname, resolve } from "node:path";
import type { Entry } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import type {
  AcceptedSecrets,
  AcceptedTokens,
  AddressRanges,
  LockFacts,
  Policy,
} from "../judge/policy.ts";
import { parseAccessKeys } from "./access-keys.ts";
import { acceptSecrets, parseSecret } from "./accepted-secrets.ts";
import { acceptTokens } from "./accepted-tokens.ts";
import { parseAddressRanges } from "./address-ranges.ts";
import { keysFetchedAt, rangesFetchedAt } from "./fetched-at.ts";
import type { FileReports } from "./file-reports.ts";

/** What an origin asks of a pull beside its certificate. */
export type OtherLocks = Pick<Policy, "addresses" | "secret" | "token" | "also">;

/** One of them, and what is told of it. */
type Lock<T> = { readonly opens: T; readonly facts: LockFacts };

/** What was asked for and cannot be had. Null would mean that it was not asked for, and is never made of this. */
type Read<T> = Lock<T> | null | "unreadable";

/** Reads them from where the mapping says; null where something is wrong, which is reported by then. */
export async function readOtherLocks(
  entry: Entry,
  mappingFile: string,
  reports: FileReports,
): Promise<OtherLocks | null> {
  const addresses = await readAddresses(entry, mappingFile, reports);
  const secret = readSecrets(entry, mappingFile, reports);
  const token = await readTokens(entry, mappingFile, reports);
  if (addresses === "unreadable" || secret === "unreadable" || token === "unreadable") return null;
  return {
    addresses: addresses?.opens ?? null,
    secret: secret?.opens ?? null,
    token: token?.opens ?? null,
    also: [addresses, secret, token].flatMap((lock) => lock?.facts ?? []),
  };
}

function placeOf({ hostname }: Entry, lock: string): string {
  return `${pathTo("hosts", hostname)}.accept.also.${lock}`;
}

async function readAddresses(
  entry: Entry,
  mappingFile: string,
  reports: FileReports,
): Promise<Read<AddressRanges>> {
  const { addresses } = entry.accept.also;
  if (addresses === null) return null;
  const file = resolve(dirname(mappingFile), addresses);
  const text = await reports.read(file, placeOf(entry, "addresses"));
  const ranges = text === null ? null : reports.take(file, parseAddressRanges(text));
  if (text === null || ranges === null) return "unreadable";
  return { opens: ranges, facts: { lock: "addresses", file, fetched: rangesFetchedAt(text) } };
}

/** From the process's own environment, which a reload does not change: a secret in a file would be one more to guard. */
function readSecrets(
  entry: Entry,
  mappingFile: string,
  reports: FileReports,
): Read<AcceptedSecrets> {
  const { header } = entry.accept.also;
  if (header === null) return null;
  const read = header.map((name) => ({ name, secret: parseSecret(process.env[name]) }));
  const secrets = read.flatMap(({ secret }) => (secret.ok ? [secret.value] : []));
  if (secrets.length === read.length)
    return { opens: acceptSecrets(secrets), facts: { lock: "header", secrets: secrets.length } };
  for (const [index, { name, secret }] of read.entries()) {
    if (secret.ok) continue;
    const [{ message }] = secret.problems;
    const path = `${placeOf(entry, "header")}[${index}]`;
    reports.add({ file: mappingFile, path, message: `${name}: ${message}` });
  }
  return "unreadable";
}

async function readTokens(
  entry: Entry,
  mappingFile: string,
  reports: FileReports,
): Promise<Read<AcceptedTokens>> {
  const { access } = entry.accept.also;
  if (access === null) return null;
  const { team, audiences } = access;
  const file = resolve(dirname(mappingFile), access.keys);
  const text = await reports.read(file, placeOf(entry, "access.keys"));
  const keys = text === null ? null : reports.take(file, parseAccessKeys(text));
  if (text === null || keys === null) return "unreadable";
  // Loaded here alone: a verifier that asks for no token has no code that reads one.
  const [{ decodeProtectedHeader }, { decodeJwt }] = await Promise.all([
    import("jose/decode/protected_header"),
    import("jose/jwt/decode"),
  ]);
  const fetched = keysFetchedAt(text);
  return {
    opens: acceptTokens(access, keys, { decodeProtectedHeader, decodeJwt }),
    facts: { lock: "access", team, audiences, keys: keys.size, file, fetched },
  };
}
