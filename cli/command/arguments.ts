import { InvalidArgumentError, Option } from "commander";
import { PROFILES } from "../../origin-verifier/profile/profile.ts";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import { MAX_DAYS } from "../certificates/validity.ts";
import { EXIT } from "../manners/exit-code.ts";
import { failure, type Failure } from "../manners/failure.ts";

/** Reads `--days`: a whole number from 1 to {@link MAX_DAYS}. */
export function parseDays(raw: string): number {
  return wholeNumber(raw, 1, MAX_DAYS);
}

/** Reads a port: 0, which lets the system choose, to 65535. */
export function parsePort(raw: string): number {
  return wholeNumber(raw, 0, 65_535);
}

function wholeNumber(raw: string, least: number, most: number): number {
  const value = /^[0-9]{1,6}$/.test(raw) ? Number(raw) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidArgumentError(`A whole number from ${least} to ${most}, please.`);
}

/** A command line that can be read, but makes no sense. */
export function usage(message: string, next: string): Failure {
  return failure({ message, next }, EXIT.usage);
}

/**
 * Reads the hostname that a pull certificate is for.
 *
 * @throws {Failure} with what to write instead: a URL, a wildcard and an address are the usual mistakes.
 */
export function readHostname(raw: string): Hostname {
  const hostname = parseHostname(raw);
  if (hostname !== null) return hostname;
  const parent = raw.startsWith("*.") ? parseHostname(raw.slice(2)) : null;
  if (parent !== null) {
    throw usage(
      `${raw} is a wildcard; a pull certificate carries one exact name`,
      `pullproof issue ${parent}, which the entry of ${raw} can name or list like any other`,
    );
  }
  const inUrl = /^[a-z]+:\/\/([^/?#:]+)/i.exec(raw)?.[1] ?? "";
  throw usage(
    `${JSON.stringify(raw)} is not a hostname`,
    `pullproof issue ${parseHostname(inUrl) ?? "shop.example.com"}`,
  );
}

/** `--profile`: by which the verifiers at the origins judge. */
export function profileOption(): Option {
  return new Option("--profile <name>", "what the origin's verifier is started with")
    .choices(PROFILES)
    .default(PROFILES[0]);
}

/** An option that may be given again, of which the help says no empty list as its default. */
export function repeated<T>(
  flag: string,
  description: string,
  add: (raw: string, before: readonly T[]) => readonly T[],
): Option {
  return new Option(flag, description).argParser(add).default([], "none");
}
