import { dirname, resolve } from "node:path";
import type { Entry } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import type { Policy } from "../judge/policy.ts";
import { parseAddressRanges } from "./address-ranges.ts";
import type { FileReports } from "./file-reports.ts";

/** What an origin asks of a pull beside its certificate. */
export type OtherLocks = Pick<Policy, "addresses">;

/** Reads them from where the mapping says; null where something is wrong, which is reported by then. */
export async function readOtherLocks(
  { hostname, accept: { also } }: Entry,
  mappingFile: string,
  reports: FileReports,
): Promise<OtherLocks | null> {
  if (also.addresses === null) return { addresses: null };
  const file = resolve(dirname(mappingFile), also.addresses);
  const place = `${pathTo("hosts", hostname)}.accept.also.addresses`;
  const text = await reports.read(file, place);
  const addresses = text === null ? null : reports.take(file, parseAddressRanges(text));
  // Null would mean that no such lock was asked for: what cannot be read is never that.
  return addresses === null ? null : { addresses };
}
