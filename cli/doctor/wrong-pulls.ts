import type { Hostname } from "../../shared/hostname.ts";
import type { Origin } from "../../shared/origin.ts";
import type { Presented } from "../probe/outcome.ts";
import type { ProbeName } from "./diagnosis.ts";

/** A pull that must be refused. */
export interface WrongPull {
  readonly probe: ProbeName;
  readonly tried: string;
  readonly servername: Hostname | null;
  readonly authority: string;
  readonly certificate: Presented | null;
}

/** What wrong pulls are made of. */
export interface WrongMaterial {
  /** The entry's own pull certificate; null where its files are not at hand. */
  readonly own: Presented | null;
  /** A good certificate that this entry does not accept, and whose it is; null where none is at hand. */
  readonly others: { readonly hostname: string; readonly certificate: Presented } | null;
  /** Signed by an issuer that was made for this alone. */
  readonly stranger: Presented;
  /** Another origin hostname of the mapping; null where there is but one. */
  readonly otherOrigin: Hostname | null;
}

/** The wrong pulls that can be made at one origin, in the order in which they are told. Pure. */
export function listWrongPulls(
  origin: Pick<Origin, "hostname">,
  { own, others, stranger, otherOrigin }: WrongMaterial,
): readonly WrongPull[] {
  const here = { servername: origin.hostname, authority: origin.hostname };
  const elsewhere = otherOrigin ?? "elsewhere.invalid";
  return [
    { probe: "no-certificate", tried: "without a certificate", ...here, certificate: null },
    ...(others === null
      ? []
      : [
          {
            probe: "another-hostname" as const,
            tried: `with the certificate of ${others.hostname}`,
            ...here,
            certificate: others.certificate,
          },
        ]),
    {
      probe: "another-issuer",
      tried: "with a certificate of another issuer",
      ...here,
      certificate: stranger,
    },
    {
      probe: "another-host",
      tried: `with Host: ${elsewhere}`,
      servername: origin.hostname,
      authority: elsewhere,
      certificate: own,
    },
    {
      probe: "no-name",
      tried: "without a name (SNI), as scanners do",
      servername: null,
      authority: origin.hostname,
      certificate: own,
    },
  ];
}
