import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import { signerOf } from "../certificates/certificate-and-key.ts";
import { issueIssuer } from "../certificates/issue-issuer.ts";
import { issuePullCertificate } from "../certificates/issue-leaf.ts";
import { DEFAULT_KEY_TYPE } from "../certificates/key-type.ts";
import type { Presented } from "../probe/outcome.ts";

/** A good certificate of an issuer that nobody knows, made for this one diagnosis and thrown away. */
export async function makeStranger(now: Date): Promise<Presented> {
  const keyType = DEFAULT_KEY_TYPE;
  const issuer = await issueIssuer({ name: "Nobody's issuer", keyType, days: 1, now });
  const leaf = await issuePullCertificate({
    hostname: parseHostname("stranger.invalid") as Hostname,
    signer: signerOf(issuer),
    keyType,
    days: 1,
    now,
  });
  return { certificate: leaf.certificate + issuer.certificate, key: leaf.key };
}
