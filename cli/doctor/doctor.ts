import type { Fingerprint } from "../../shared/fingerprint.ts";
import { isWildcard, type Hostname } from "../../shared/hostname.ts";
import type { Entry, Mapping } from "../../shared/mapping.ts";
import type { Origin } from "../../shared/origin.ts";
import type { ZoneInspector } from "../observe/zone-facts.ts";
import type { Presented } from "../probe/outcome.ts";
import { attemptVisit } from "../probe/attempt-visit.ts";
import { notTried, type Diagnosis, type Shown } from "./diagnosis.ts";
import { inspectZone } from "./inspect-zone.ts";
import { inspectWorkerRoute } from "./inspect-worker-route.ts";
import { judgeAddresses } from "./judge-addresses.ts";
import { judgeThroughEdge } from "./judge-through-edge.ts";
import { judgeThroughWorker } from "./judge-through-worker.ts";
import { probeOrigin } from "./probe-origin.ts";
import type { ResolveName } from "./resolve-name.ts";

/** What a diagnosis is made with. */
export interface DoctorRequest {
  readonly mapping: Mapping;
  /** The entries to look at. */
  readonly entries: readonly Entry[];
  /** The one of an entry's origins to look at; null: each of them. */
  readonly origin: Hostname | null;
  /** `ADDRESS` or `ADDRESS:PORT` of the origin; empty: what its name leads to. */
  readonly addresses: readonly { readonly address: string; readonly port: number | null }[];
  readonly resolve: ResolveName;
  /** What looks at Cloudflare's zones; null where the environment gives no access. */
  readonly zones: ZoneInspector | null;
  /** The pull certificates whose files are at hand. */
  readonly presented: ReadonlyMap<Fingerprint, Presented>;
  /** Where they were looked for. */
  readonly folder: string;
  readonly stranger: Presented;
  readonly originIssuers: string | null;
  readonly customOriginTrust: boolean;
  /** Where visitors are to ask; null: at their hostname, as visitors do. */
  readonly worker: URL | null;
  /** Whether visitors ask at all. */
  readonly throughWorker: boolean;
  /** What pulls have in `X-Pull-Secret`, where the entry asks for it; null where it is not at hand. */
  readonly secret: string | null;
  /** A token of Cloudflare Access; null where none was given. */
  readonly token: string | null;
  readonly plainPort: number;
  readonly patience: number;
  readonly now: number;
}

/** Looks at every entry, one thing after the other, and tells of each as soon as it is known. */
export async function* diagnose(request: DoctorRequest): AsyncGenerator<Diagnosis> {
  for (const entry of request.entries) {
    const say = sayOf(entry);
    const { present } = entry;
    const origins = entry.origins.filter(
      ({ hostname }) => request.origin === null || request.origin === hostname,
    );
    for (const origin of origins) yield* diagnoseOrigin(entry, origin, request);
    if (present.by === "edge") {
      for await (const { probe, tried, shown } of inspectZone(
        { ...entry, present },
        request.zones,
        request.mapping,
      )) {
        yield say(probe, tried, shown);
      }
    } else if (request.zones !== null) {
      const shown = await inspectWorkerRoute(entry.hostname, request.zones);
      yield say("workers", "its way to the Worker", shown);
    }
    if (request.throughWorker) {
      const probe = present.by === "edge" ? "through-the-edge" : "through-the-worker";
      yield say(probe, "as a visitor", await visit(entry, request));
    }
  }
}

function sayOf({ hostname }: Entry) {
  return (probe: Diagnosis["probe"], tried: string, shown: Shown): Diagnosis => ({
    hostname,
    address: null,
    probe,
    tried,
    ...shown,
  });
}

async function* diagnoseOrigin(
  entry: Entry,
  origin: Origin,
  request: DoctorRequest,
): AsyncGenerator<Diagnosis> {
  const say = sayOf(entry);
  let { addresses } = request;
  if (addresses.length === 0) {
    const resolved = await request.resolve(origin.hostname);
    yield say("address", "its name", judgeAddresses(entry, origin, resolved));
    // What the edge presents for leads to the edge: the origin behind it has to be named.
    if (entry.present.by === "worker") {
      addresses = resolved.addresses.map((address) => ({ address, port: null }));
    } else {
      yield say(
        "good-pull",
        "at the origin",
        notTried(
          "its name leads to Cloudflare, and not to the origin",
          "name the origin's address: --address ADDRESS",
        ),
      );
    }
  } else if (entry.origins.length > 1 && request.origin === null) {
    // Under another origin's name the machine would refuse every pull, and rightly so.
    yield say(
      "good-pull",
      `at ${origin.hostname}`,
      notTried(
        "it has several origins, and an address is that of one",
        `say whose the address is: --origin ${origin.hostname}`,
      ),
    );
    return;
  }
  for (const { address, port } of addresses) {
    yield* probeOrigin({
      ...request,
      entry,
      origin,
      address,
      port: port ?? origin.port,
      own: ownOf(entry, request.presented),
      others: othersOf(entry, request),
      otherOrigin: otherOriginOf(origin, request.mapping),
      namedIssuers: request.originIssuers !== null,
    });
  }
}

async function visit(
  { hostname, health, present }: Entry,
  { worker, patience }: DoctorRequest,
): Promise<Shown> {
  if (isWildcard(hostname)) {
    return notTried("a wildcard has no one name to visit", "probe one of its names by hand: curl");
  }
  const visited = await attemptVisit({ hostname, path: health ?? "/", at: worker, patience });
  return present.by === "edge" ? judgeThroughEdge(hostname, visited) : judgeThroughWorker(visited);
}

function ownOf(
  { accept }: Entry,
  presented: ReadonlyMap<Fingerprint, Presented>,
): Presented | null {
  if (accept.certificates === "issued") return null;
  return presented.get(accept.certificates[0]) ?? null;
}

/** The certificate of an entry that this one would refuse: one of another list. */
function othersOf(
  { accept }: Entry,
  { mapping, presented }: DoctorRequest,
): { readonly hostname: string; readonly certificate: Presented } | null {
  if (accept.certificates === "issued") return null;
  for (const { hostname, accept: other } of mapping.entries) {
    if (other.certificates === "issued") continue;
    const fingerprint = other.certificates.find(
      (one) => !accept.certificates.includes(one) && presented.has(one),
    );
    const certificate = fingerprint === undefined ? undefined : presented.get(fingerprint);
    if (certificate !== undefined) return { hostname, certificate };
  }
  return null;
}

function otherOriginOf({ hostname }: Origin, { entries }: Mapping): Hostname | null {
  const all = entries.flatMap(({ origins }) => origins.map((origin) => origin.hostname));
  return all.find((other) => other !== hostname) ?? null;
}
