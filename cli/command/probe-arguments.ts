import { isIP } from "node:net";
import { InvalidArgumentError } from "commander";
import { readPemCertificates } from "../../origin-verifier/certificate/read-pem.ts";
import { createEntryFinder } from "../../shared/find-entry.ts";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import type { Entry, Mapping } from "../../shared/mapping.ts";
import type { Origin } from "../../shared/origin.ts";
import { readMapping } from "../check/check.ts";
import { nextForMapping } from "../manners/next-for.ts";
import { readText } from "../manners/read-text.ts";
import { required } from "../manners/required.ts";
import { usage } from "./arguments.ts";

/** The address of an origin; the port of its entry where there is none. */
export interface OriginAddress {
  readonly address: string;
  readonly port: number | null;
}

/** Reads `192.0.2.1`, `192.0.2.1:8443`, `2001:db8::1` or `[2001:db8::1]:8443`. */
export function parseAddress(raw: string): OriginAddress {
  const [, inBrackets, bare, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(raw) ?? [];
  const address = inBrackets ?? bare ?? raw;
  const number = port === undefined ? null : Number(port);
  if (isIP(address) !== 0 && (number === null || (number > 0 && number < 65_536))) {
    return { address, port: number };
  }
  throw new InvalidArgumentError("An IP address, or ADDRESS:PORT ([ADDRESS]:PORT for IPv6).");
}

/** Reads `--patience`, in seconds. @returns milliseconds. */
export function parsePatience(raw: string): number {
  const seconds = /^\d{1,3}(?:\.\d)?$/.test(raw) ? Number(raw) : 0;
  if (seconds > 0) return seconds * 1000;
  throw new InvalidArgumentError("Seconds, from 0.1 to 999, please.");
}

/** Reads where visitors are to ask. */
export function parseWorkerUrl(raw: string): URL {
  const url = URL.canParse(raw) ? new URL(raw) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === "/") return url;
  throw new InvalidArgumentError("A URL without a path, like http://127.0.0.1:8787.");
}

/** Reads a file of CAs. */
export function readIssuers(file: string): string {
  const next = "name a file of CA certificates (PEM) with --origin-ca";
  const text = required(file, readText(file), next);
  required(file, readPemCertificates(text), next);
  return text;
}

/** Reads the mapping that a command goes by. @throws {Failure} with every problem of it. */
export function loadMapping(file: string): Mapping {
  return required(file, readMapping(file), nextForMapping(file));
}

/**
 * Those of the entries that have this origin; all of them where none was named.
 *
 * @throws {Failure} where none has it.
 */
export function withOrigin(
  entries: readonly Entry[],
  hostname: Hostname | undefined,
  file: string,
): readonly Entry[] {
  if (hostname === undefined) return entries;
  const having = entries.filter(({ origins }) => findOrigin(origins, hostname) !== undefined);
  if (having.length > 0) return having;
  const known = new Set(entries.flatMap(({ origins }) => origins.map((one) => one.hostname)));
  throw usage(
    `${hostname} is no origin of theirs in ${file}`,
    `name one of: ${[...known].join(", ")}`,
  );
}

/** The origin that was named, or the preferred one. @throws {Failure} where the entry has no such origin. */
export function chooseOrigin(entry: Entry, hostname: Hostname | undefined, file: string): Origin {
  const [chosen] = withOrigin([entry], hostname, file);
  const origin = hostname === undefined ? undefined : findOrigin(chosen?.origins ?? [], hostname);
  return origin ?? entry.origins[0];
}

function findOrigin(origins: readonly Origin[], hostname: Hostname): Origin | undefined {
  return origins.find((origin) => origin.hostname === hostname);
}

/** The entries of the hostnames that were named; all of them where none was. */
export function chooseEntries(
  mapping: Mapping,
  hostnames: readonly string[],
  file: string,
): readonly Entry[] {
  if (hostnames.length === 0) return mapping.entries;
  const find = createEntryFinder(mapping);
  return hostnames.map((raw) => {
    const hostname = parseHostname(raw);
    const written = mapping.entries.find((entry) => entry.hostname === raw);
    const entry = written ?? (hostname === null ? undefined : find(hostname));
    if (entry !== undefined) return entry;
    const known = mapping.entries.map((one) => one.hostname).join(", ");
    throw usage(`${raw} is not in ${file}`, `name one of: ${known}`);
  });
}
