import { isWildcard, type HostPattern, type Hostname } from "../../shared/hostname.ts";
import type { BindingName, Entry, IssuerName, Mapping } from "../../shared/mapping.ts";
import { edgeEntries, type EdgeEntry } from "../edge-entries.ts";
import { entriesByBinding, workerEntries } from "../worker-entries.ts";
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
  /** By entry; entries that share a certificate have the very same plan. */
  readonly edge: ReadonlyMap<HostPattern, PlannedCertificate>;
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
      const signedBy = signerOf(entry, issuers);
      const paths = layout.pullCertificate(binding);
      return [binding, { paths, purpose: "pull", name: nameOf(entry), signedBy } as const];
    }),
  );
  const byFile = new Map<string, PlannedCertificate>();
  const edge = new Map(
    edgeEntries(mapping).map((entry) => {
      const name = edgeNameOf(entry);
      const whose = entry.present.level === "hostname" ? entry.hostname : name;
      const paths = layout.edgeCertificate(entry.present.level, `${entry.accept.issuer}.${whose}`);
      const signedBy = signerOf(entry, issuers);
      const known = byFile.get(paths.certificate);
      const planned = known ?? ({ paths, purpose: "pull", name, signedBy } as const);
      byFile.set(paths.certificate, planned);
      return [entry.hostname, planned] as const;
    }),
  );
  const [first = mapping.entries[0]] = workerEntries(mapping);
  const stranger: PlannedCertificate = {
    paths: layout.stranger,
    purpose: "pull",
    name: nameOf(first),
    signedBy: strangerIssuer.paths,
  };
  const origins = new Map(
    mapping.entries.flatMap(({ origins: all }) =>
      all.map(({ hostname }) => {
        const paths = layout.originCertificate(hostname);
        const signedBy = originIssuer.paths;
        return [hostname, { paths, purpose: "origin", name: hostname, signedBy } as const];
      }),
    ),
  );
  return { issuers, pull, edge, strangerIssuer, stranger, originIssuer, origins };
}

/** The plan as a list, in an order in which it can be carried out. */
export function inOrder(plan: CertificatePlan): readonly PlannedCertificate[] {
  return [
    ...plan.issuers.values(),
    plan.strangerIssuer,
    plan.originIssuer,
    ...plan.pull.values(),
    ...new Set(plan.edge.values()),
    plan.stranger,
    ...plan.origins.values(),
  ];
}

function issuer(paths: PairPaths, name: string): PlannedCertificate {
  return { paths, purpose: "issuer", name, signedBy: paths };
}

function signerOf(
  { accept }: Entry,
  issuers: ReadonlyMap<IssuerName, PlannedCertificate>,
): PairPaths {
  const signedBy = issuers.get(accept.issuer)?.paths;
  if (signedBy === undefined) throw new Error(`no issuer ${accept.issuer}`);
  return signedBy;
}

/** The DNS name that the entry's pull certificate carries: one that "issued" accepts, else its hostname. */
function nameOf({ hostname, accept }: Entry): string {
  return accept.names[0] ?? (isWildcard(hostname) ? hostname.slice(2) : hostname);
}

/** The same of what the edge presents: the zone's certificate is the zone's, and Cloudflare's own names Cloudflare. */
function edgeNameOf(entry: EdgeEntry): string {
  const { accept, hostname, present } = entry;
  switch (present.level) {
    case "hostname":
      return nameOf(entry);
    case "zone":
      // Where a zone begins no name says; for throwaway certificates the name without its first label will do.
      return accept.names[0] ?? hostname.replace(/^[^.]+\.(?=[^.]+\.)/, "");
    case "shared":
      return "origin-pull.cloudflare.net";
  }
}
