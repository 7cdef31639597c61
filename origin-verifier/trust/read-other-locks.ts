import { dirname, resolve } from "node:path";
import type { Entry } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import type { Policy } from "../judge/policy.ts";
import { acceptSecrets, parseSecret } from "./accepted-secrets.ts";
import { parseAddressRanges } from "./address-ranges.ts";
import type { FileReports } from "./file-reports.ts";

/** What an origin asks of a pull beside its certificate. */
export type OtherLocks = Pick<Policy, "addresses" | "secret">;

/** What was asked for and cannot be had. Null would mean that it was not asked for, and is never made of this. */
type Read<T> = T | null | "unreadable";

/** Reads them from where the mapping says; null where something is wrong, which is reported by then. */
export async function readOtherLocks(
  entry: Entry,
  mappingFile: string,
  reports: FileReports,
): Promise<OtherLocks | null> {
  const addresses = await readAddresses(entry, mappingFile, reports);
  const secret = readSecrets(entry, mappingFile, reports);
  return addresses === "unreadable" || secret === "unreadable" ? null : { addresses, secret };
}

function placeOf({ hostname }: Entry, lock: string): string {
  return `${pathTo("hosts", hostname)}.accept.also.${lock}`;
}

async function readAddresses(
  entry: Entry,
  mappingFile: string,
  reports: FileReports,
): Promise<Read<OtherLocks["addresses"]>> {
  const { addresses } = entry.accept.also;
  if (addresses === null) return null;
  const file = resolve(dirname(mappingFile), addresses);
  const text = await reports.read(file, placeOf(entry, "addresses"));
  return (text === null ? null : reports.take(file, parseAddressRanges(text))) ?? "unreadable";
}

/** From the process's own environment, which a reload does not change: a secret in a file would be one more to guard. */
function readSecrets(
  entry: Entry,
  mappingFile: string,
  reports: FileReports,
): Read<OtherLocks["secret"]> {
  const { header } = entry.accept.also;
  if (header === null) return null;
  const read = header.map((name) => ({ name, secret: parseSecret(process.env[name]) }));
  const secrets = read.flatMap(({ secret }) => (secret.ok ? [secret.value] : []));
  if (secrets.length === read.length) return acceptSecrets(secrets);
  for (const [index, { name, secret }] of read.entries()) {
    if (secret.ok) continue;
    const [{ message }] = secret.problems;
    const path = `${placeOf(entry, "header")}[${index}]`;
    reports.add({ file: mappingFile, path, message: `${name}: ${message}` });
  }
  return "unreadable";
}
