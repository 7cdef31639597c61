import type { Entry } from "../../shared/mapping.ts";
import type { ZoneName } from "../observe/cloudflare-reader.ts";
import type { Inspection, ZoneInspector } from "../observe/zone-facts.ts";
import { notTried, problem, type ProbeName, type Shown } from "./diagnosis.ts";
import { judgeDnsRecords } from "./judge-dns-records.ts";
import { judgeMonitors } from "./judge-monitors.ts";
import { judgeSslMode, judgeSslRules } from "./judge-ssl-mode.ts";

/** What was looked at in a zone, and what it showed. */
export interface ZoneDiagnosis {
  readonly probe: ProbeName;
  readonly tried: string;
  readonly shown: Shown;
}

function say(probe: ProbeName, tried: string, shown: Shown): ZoneDiagnosis {
  return { probe, tried, shown };
}

const NO_ACCESS = "export CLOUDFLARE_API_TOKEN (to read is enough) and CLOUDFLARE_ACCOUNT_ID";

/**
 * Looks at what the zone of a hostname says of its pulls, for one that the edge itself presents for. Changes nothing.
 *
 * @param inspector null: the environment gives no access.
 */
export async function* inspectZone(
  { hostname }: Entry,
  inspector: ZoneInspector | null,
): AsyncGenerator<ZoneDiagnosis> {
  if (inspector === null) {
    yield say("zone", "its zone", notTried("Cloudflare was not asked", NO_ACCESS));
    return;
  }
  const found = await inspector.zoneOf(hostname);
  if (!found.known || found.value === null) {
    yield say(
      "zone",
      "its zone",
      judged(found, () => withoutZone(hostname)),
    );
    return;
  }
  const zone: ZoneName = found.value;
  const facts = await inspector.facts(zone.id);
  if (facts.known && facts.value.paused) {
    yield say("zone", `zone ${zone.name}`, paused(zone.name));
    return;
  }
  const [ssl, https] = [await inspector.ssl(zone.id), await inspector.alwaysUseHttps(zone.id)];
  const isHttps = https.known ? https.value : null;
  yield say(
    "ssl-mode",
    `SSL mode of ${zone.name}`,
    judged(ssl, (mode) => judgeSslMode(zone.name, mode, isHttps)),
  );
  const rules = await inspector.sslRules(zone.id);
  yield say("ssl-rules", "SSL mode by rule", judged(rules, judgeSslRules));

  const balancers = await inspector.loadBalancers(zone.id);
  const all = balancers.known ? balancers.value : [];
  const balancer = all.find((one) => one.hostname === hostname) ?? null;
  const isPartial = facts.known && facts.value.type === "partial";
  const records = await inspector.records(zone.id, hostname);
  yield say(
    "dns-record",
    "its DNS record",
    judged(records, (value) => judgeDnsRecords(hostname, value, balancer, isPartial)),
  );
  if (!balancers.known) {
    yield say(
      "monitors",
      "monitors of load balancers",
      judged(balancers, () => withoutZone(hostname)),
    );
  } else if (balancer !== null) {
    yield say("monitors", "monitors of its load balancer", judgeMonitors(balancer, zone.name));
  }
}

/** The judgement, or why there was nothing to judge. */
function judged<T>(inspection: Inspection<T>, judge: (value: T) => Shown): Shown {
  if (inspection.known) return judge(inspection.value);
  return notTried(inspection.message, inspection.next);
}

function withoutZone(hostname: string): Shown {
  return problem(
    `none of the account's zones holds it: nothing of Cloudflare's is in front of ${hostname}`,
    "is CLOUDFLARE_ACCOUNT_ID the right account, and may the token read the zone?",
  );
}

function paused(name: string): Shown {
  return problem(
    `${name} is paused: Cloudflare proxies nothing, and visitors pull by themselves`,
    `Overview of ${name}: Enable Cloudflare on Site`,
  );
}
