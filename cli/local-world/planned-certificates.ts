import { isWildcard, type Hostname } from "../../shared/hostname.ts";
import type { BindingName, IssuerName, Mapping } from "../../shared/mapping.ts";
import { entriesByBinding, workerEntries, type WorkerEntry } from "../worker-entries.ts";
import type { Layout, PairPaths } from "./layout.ts";

/** A certificate that a local world needs. */
export interface PlannedCertificate {
  readonly paths: PairPaths;
  readonly purpose: "issuer" | "pull" | "origin";
  /** An issuer's common name, or the one DNS name of a leaf. */
  readonly name: string;
  /** The files of its issuer; its own for an issuer, which signs itself. */
  readonly signedBy: PairPaths;
}

/** All of them, each with what it is to the mapping. Issuers come before what they sign. */
export interface CertificatePlan {
  readonly issuers: ReadonlyMap<IssuerName, PlannedCertificate>;
  readonly pull: ReadonlyMap<BindingName, PlannedCertificate>;
  readonly strangerIssuer: PlannedCertificate;
  readonly stranger: PlannedCertificate;
  readonly originIssuer: PlannedCertificate;
  readonly origins: ReadonlyMap<Hostname, PlannedCertificate>;
}

/** What the mapping asks for, in the places that the layout gives. */
export function planCertificates(mapping: Mapping, layout: Layout): CertificatePlan {
  const issuers = new Map(
    [...mapping.issuers.keys()].map((name, position) => [
      name,
      issuer(layout.issuer(position, name), `pullproof local: ${name}`),
    ]),
  );
  const strangerIssuer = issuer(layout.strangerIssuer, "pullproof local: a stranger");
  const originIssuer = issuer(layout.originIssuer, "pullproof local: origins");

  const pull = new Map(
    [...entriesByBinding(mapping)].map(([binding, [entry]]) => {
      const signedBy = issuers.get(entry.accept.issuer)?.paths;
      if (signedBy === undefined) throw new Error(`no issuer ${entry.accept.issuer}`);
      const paths = layout.pullCertificate(binding);
      return [binding, { paths, purpose: "pull", name: nameOf(entry), signedBy } as const];
    }),
  );
  const [first] = workerEntries(mapping);
  const stranger: PlannedCertificate = {
    paths: layout.stranger,
    purpose: "pull",
    name: first === undefined ? "stranger.invalid" : nameOf(first),
    signedBy: strangerIssuer.paths,
  };
  const origins = new Map(
    workerEntries(mapping).map(({ origin: { hostname } }) => {
      const paths = layout.originCertificate(hostname);
      const signedBy = originIssuer.paths;
      return [hostname, { paths, purpose: "origin", name: hostname, signedBy } as const];
    }),
  );
  return { issuers, pull, strangerIssuer, stranger, originIssuer, origins };
}

/** The plan as a list, in an order in which it can be carried out. */
export function inOrder(plan: CertificatePlan): readonly PlannedCertificate[] {
  return [
    ...plan.issuers.values(),
    plan.strangerIssuer,
    plan.originIssuer,
    ...plan.pull.values(),
    plan.stranger,
    ...plan.origins.values(),
  ];
}

function issuer(paths: PairPaths, name: string): PlannedCertificate {
  return { paths, purpose: "issuer", name, signedBy: paths };
}

/** The DNS name that the entry's pull certificate carries: one that "issued" accepts, else its hostname. */
function nameOf({ hostname, accept }: WorkerEntry): string {
  return accept.names[0] ?? (isWildcard(hostname) ? hostname.slice(2) : hostname);
}
