import { parseMappingText } from "../../shared/mapping-text.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { BindingName, Entry, IssuerName, Mapping } from "../../shared/mapping.ts";
import { failure, type Failure } from "../manners/failure.ts";
import { readText } from "../manners/read-text.ts";
import { required } from "../manners/required.ts";
import { entriesByBinding, needsWorker } from "../worker-entries.ts";
import { addToMapping } from "./add-to-mapping.ts";
import { newFile, NEXT } from "./binding-files.ts";
import { lookAround, PLACES } from "./find-standing.ts";
import { ignoredFile } from "./ignored-file.ts";
import { makeCertificates } from "./make-certificates.ts";
import { longBindingOf, type PlannedGroup } from "./planned-hosts.ts";
import { refuseUnclean, type PreparedInit } from "./prepare-init.ts";
import { workerFiles } from "./worker-files.ts";
import { writtenHosts } from "./written-mapping.ts";

/** What `init --add` would write; and the groups, with the bindings that were free. */
export interface PreparedAdd extends PreparedInit {
  readonly groups: readonly PlannedGroup[];
}

/**
 * Prepares more hostnames for a project that is there: entries, bindings, the twin's services and pull certificates, everything
 * else as it is. The first hostname of a Worker's brings all that a Worker needs, since nothing of it is there. Held to the rules of `check` before the first byte is written.
 *
 * @throws {Failure} where there is no mapping or no issuer to sign with, or where a hostname or its origin is in it already.
 */
export async function prepareAdd(wanted: readonly PlannedGroup[], now: Date): Promise<PreparedAdd> {
  const before = required(PLACES.mapping, readText(PLACES.mapping), "begin with: pullproof init");
  const mapping = required(PLACES.mapping, parseMappingText(before), "pullproof check says why");
  refuseKnown(mapping, wanted);
  const issuer = issuerOf(mapping);
  const taken = entriesByBinding(mapping);
  const groups = wanted.map((group) => withFreeBinding(group, taken));
  const certificates = await makeCertificates(groups, "", true, now);
  const added = addToMapping(before, writtenHosts(groups, certificates.fingerprints, issuer));
  if (!added.ok) throw failure({ file: PLACES.mapping, message: added.why, next: NEXT });
  const after = required(PLACES.mapping, parseMappingText(added.text), NEXT);
  const standing = { example: null, ...lookAround() };
  const { bindings, others, install, ...worker } = workerFiles(standing, after);
  const isFirst = !needsWorker(mapping) && needsWorker(after);
  const files = [
    ...certificates.files,
    newFile(PLACES.mapping, added.text, before),
    ...bindings,
    ...(isFirst ? [...others, ignoredFile(standing, true)] : []),
  ].filter(({ text, replaces }) => text !== replaces);
  refuseUnclean(files, standing, now);
  return { files, certificates, ...worker, install: isFirst ? install : null, groups };
}

function refuseKnown({ entries }: Mapping, groups: readonly PlannedGroup[]): void {
  const wanted = groups.flatMap(({ hosts, binding }) =>
    hosts.map((host) => ({ ...host, isEdges: binding === null })),
  );
  for (const { hostname, origins, isEdges } of wanted) {
    if (entries.some((entry) => entry.hostname === hostname)) {
      const next = `leave it out; another certificate is: pullproof rotate ${hostname} --new`;
      throw failure({ file: PLACES.mapping, message: `has ${hostname} already`, next });
    }
    const shares = entries.find((entry) =>
      entry.origins.some((known) => origins.some((origin) => origin.hostname === known.hostname)),
    );
    if (shares === undefined) continue;
    if (isEdges || shares.present.by === "edge") throw pullsFromEdges(shares, hostname, isEdges);
    const message = `${shares.hostname} has the origin hostname of ${hostname}: what one of them accepts, the other must`;
    const next = `write the entry by hand, with the "present" and "accept" of ${shares.hostname}, then: pullproof check`;
    throw failure({ file: PLACES.mapping, message, next });
  }
}

/** What the edge presents for is proxied, and its own origin hostname: no other entry can pull from there. */
function pullsFromEdges(known: Entry, added: Hostname, isEdges: boolean): Failure {
  const [puller, edges] = isEdges ? [known.hostname, added] : [added, known.hostname];
  return failure({
    file: PLACES.mapping,
    message: `${puller} pulls from ${edges}, which visitors reach through Cloudflare where the edge presents for it`,
    next: `give ${puller} an origin hostname of its own, not proxied; then the same again`,
  });
}

/** The issuer whose key lies where `init` has put it. */
function issuerOf({ issuers }: Mapping): IssuerName {
  const file = `${PLACES.issuer}.pem`;
  const own = [...issuers.values()].find(
    ({ certificates, shared }) => !shared && certificates.replace(/^\.\//, "") === file,
  );
  if (own !== undefined) return own.name;
  throw failure({
    file: PLACES.mapping,
    message: `no issuer of it has its certificates in ${file}: nothing can be signed for it here`,
    next: "write the entry by hand, with a certificate of your issuer: pullproof issue HOSTNAME --issuer PATH",
  });
}

function withFreeBinding(
  group: PlannedGroup,
  taken: ReadonlyMap<BindingName, unknown>,
): PlannedGroup {
  return group.binding !== null && taken.has(group.binding)
    ? { ...group, binding: longBindingOf(group) }
    : group;
}
