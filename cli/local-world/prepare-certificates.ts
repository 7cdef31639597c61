import { chmodSync, mkdirSync } from "node:fs";
import { parseHostname } from "../../shared/hostname.ts";
import type { Mapping } from "../../shared/mapping.ts";
import {
  signerOf,
  type CertificateAndKey,
  type Signer,
} from "../certificates/certificate-and-key.ts";
import { issueIssuer } from "../certificates/issue-issuer.ts";
import { issueOriginCertificate, issuePullCertificate } from "../certificates/issue-leaf.ts";
import { DEFAULT_KEY_TYPE } from "../certificates/key-type.ts";
import { writeFiles } from "../certificates/write-files.ts";
import type { Layout } from "./layout.ts";
import type { LocalCertificate, LocalCertificates } from "./local-certificates.ts";
import {
  inOrder,
  planCertificates,
  type CertificatePlan,
  type PlannedCertificate,
} from "./planned-certificates.ts";
import { readStanding } from "./standing-certificates.ts";

/** Days that the throwaway certificates are valid for. */
const DAYS = 30;

/** What was prepared, and whether it is the one from last time. */
export interface PreparedCertificates {
  readonly certificates: LocalCertificates;
  readonly reused: boolean;
}

/**
 * The throwaway certificates of a mapping: those of last time where every one of them still stands, all of them new
 * otherwise. There is no in-between: a mixture of two generations is a puzzle that nobody needs.
 */
export async function prepareCertificates(
  mapping: Mapping,
  layout: Layout,
  now: Date,
): Promise<PreparedCertificates> {
  const plan = planCertificates(mapping, layout);
  mkdirSync(layout.folder, { recursive: true, mode: 0o700 });
  // The folder may be there from before, with another mode.
  chmodSync(layout.folder, 0o700);
  const standing = readStanding(inOrder(plan), now);
  if (standing !== null) return { certificates: arrange(plan, standing), reused: true };
  return { certificates: arrange(plan, await makeAll(inOrder(plan), now)), reused: false };
}

async function makeAll(
  planned: readonly PlannedCertificate[],
  now: Date,
): Promise<ReadonlyMap<PlannedCertificate, LocalCertificate>> {
  const made = new Map<PlannedCertificate, LocalCertificate>();
  const signers = new Map<string, Signer>();
  for (const certificate of planned) {
    const { paths, purpose } = certificate;
    const pair = await make(certificate, signers.get(certificate.signedBy.certificate), now);
    if (purpose === "issuer") signers.set(paths.certificate, signerOf(pair));
    made.set(certificate, { paths, ...pair });
  }
  writeFiles(
    [...made.values()].flatMap(({ paths, certificate, key }) => [
      { path: paths.key, text: key, mode: 0o600 } as const,
      { path: paths.certificate, text: certificate, mode: 0o644 } as const,
    ]),
    "replace",
  );
  return made;
}

async function make(
  { purpose, name }: PlannedCertificate,
  signer: Signer | undefined,
  now: Date,
): Promise<CertificateAndKey> {
  const how = { keyType: DEFAULT_KEY_TYPE, days: DAYS, now };
  if (purpose === "issuer") return await issueIssuer({ name, ...how });
  const hostname = parseHostname(name);
  if (hostname === null || signer === undefined) throw new Error(`cannot issue for ${name}`);
  return purpose === "pull"
    ? await issuePullCertificate({ hostname, signer, ...how })
    : await issueOriginCertificate({ hostname, signer, ...how });
}

function arrange(
  plan: CertificatePlan,
  made: ReadonlyMap<PlannedCertificate, LocalCertificate>,
): LocalCertificates {
  const of = (planned: PlannedCertificate): LocalCertificate => {
    const certificate = made.get(planned);
    if (certificate === undefined) throw new Error(`${planned.name} was not made`);
    return certificate;
  };
  const all = <K>(plans: ReadonlyMap<K, PlannedCertificate>): ReadonlyMap<K, LocalCertificate> =>
    new Map([...plans].map(([key, planned]) => [key, of(planned)]));
  return {
    issuers: all(plan.issuers),
    pull: all(plan.pull),
    edge: all(plan.edge),
    stranger: of(plan.stranger),
    originIssuer: of(plan.originIssuer),
    origins: all(plan.origins),
  };
}
