import type { HostPattern } from "../../../../shared/hostname.ts";
import type {
  AopCertificate,
  Observed,
  ObservedWorker,
  ObservedZone,
  VerifierHostname,
} from "../../../../cli/observe/observed.ts";
import type { Situation, Terms } from "../../../../cli/plan/situation.ts";
import { acceptedIn, digestOf, ENTRIES, mappingOf, NAMES, entryOf } from "./mapping.ts";
import { HOUR } from "./outline.ts";
import type { Environment, Held, State, Verifier } from "./state.ts";

export const ZONE = "zone-1";

export const TERMS: Terms = {
  quiet: 24 * HOUR,
  renewBefore: 0,
  assumeAccepted: false,
  assumeQuiet: false,
};

const known = <T>(value: T): { readonly known: true; readonly value: T } => ({
  known: true,
  value,
});

/** What an operator sees of the world at this moment. */
export function situationOf(state: State): Situation {
  const text = state.mappings.at(-1) ?? "";
  return {
    mapping: mappingOf(text),
    mappingDigest: digestOf(text),
    observed: observe(state),
    terms: TERMS,
  };
}

function observe(state: State): Observed {
  return {
    at: state.now,
    account: known(
      [...state.account].map(([id, fingerprint]) => ({
        id,
        name: "",
        uploadedAt: null,
        certificate: state.certificates.get(fingerprint) ?? null,
      })),
    ),
    workers: [...state.environments].map(([name, environment]) => workerOf(name, environment)),
    zones: [known(zoneOf(state))],
    withoutZone: [],
    verifiers: state.verifiers.map((verifier) => ({
      url: verifier.url,
      status: verifier.isUp
        ? known(statusOf(state, verifier))
        : { known: false, why: "connection refused" },
    })),
    atHand: [...state.atHand].flatMap((fingerprint) => {
      const certificate = state.certificates.get(fingerprint);
      if (certificate === undefined) return [];
      return [{ certificate, certificateFile: "a.pem", keyFile: "a.key" }];
    }),
  };
}

function workerOf(
  name: string,
  { configured, versions, deployed, deployedAt }: Environment,
): ObservedWorker {
  const current = [...deployed].map(([version, percentage]) => ({ ...version, percentage }));
  const [first, ...rest] = current;
  return {
    environment: name,
    script: name === "" ? "pulls" : `pulls-${name}`,
    configured: { ...configured },
    routes: { known: true, value: [] },
    deployed: known(
      first === undefined
        ? null
        : {
            since: deployedAt,
            versions: [first, ...rest],
            earlier: versions
              .filter((version) => !deployed.has(version))
              .toReversed()
              .map((version) => ({ ...version, percentage: 0 })),
            rollbackLimit: 10,
          },
    ),
  };
}

function zoneOf({ zone, certificates, now }: State): ObservedZone {
  const held = <Id>({ id, status, fingerprint }: Held<Id>): AopCertificate<Id> => ({
    id,
    status,
    uploadedAt: null,
    certificate: certificates.get(fingerprint) ?? null,
  });
  return {
    id: ZONE,
    name: "example.org",
    hostnames: NAMES.filter((name) => "level" in ENTRIES[name]) as string[] as HostPattern[],
    ssl: known("strict" as const),
    tlsClientAuth: known(false),
    zoneLevel: known({ enabled: zone.enabled, certificates: zone.zoneCertificates.map(held) }),
    hostnameLevel: known({
      certificates: zone.hostnameCertificates.map(held),
      associations: [...zone.associations].map(([hostname, one]) => ({
        hostname,
        certificateId: one.certificateId,
        enabled: one.enabled,
        status: one.settlesAt <= now ? ("active" as const) : ("pending_deployment" as const),
        since: one.setAt,
      })),
    }),
  };
}

function statusOf(
  { now, mappings }: State,
  { watchingSince, loaded, serves, seen }: Verifier,
): Extract<Observed["verifiers"][number]["status"], { readonly known: true }>["value"] {
  const text = mappings[loaded] ?? "";
  // Its clock is ten minutes ahead: two clocks must never be compared.
  const skew = HOUR / 6;
  const hostnames = serves.map((name): [string, VerifierHostname] => [
    name,
    {
      originHostnames: entryOf(text, name).origins.map(({ hostname }) => hostname),
      accepts: acceptedIn(text, name),
      seen: [...(seen.get(name) ?? [])].map(([fingerprint, lastSeen]) => ({
        fingerprint,
        lastSeen: lastSeen + skew,
      })),
    },
  ]);
  return {
    now: now + skew,
    watchingSince: watchingSince + skew,
    mappingDigest: digestOf(text),
    generation: loaded,
    reloadFailure: null,
    hostnames: Object.fromEntries(hostnames),
  };
}

/** The bindings that the mapping names. */
export const BINDINGS = NAMES.flatMap((name) => {
  const entry = ENTRIES[name];
  return "binding" in entry ? [entry.binding] : [];
});
