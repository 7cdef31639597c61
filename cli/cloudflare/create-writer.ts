import type { CloudflareWriter } from "../apply/cloudflare-writer.ts";
import { failure } from "../manners/failure.ts";
import { associate } from "./associate.ts";
import type { Connection } from "./connection.ts";
import { deleteAccountCertificate } from "./delete-account-certificate.ts";
import { deleteHostnameCertificate } from "./delete-hostname-certificate.ts";
import { deleteZoneCertificate } from "./delete-zone-certificate.ts";
import { setTlsClientAuth } from "./set-tls-client-auth.ts";
import { setZoneEnabled } from "./set-zone-enabled.ts";
import { CloudflareError } from "./trouble.ts";
import { wordsOf } from "./trouble-words.ts";
import { uploadAccountCertificate } from "./upload-account-certificate.ts";
import { uploadHostnameCertificate } from "./upload-hostname-certificate.ts";
import { uploadZoneCertificate } from "./upload-zone-certificate.ts";

/** What changes something at Cloudflare over a connection. */
export function createCloudflareWriter(connection: Connection): CloudflareWriter {
  return {
    uploadAccountCertificate: inWords(uploadAccountCertificate, connection),
    deleteAccountCertificate: inWords(deleteAccountCertificate, connection),
    uploadHostnameCertificate: inWords(uploadHostnameCertificate, connection),
    deleteHostnameCertificate: inWords(deleteHostnameCertificate, connection),
    associate: inWords(associate, connection),
    uploadZoneCertificate: inWords(uploadZoneCertificate, connection),
    deleteZoneCertificate: inWords(deleteZoneCertificate, connection),
    setZoneEnabled: inWords(setZoneEnabled, connection),
    setTlsClientAuth: inWords(setTlsClientAuth, connection),
  };
}

/** The same operation, whose troubles are failures with the next command. */
function inWords<Args extends readonly unknown[], T>(
  operation: (connection: Connection, ...args: Args) => Promise<T>,
  connection: Connection,
): (...args: Args) => Promise<T> {
  return async (...args) => {
    try {
      return await operation(connection, ...args);
    } catch (thrown) {
      throw thrown instanceof CloudflareError ? failure(wordsOf(thrown)) : thrown;
    }
  };
}
