import { createSecureContext, type SecureContext } from "node:tls";
import { failed, parsed, type Parsed } from "../../shared/problem.ts";
import type { OriginCertificate } from "../certificate/read-origin-certificate.ts";
import type { IssuerTrust } from "./trust.ts";

/**
 * The secure context of one origin hostname. `ca` is an array of single, vetted certificates: an empty string means
 * Mozilla's roots to Node, and whatever follows a corrupt block in a joined one is dropped without an error.
 */
export function createOriginContext(
  own: OriginCertificate,
  { issuer, crls }: IssuerTrust,
): Parsed<SecureContext> {
  try {
    return parsed(
      createSecureContext({
        cert: own.chainPem,
        key: own.keyPem,
        ca: issuer.certificates.map(({ pem }) => pem),
        allowPartialTrustChain: issuer.partialChain,
        ...(crls.length > 0 ? { crl: crls.map(({ pem }) => pem) } : {}),
      }),
    );
  } catch (error) {
    return failed(
      "",
      `the TLS engine does not take this certificate and key: ${(error as Error).message}`,
    );
  }
}
