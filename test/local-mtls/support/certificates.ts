import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { signerOf, type CertificateAndKey } from "../../../cli/certificates/certificate-and-key.ts";
import { issueIssuer } from "../../../cli/certificates/issue-issuer.ts";
import {
  issueOriginCertificate,
  issuePullCertificate,
} from "../../../cli/certificates/issue-leaf.ts";
import { parseHostname, type Hostname } from "../../../shared/hostname.ts";

/** A folder as `npm start` makes it, with fresh certificates: what the options of the local twin name. */
export interface LocalFolder {
  readonly folder: string;
  /** The CA that the origin holds pull certificates against. */
  readonly issuer: string;
  /** By origin hostname: what the origin presents. */
  readonly origins: ReadonlyMap<string, CertificateAndKey>;
  /** Issues another pull certificate under a binding's name, in place of the present one. */
  readonly replace: (binding: string, hostname: string) => Promise<void>;
  readonly remove: () => void;
}

const NOW = new Date();
const SHORT = { keyType: "p256", days: 1, now: NOW } as const;

/**
 * Makes one.
 *
 * @param pulls hostname of the pull certificate, by binding.
 * @param originHostnames one origin certificate each.
 */
export async function makeLocalFolder(
  pulls: Readonly<Record<string, string>>,
  originHostnames: readonly string[],
): Promise<LocalFolder> {
  const folder = mkdtempSync(path.join(tmpdir(), "pullproof-local-mtls-"));
  const write = (name: string, { certificate, key }: CertificateAndKey): void => {
    writeFileSync(path.join(folder, `${name}.pem`), certificate);
    writeFileSync(path.join(folder, `${name}.key`), key, { mode: 0o600 });
  };
  const issuer = await issueIssuer({ ...SHORT, name: "pull issuer" });
  const originIssuer = await issueIssuer({ ...SHORT, name: "origin issuer" });
  write("issuer", issuer);
  write("origin-issuer", originIssuer);

  const signer = signerOf(issuer);
  const replace = async (binding: string, hostname: string): Promise<void> =>
    write(
      binding,
      await issuePullCertificate({ ...SHORT, hostname: hostnameOf(hostname), signer }),
    );
  for (const [binding, hostname] of Object.entries(pulls)) await replace(binding, hostname);

  const originSigner = signerOf(originIssuer);
  const origins = new Map<string, CertificateAndKey>();
  for (const raw of originHostnames) {
    const hostname = hostnameOf(raw);
    const request = { ...SHORT, hostname, signer: originSigner };
    origins.set(hostname, await issueOriginCertificate(request));
  }
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, issuer: issuer.certificate, origins, replace, remove };
}

function hostnameOf(raw: string): Hostname {
  const hostname = parseHostname(raw);
  if (hostname === null) throw new Error(`not a hostname: ${raw}`);
  return hostname;
}
