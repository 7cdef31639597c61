import { parseApplicationTarget } from "../../origin-verifier/application/application-target.ts";
import { createEntryFinder } from "../../shared/find-entry.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { edgeEntries, type EdgeEntry } from "../edge-entries.ts";
import { NO_LEVELS, type EdgeHost, type Levels } from "../local-edge/edge-host.ts";
import type { EdgePull } from "../local-edge/edge-pull.ts";
import { startEdge } from "../local-edge/start-edge.ts";
import { createEventLog, type EventLog } from "./event-log.ts";
import type { LocalCertificate, LocalCertificates } from "./local-certificates.ts";
import { startOpenOrigin } from "./open-origin.ts";
import { LOOPBACK } from "./ports.ts";
import { zonesOwn } from "./switch-attempts.ts";
import { withWrongSwitch, WRONG_SWITCHES, type WrongSwitch } from "./wrong-switches.ts";

/** The edge of a local world, for the hostnames of the mapping that it presents for. */
export interface LocalEdge {
  readonly port: number;
  /** `http://127.0.0.1:PORT`: where visitors ask, with a Host of their choice. */
  readonly url: string;
  /** Of this edge and the open one. */
  readonly pulls: EventLog<EdgePull>;
  /** The same hostnames with Authenticated Origin Pulls off: an edge that presents nothing, an origin that asks nobody. */
  readonly open: { readonly edgePort: number; readonly originPort: number };
  /** The ports of edges that have one switch wrong each. */
  readonly wrong: ReadonlyMap<WrongSwitch, number>;
}

/** What an edge stands between. */
export interface EdgeSurroundings {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Where the verifier listens. */
  readonly verifierPort: number;
  /** Of the application, as the verifier is told it. */
  readonly applicationUrl: string;
}

/**
 * Starts the edge, in the mode Full (strict), and the picture without Authenticated Origin Pulls beside it.
 *
 * @param onClose called with the way to stop each part as soon as it is up.
 * @returns null where the mapping has nothing that the edge presents for: then nothing is started.
 */
export async function startLocalEdge(
  mapping: Mapping,
  certificates: LocalCertificates,
  { port, verifierPort, applicationUrl }: EdgeSurroundings,
  onClose: (closer: () => Promise<void>) => void,
): Promise<LocalEdge | null> {
  if (edgeEntries(mapping).length === 0) return null;
  const application = parseApplicationTarget(applicationUrl);
  if (!application.ok) throw new Error(`not an application's address: ${applicationUrl}`);
  const { log, add } = createEventLog<EdgePull>();
  const start = async (
    wanted: number,
    tlsPort: number,
    levelsOf: (entry: EdgeEntry) => Levels,
    change: (host: EdgeHost, entry: EdgeEntry) => EdgeHost = (host) => host,
  ): Promise<number> => {
    const edge = await startEdge({
      port: wanted,
      find: hostFinder(mapping, tlsPort, levelsOf, change),
      trust: [certificates.originIssuer.certificate],
      onPull: add,
    });
    onClose(edge.close);
    return edge.port;
  };
  const openOrigin = await startOpenOrigin(certificates.origins, application.value);
  onClose(openOrigin.close);
  const openEdge = await start(0, openOrigin.port, () => NO_LEVELS);
  const levelsOf = (entry: EdgeEntry): Levels =>
    levelsWith(entry, certificates.edge.get(entry.hostname));
  const bound = await start(port, verifierPort, levelsOf);
  const { pair: zones } = zonesOwn(mapping, certificates);
  const plainPort = application.value.by === "tcp" ? application.value.port : null;
  const wrong = new Map<WrongSwitch, number>();
  for (const one of WRONG_SWITCHES) {
    const own = (entry: EdgeEntry) => certificates.edge.get(entry.hostname) ?? null;
    const at = await start(0, verifierPort, levelsOf, (host, entry) =>
      withWrongSwitch(host, one, { own: own(entry), zones, plainPort }),
    );
    wrong.set(one, at);
  }
  return {
    port: bound,
    url: `http://${LOOPBACK}:${bound}`,
    pulls: log,
    open: { edgePort: openEdge, originPort: openOrigin.port },
    wrong,
  };
}

function hostFinder(
  mapping: Mapping,
  tlsPort: number,
  levelsOf: (entry: EdgeEntry) => Levels,
  change: (host: EdgeHost, entry: EdgeEntry) => EdgeHost,
): (hostname: Hostname) => EdgeHost | undefined {
  const find = createEntryFinder(mapping);
  const hosts = new Map(
    edgeEntries(mapping).map((entry) => [
      entry.hostname,
      change(
        {
          originHostname: entry.origins[0].hostname,
          origin: { host: LOOPBACK, tlsPort, plainPort: null },
          sslMode: "strict",
          levels: levelsOf(entry),
        },
        entry,
      ),
    ]),
  );
  return (hostname) => {
    const entry = find(hostname);
    return entry === undefined ? undefined : hosts.get(entry.hostname);
  };
}

/** The certificate on the level that the entry says, and nothing on the others. */
function levelsWith({ present }: EdgeEntry, pair: LocalCertificate | undefined): Levels {
  return pair === undefined
    ? NO_LEVELS
    : { ...NO_LEVELS, [present.level]: { enabled: true, pair } };
}
