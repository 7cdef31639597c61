import type { Entry, Mapping } from "../../shared/mapping.ts";
import { edgeEntries, type EdgeEntry } from "../edge-entries.ts";
import type { Level } from "../local-edge/level-in-force.ts";
import type { ZoneName } from "../observe/cloudflare-reader.ts";
import type { Inspection, ZoneInspector } from "../observe/zone-facts.ts";
import {
  good,
  notTried,
  problem,
  type ProbeName,
  type Shown,
  type ZoneDiagnosis,
} from "./diagnosis.ts";

import { inspectAround } from "./inspect-around.ts";
import { judgeCustomHostname } from "./judge-custom-hostnames.ts";
import { judgeDnsRecords } from "./judge-dns-records.ts";
import { judgeForgottenToggles, judgeLevel } from "./judge-level.ts";
import { judgeMonitors } from "./judge-monitors.ts";
import { judgeSslMode, judgeSslRules } from "./judge-ssl-mode.ts";

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
  entry: EdgeEntry,
  inspector: ZoneInspector | null,
  mapping: Mapping,
): AsyncGenerator<ZoneDiagnosis> {
  if (inspector === null) {
    yield say("zone", "its zone", notTried("Cloudflare was not asked", NO_ACCESS));
    return;
  }
  const found = await inspector.zoneOf(entry.hostname);
  if (!found.known) {
    yield say("zone", "its zone", unknown(found));
    return;
  }
  if (found.value === null) {
    yield* inspectCustomHostname(entry, inspector);
    return;
  }
  const zone: ZoneName = found.value;
  const facts = await inspector.facts(zone.id);
  if (facts.known && facts.value.paused) {
    yield say("zone", `zone ${zone.name}`, paused(zone.name));
    return;
  }
  yield* inspectLevel(entry, inspector, zone, mapping);
  yield* inspectSslMode(entry, inspector, zone);
  yield* inspectRecords(entry, inspector, zone, facts.known && facts.value.type === "partial");
  yield* inspectAround(entry, inspector, zone, mapping);
}

/** The judgement, or why there was nothing to judge. */
export function judged<T>(inspection: Inspection<T>, judge: (value: T) => Shown): Shown {
  return inspection.known ? judge(inspection.value) : unknown(inspection);
}

function unknown({ message, next }: Extract<Inspection<unknown>, { known: false }>): Shown {
  return notTried(`not known, because ${message}`, next);
}

async function* inspectLevel(
  entry: EdgeEntry,
  inspector: ZoneInspector,
  zone: ZoneName,
  mapping: Mapping,
): AsyncGenerator<ZoneDiagnosis> {
  const pulls = await inspector.originPulls(zone.id, entry.hostname);
  const shown = judged(pulls, (value) => judgeLevel(entry, entry.present.level, value, zone.name));
  yield say("level", "level in force", shown);
  if (!pulls.known) return;
  const reliedOn = new Set<Level>(
    edgeEntries(mapping)
      .filter(({ hostname }) => `.${hostname}`.endsWith(`.${zone.name}`))
      .map(({ present }) => present.level),
  );
  const forgotten = judgeForgottenToggles(pulls.value, reliedOn, zone.name);
  if (forgotten !== null) yield say("forgotten-toggle", "toggles of the zone", forgotten);
}

async function* inspectSslMode(
  { hostname }: Pick<Entry, "hostname">,
  inspector: ZoneInspector,
  zone: ZoneName,
): AsyncGenerator<ZoneDiagnosis> {
  const [ssl, https] = [await inspector.ssl(zone.id), await inspector.alwaysUseHttps(zone.id)];
  const isHttps = https.known ? https.value : null;
  yield say(
    "ssl-mode",
    `SSL mode of ${zone.name}`,
    judged(ssl, (mode) => judgeSslMode(zone.name, mode, isHttps)),
  );
  const rules = await inspector.sslRules(zone.id);
  yield say(
    "ssl-rules",
    "SSL mode by rule",
    judged(rules, (value) => judgeSslRules(hostname, value)),
  );
  const pageRules = await inspector.pageRules(zone.id);
  const byPage = judged(pageRules, (value) => judgeSslRules(hostname, value));
  if (byPage.verdict !== "good") yield say("page-rules", "SSL mode by Page Rule", byPage);
}

async function* inspectRecords(
  { hostname }: Pick<Entry, "hostname">,
  inspector: ZoneInspector,
  zone: ZoneName,
  isPartial: boolean,
): AsyncGenerator<ZoneDiagnosis> {
  const balancers = await inspector.loadBalancers(zone.id);
  const all = balancers.known ? balancers.value : [];
  const balancer = all.find((one) => one.hostname === hostname) ?? null;
  const records = await inspector.records(zone.id, hostname);
  yield say(
    "dns-record",
    "its DNS record",
    judged(records, (value) => judgeDnsRecords(hostname, value, balancer, isPartial)),
  );
  if (!balancers.known) {
    yield say("monitors", "monitors of load balancers", unknown(balancers));
  } else if (balancer !== null) {
    yield say("monitors", "monitors of its load balancer", judgeMonitors(balancer, zone.name));
  }
}

/** A hostname of somebody else's zone may be served here all the same. */
async function* inspectCustomHostname(
  { hostname }: Pick<Entry, "hostname">,
  inspector: ZoneInspector,
): AsyncGenerator<ZoneDiagnosis> {
  const found = await inspector.customHostname(hostname);
  if (!found.known) {
    yield say("zone", "its zone", unknown(found));
    return;
  }
  if (found.value === null) {
    yield say("zone", "its zone", withoutZone(hostname));
    return;
  }
  const { zone, served } = found.value;
  yield say("zone", "its zone", good(`somebody else's; served by ${zone.name}`));
  yield say("custom-hostnames", "Cloudflare for SaaS", judgeCustomHostname(zone.name, served));
  yield* inspectSslMode({ hostname }, inspector, zone);
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
