import { parseMappingText } from "../../shared/mapping-text.ts";
import type { BindingName, IssuerName, Mapping } from "../../shared/mapping.ts";
import { failure } from "../manners/failure.ts";
import { readText } from "../manners/read-text.ts";
import { required } from "../manners/required.ts";
import { entriesByBinding } from "../worker-entries.ts";
import { addToMapping } from "./add-to-mapping.ts";
import { configurationFile, newFile, NEXT, twinFile } from "./binding-files.ts";
import { lookAround, PLACES } from "./find-standing.ts";
import { makeCertificates } from "./make-certificates.ts";
import { longBindingOf, type PlannedGroup } from "./planned-hosts.ts";
import { hasTypes, refuseUnclean, type PreparedInit } from "./prepare-init.ts";
import { writtenHosts } from "./written-mapping.ts";

/** What `init --add` would write; and the groups, with the bindings that were free. */
export interface PreparedAdd extends PreparedInit {
  readonly groups: readonly PlannedGroup[];
}

/**
 * Prepares more hostnames for a project that is there: entries, bindings, the twin's services and pull certificates, everything
 * else as it is. Held to the rules of `check` before the first byte is written.
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
  const configuration = configurationFile(standing, after);
  const files = [
    ...certificates.files,
    newFile(PLACES.mapping, added.text, before),
    configuration,
    twinFile(standing, after, configuration),
  ].filter(({ text, replaces }) => text !== replaces);
  refuseUnclean(files, configuration, now);
  return {
    files,
    certificates,
    configuration: configuration.path,
    hasTypes: hasTypes(configuration),
    install: null,
    groups,
  };
}

function refuseKnown({ entries }: Mapping, groups: readonly PlannedGroup[]): void {
  for (const { hostname, origins } of groups.flatMap(({ hosts }) => hosts)) {
    if (entries.some((entry) => entry.hostname === hostname)) {
      const next = `leave it out; another certificate is: pullproof rotate ${hostname} --new`;
      throw failure({ file: PLACES.mapping, message: `has ${hostname} already`, next });
    }
    const shares = entries.find((entry) =>
      entry.origins.some((known) => origins.some((origin) => origin.hostname === known.hostname)),
    );
    if (shares === undefined) continue;
    const message = `${shares.hostname} has the origin hostname of ${hostname}: what one of them accepts, the other must`;
    const next = `write the entry by hand, with the "present" and "accept" of ${shares.hostname}, then: pullproof check`;
    throw failure({ file: PLACES.mapping, message, next });
  }
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
  return taken.has(group.binding) ? { ...group, binding: longBindingOf(group) } : group;
}
