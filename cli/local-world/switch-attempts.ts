import type { Hostname } from "../../shared/hostname.ts";
import type { Mapping } from "../../shared/mapping.ts";
import type { EdgeEntry } from "../edge-entries.ts";
import { workerEntries } from "../worker-entries.ts";
import type { Attempt, EdgeVisit } from "./attempts.ts";
import type { LocalCertificate, LocalCertificates } from "./local-certificates.ts";
import type { WrongSwitch } from "./wrong-switches.ts";

const TOWARDS = "The same, with one switch at Cloudflare wrong";

/** What becomes of a hostname's pulls when something at Cloudflare is not as the mapping says. Pure. */
export function listSwitchAttempts(
  { accept }: EdgeEntry,
  hostname: Hostname,
  mapping: Mapping,
  certificates: LocalCertificates,
): readonly Attempt[] {
  const visit = (wrong: WrongSwitch): EdgeVisit => ({
    by: "edge-visitor",
    hostname,
    originPulls: "on",
    wrong,
    path: "/",
  });
  const other = zonesOwn(mapping, certificates);
  const isSameIssuer = other.issuer === accept.issuer;
  return [
    {
      towards: TOWARDS,
      tried: "its association is off (enabled: false)",
      how: visit("association off"),
      expected: { verdict: "refused", reason: "no-certificate", answer: 520 },
    },
    // With "issued" the zone's certificate may be as good as its own.
    ...(isSameIssuer && accept.certificates !== "issued"
      ? [
          {
            towards: TOWARDS,
            tried: "its association is removed (null): the zone's answers",
            how: visit("association removed"),
            expected: {
              verdict: "refused" as const,
              reason: "certificate-not-accepted" as const,
              answer: 403 as const,
            },
          },
        ]
      : []),
    {
      towards: TOWARDS,
      tried: "SSL mode Flexible, and the origin's port 80 is open",
      how: visit("flexible, port 80 open"),
      expected: { verdict: "gets-through", answer: 200 },
    },
    {
      towards: TOWARDS,
      tried: "SSL mode Flexible, and the origin's port 80 is closed",
      how: visit("flexible, port 80 closed"),
      expected: { verdict: "no-origin", answer: 521 },
    },
  ];
}

/** What stands for the certificate of the zone's level: one of our issuer's that this hostname does not list. */
export function zonesOwn(
  mapping: Mapping,
  { pull, stranger }: LocalCertificates,
): { readonly issuer: string | null; readonly pair: LocalCertificate } {
  const [entry] = workerEntries(mapping);
  const pair = entry === undefined ? undefined : pull.get(entry.present.binding);
  return pair === undefined || entry === undefined
    ? { issuer: null, pair: stranger }
    : { issuer: entry.accept.issuer, pair };
}
