import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import { quoted } from "../../shared/problem.ts";
import { TOKEN_VARIABLE } from "../admin/admin-token.ts";
import type { AdminConfiguration } from "./configuration.ts";
import { isLoopback, readListen } from "./listen-address.ts";

/** What is written of the admin listener, by flags or in a file. */
export interface WrittenAdmin {
  readonly address: string | undefined;
  /** A path, absolute already. */
  readonly tokenFile: string | undefined;
  readonly hosts: readonly string[] | undefined;
}

/** What each of them is called there. */
export type AdminPlaces = Readonly<Record<keyof WrittenAdmin, string>>;

/** The variables of the process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads where the admin listener is and to whom it answers; null for nowhere, and where there is a problem.
 *
 * What it answers is not for strangers: reachable from elsewhere, or under a name, it has a token or is not.
 */
export function readAdmin(
  { address: written, tokenFile, hosts: names = [] }: WrittenAdmin,
  places: AdminPlaces,
  environment: Environment,
  problems: string[],
): AdminConfiguration | null {
  const hosts = names.flatMap((name) => readHost(name, places.hosts, problems));
  if (tokenFile === "") problems.push(`${places.tokenFile}: empty: name the file of the token`);
  if (written === undefined) {
    const beside = [
      ...(tokenFile === undefined ? [] : [places.tokenFile]),
      ...(names.length === 0 ? [] : [places.hosts]),
    ];
    for (const place of beside)
      problems.push(`${place} stands without ${places.address}: where is the admin listener?`);
    return null;
  }
  const address = readListen(written, places.address, problems);
  if (address === null) return null;
  const hasToken = tokenFile !== undefined || (environment[TOKEN_VARIABLE] ?? "") !== "";
  const needs = `needs a token: ${places.tokenFile} FILE, or ${TOKEN_VARIABLE} in the environment`;
  if (!hasToken && !isLoopback(address.host))
    problems.push(`${places.address}: ${written} is reachable from elsewhere, and ${needs}`);
  if (!hasToken && hosts.length > 0)
    problems.push(`${places.hosts}: a name can be led to any address, and ${needs}`);
  return { address, tokenFile: tokenFile ?? null, hosts };
}

function readHost(name: string, place: string, problems: string[]): readonly Hostname[] {
  const hostname = parseHostname(name);
  if (hostname !== null) return [hostname];
  problems.push(`${place}: ${quoted(name)} is not a hostname (no port, no address, no wildcard)`);
  return [];
}
