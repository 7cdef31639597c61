import { Refused } from "./answer.ts";
import type { State } from "./state.ts";
import type { Permission, Token } from "./token.ts";

/** Refuses a request whose token may not make it. */
export function admit(
  state: State,
  header: string | undefined,
  needs: Permission | null,
  isRead: boolean,
  zoneId: string | undefined,
): void {
  // Documented: 9106 for no header at all. Reported by third parties: 6003 for one that cannot be read.
  if (header === undefined) {
    throw new Refused(400, 9106, "Missing X-Auth-Key, X-Auth-Email or Authorization headers");
  }
  const given = /^Bearer (\S+)$/.exec(header)?.[1];
  if (given === undefined) throw new Refused(400, 6003, "Invalid request headers");
  const token = state.tokens.get(given);
  if (token === undefined) throw new Refused(403, 9109, "Invalid access token");
  const zone = zoneId === undefined ? undefined : state.zones.get(zoneId);
  if (zone !== undefined && token.zones !== undefined && !token.zones.includes(zone.name)) {
    throw new Refused(403, 9109, "Unauthorized to access requested resource");
  }
  // Reported by third parties: a missing permission is an "Authentication error" that does not name the permission.
  if (needs !== null && !isGranted(token, needs, isRead)) {
    throw new Refused(403, 10_000, "Authentication error");
  }
}

function isGranted({ grants }: Token, needs: Permission, isRead: boolean): boolean {
  if (grants === undefined) return true;
  return grants.includes(`${needs} Write`) || (isRead && grants.includes(`${needs} Read`));
}
