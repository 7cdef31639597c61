import type { HostPattern } from "../../shared/hostname.ts";
import type { ZoneInspector } from "../observe/zone-facts.ts";
import { problem, type Shown } from "./diagnosis.ts";
import { judged } from "./inspect-zone.ts";
import { judgeWorkerRoute } from "./judge-workers.ts";

/** Looks whether anything leads a hostname's visitors to a Worker. */
export async function inspectWorkerRoute(
  hostname: HostPattern,
  inspector: ZoneInspector,
): Promise<Shown> {
  const zone = await inspector.zoneOf(hostname);
  if (!zone.known) return judged(zone, () => withoutZone(hostname));
  if (zone.value === null) return withoutZone(hostname);
  const workers = await inspector.workersBefore(zone.value.id, hostname);
  return judged(workers, (value) => judgeWorkerRoute(hostname, value));
}

function withoutZone(hostname: HostPattern): Shown {
  return problem(
    `none of the account's zones holds ${hostname}: no Worker answers there`,
    "is CLOUDFLARE_ACCOUNT_ID the right account, and may the token read the zone?",
  );
}
