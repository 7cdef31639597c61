import { writeFileSync } from "node:fs";
import path from "node:path";
import { issueIssuer } from "../../cli/certificates/issue-issuer.ts";
import { issueOriginCertificate, issuePullCertificate } from "../../cli/certificates/issue-leaf.ts";
import { signerOf } from "../../cli/certificates/certificate-and-key.ts";
import type { Hostname } from "../../shared/hostname.ts";

/** The origin hostname that everything is pulled from. */
export const ORIGIN = "origin-shop.example.net" as Hostname;
/** The hostname that is pulled for. */
export const HOSTNAME = "shop.example.com" as Hostname;

/** The kinds of keys that handshakes are measured with. */
export type Keys = "p256" | "rsa2048";

/** The files of one kind of key: the same for every server. PEM. */
export interface Certificates {
  readonly issuer: string;
  readonly origin: string;
  readonly originKey: string;
  /** Certificate and key in one file, as HAProxy and stunnel want them. */
  readonly originBoth: string;
  readonly pull: string;
  readonly pullKey: string;
  readonly mapping: string;
}

/** Makes an issuer, an origin certificate, a pull certificate and a mapping, in a folder. */
export async function makeCertificates(folder: string, keyType: Keys): Promise<Certificates> {
  const now = new Date();
  const common = { keyType, days: 30, now };
  const issuer = await issueIssuer({ name: "bench", ...common });
  const signer = signerOf(issuer);
  const origin = await issueOriginCertificate({ hostname: ORIGIN, signer, ...common });
  const pull = await issuePullCertificate({ hostname: HOSTNAME, signer, ...common });
  const write = (name: string, text: string): string => {
    const file = path.join(folder, `${keyType}-${name}`);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const mapping = {
    version: 1,
    issuers: { own: { certificates: `${keyType}-issuer.pem` } },
    hosts: {
      [HOSTNAME]: {
        origin: `https://${ORIGIN}`,
        present: { by: "worker", binding: "PULL_CERT_SHOP" },
        accept: { issuer: "own", certificates: [pull.fingerprint] },
      },
    },
  };
  return {
    issuer: write("issuer.pem", issuer.certificate),
    origin: write("origin.pem", origin.certificate),
    originKey: write("origin.key", origin.key),
    originBoth: write("origin-both.pem", `${origin.certificate}${origin.key}`),
    pull: write("pull.pem", pull.certificate),
    pullKey: write("pull.key", pull.key),
    mapping: write("mapping.json", JSON.stringify(mapping)),
  };
}
