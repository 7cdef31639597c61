import type { Mapping } from "../../shared/mapping.ts";
import type { EdgeEntry } from "../edge-entries.ts";
import type { ZoneName } from "../observe/cloudflare-reader.ts";
import type { Inspection, ZoneInspector } from "../observe/zone-facts.ts";
import { good, notTried, type ProbeName, type Shown, type ZoneDiagnosis } from "./diagnosis.ts";
import { judgeAccess } from "./judge-access.ts";
import { judgeCustomHostnames } from "./judge-custom-hostnames.ts";
import { judgeOriginRules } from "./judge-origin-rules.ts";
import { judgeWorkersBefore } from "./judge-workers.ts";

/** One kind of thing that may stand between the edge and an origin. */
interface Around {
  readonly probe: ProbeName;
  /** Singular, in words. */
  readonly what: string;
  /** Null: nothing of the kind concerns this hostname. */
  readonly shown: Shown | null;
}

/**
 * What else of Cloudflare's changes a pull of the edge: Origin Rules, Workers, custom hostnames, Access. What concerns the
 * hostname is told, what could not be read too; all the others share one line.
 */
export async function* inspectAround(
  entry: EdgeEntry,
  inspector: ZoneInspector,
  { id }: ZoneName,
  mapping: Mapping,
): AsyncGenerator<ZoneDiagnosis> {
  const { hostname } = entry;
  const mapped = new Set<string>(mapping.entries.map((one) => one.hostname));
  const all: readonly Around[] = [
    {
      probe: "origin-rules",
      what: "Origin Rule",
      shown: shownOf(await inspector.originRules(id), (rules) => judgeOriginRules(entry, rules)),
    },
    {
      probe: "workers",
      what: "Worker",
      shown: shownOf(await inspector.workersBefore(id, hostname), judgeWorkersBefore),
    },
    {
      probe: "custom-hostnames",
      what: "custom hostname",
      shown: shownOf(await inspector.customHostnames(id), (value) =>
        judgeCustomHostnames(hostname, value, mapped),
      ),
    },
    {
      probe: "access",
      what: "Access application",
      shown: shownOf(await inspector.accessApplications(hostname), judgeAccess),
    },
  ];
  for (const { probe, what, shown } of all) {
    if (shown !== null) yield { probe, tried: `${what}s`, shown };
  }
  const absent = all.filter(({ shown }) => shown === null).map(({ what }) => what);
  if (absent.length === 0) return;
  yield {
    probe: "around",
    tried: "what stands before it",
    shown: good(`no ${absent.join(", no ")}`),
  };
}

function shownOf<T>(inspection: Inspection<T>, judge: (value: T) => Shown | null): Shown | null {
  if (inspection.known) return judge(inspection.value);
  return notTried(`not known, because ${inspection.message}`, inspection.next);
}
