import { dirname, join, resolve } from "node:path";
import { entriesByOrigin } from "../../origin-verifier/trust/group-policies.ts";
import { reportEnd } from "../../origin-verifier/trust/report-end.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { Entry, Mapping } from "../../shared/mapping.ts";
import { pathTo, type Problem } from "../../shared/problem.ts";
import { readMapping } from "../check/check.ts";
import { refuseIfAny } from "../manners/failure.ts";
import { findingsIn } from "../manners/finding.ts";
import { nextFor } from "../manners/next-for.ts";
import type { AcceptedFacts, OriginFacts, RenderFacts } from "./facts.ts";
import { findCertificates, vetListed, type Searched } from "./listed-certificates.ts";
import { readIssuers, type ReadIssuer } from "./read-issuers.ts";
import { readServed, type ServedFlags } from "./read-served.ts";

/** What one rendering is asked for, beside its target. */
export interface FactsRequest extends ServedFlags {
  /** A folder with the listed pull certificates; the folders of the issuers where left out. */
  readonly pullCertificates?: string;
  /** The mapping's folder as it is called at the origin; where it is here, where left out. */
  readonly at?: string;
  /** Where the rendered files will lie at the origin. */
  readonly place: string;
  readonly log: string;
  readonly pass: readonly string[];
  readonly anyOfIssuer: boolean;
  readonly now: number;
}

/** The facts, and the file of the mapping that they are of. */
export interface ReadFacts {
  readonly facts: RenderFacts;
  readonly mapping: string;
}

/**
 * Reads the mapping, the issuers and the listed certificates, and holds them against the verifier's own rules: nothing
 * is rendered that the verifier would not start with.
 *
 * @throws {Failure} with everything that is wrong.
 */
export async function readFacts(request: FactsRequest): Promise<ReadFacts> {
  const served = await readServed(request);
  const file = request.config === undefined ? request.mapping : served.mapping;
  const next = nextFor(served.mapping, "--mapping FILE, or begin one: pullproof init", file);
  const read = readMapping(served.mapping);
  if (!read.ok) refuseIfAny(findingsIn(file, read.problems, next));
  const mapping = (read as { readonly value: Mapping }).value;
  const home = dirname(served.mapping);
  const issuers = readIssuers(mapping, file, request.now);
  refuseIfAny(issuers.findings);

  const folders =
    request.pullCertificates === undefined
      ? [...mapping.issuers.values()].map(({ certificates }) => dirname(join(home, certificates)))
      : [request.pullCertificates];
  const searched = findCertificates(folders);
  const problems: Problem[] = [];
  const origins: OriginFacts[] = [];
  for (const [originHostname, entries] of entriesByOrigin(mapping)) {
    const own = served.originOf(originHostname);
    if (own === undefined) continue;
    const [first] = entries;
    const path = pathTo("hosts", first.hostname);
    const issuer = mapping.issuers.get(first.accept.issuer);
    const vetted = issuers.read.get(first.accept.issuer);
    if (issuer === undefined || vetted === undefined) continue;
    const accepts = acceptedOf(first, vetted, searched, request.now, path);
    if ("problems" in accepts) {
      problems.push(...accepts.problems);
      continue;
    }
    const locks = otherLocks(first, path);
    if (locks.length > 0) {
      problems.push(...locks);
      continue;
    }
    const place = resolve(request.at ?? home);
    origins.push({
      originHostname,
      authority: authorityOf(originHostname, first),
      hostnames: hostnamesOf(entries),
      byEdge: entries
        .filter(({ present }) => present.by === "edge")
        .map(({ hostname }) => hostname),
      elsewhere: mapping.entries
        .filter((entry) => entry.origins.every(({ hostname }) => hostname !== originHostname))
        .map(({ hostname }) => hostname),
      issuer: {
        name: issuer.name,
        certificates: resolve(place, issuer.certificates),
        crl: issuer.crl === null ? null : resolve(place, issuer.crl),
        ders: vetted.issuer.certificates.map(({ certificate }) =>
          certificate.raw.toString("base64"),
        ),
        shared: issuer.shared,
      },
      accepts,
      reportUntil: reportEnd(first.accept.mode),
      ...own,
      health: entries.find(({ health }) => health !== null)?.health ?? null,
      path,
    });
  }
  const [first, ...rest] = origins;
  if (first === undefined && problems.length === 0)
    problems.push({ path: "hosts", message: "no origin hostname of the mapping is served here" });
  refuseIfAny(
    findingsIn(
      file,
      problems,
      "correct it, or name the folder of the pull certificates with --pull-certificates, then render again",
    ),
  );
  return {
    mapping: file,
    facts: {
      listen: served.listen,
      origins: [first as OriginFacts, ...rest],
      folder: request.place,
      log: request.log,
      pass: request.pass,
      anyOfIssuer: request.anyOfIssuer,
    },
  };
}

/** The origin hostname, with the port that this one of the entry's origins has, where that is not 443. */
function authorityOf(originHostname: Hostname, { origins: all }: Entry): string {
  const origin = all.find(({ hostname }) => hostname === originHostname);
  return origin === undefined ? originHostname : new URL(origin.url).host;
}

function hostnamesOf([first, ...rest]: readonly [Entry, ...Entry[]]): OriginFacts["hostnames"] {
  return [first.hostname, ...rest.map(({ hostname }) => hostname)];
}

/**
 * Whatever is asked beside the certificate, also what is new in the mapping: what is rendered without it would be less than
 * the mapping says.
 */
function otherLocks({ accept: { also } }: Entry, path: string): readonly Problem[] {
  const asked = Object.entries(also).filter(([, lock]) => lock !== null);
  return asked.map(([name]) => ({
    path: `${path}.accept.also.${name}`,
    message:
      "the verifier alone has this lock, and nothing is rendered without it: run origin-verifier here, or take it out of the entry",
  }));
}

function acceptedOf(
  { accept: { certificates, names } }: Entry,
  { issuer, crls }: ReadIssuer,
  searched: Searched,
  now: number,
  path: string,
): AcceptedFacts | { readonly problems: readonly Problem[] } {
  if (certificates === "issued") return { by: "issuer", names };
  const vetted = certificates.map((fingerprint, index) =>
    vetListed(fingerprint, searched, issuer, crls, now, `${path}.accept.certificates[${index}]`),
  );
  const problems = vetted.filter((one) => "message" in one);
  const [first, ...rest] = vetted.filter((one) => "der" in one);
  return problems.length > 0 || first === undefined
    ? { problems }
    : { by: "list", certificates: [first, ...rest] };
}
