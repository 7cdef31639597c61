import type { CloudflareWriter } from "../apply/cloudflare-writer.ts";
import { associate } from "./associate.ts";
import type { Connection } from "./connection.ts";
import { deleteAccountCertificate } from "./delete-account-certificate.ts";
import { deleteHostnameCertificate } from "./delete-hostname-certificate.ts";
import { deleteZoneCertificate } from "./delete-zone-certificate.ts";
import { inWords } from "./in-words.ts";
import { setTlsClientAuth } from "./set-tls-client-auth.ts";
import { setZoneEnabled } from "./set-zone-enabled.ts";
import { uploadAccountCertificate } from "./upload-account-certificate.ts";
import { uploadHostnameCertificate } from "./upload-hostname-certificate.ts";
import { uploadZoneCertificate } from "./upload-zone-certificate.ts";

/** What changes something at Cloudflare over a connection. */
export function createCloudflareWriter(connection: Connection): CloudflareWriter {
  return {
    uploadAccountCertificate: over(connection, uploadAccountCertificate),
    deleteAccountCertificate: over(connection, deleteAccountCertificate),
    uploadHostnameCertificate: over(connection, uploadHostnameCertificate),
    deleteHostnameCertificate: over(connection, deleteHostnameCertificate),
    associate: over(connection, associate),
    uploadZoneCertificate: over(connection, uploadZoneCertificate),
    deleteZoneCertificate: over(connection, deleteZoneCertificate),
    setZoneEnabled: over(connection, setZoneEnabled),
    setTlsClientAuth: over(connection, setTlsClientAuth),
  };
}

/** The same operation, whose troubles are failures with the next command. */
function over<Args extends readonly unknown[], T>(
  connection: Connection,
  operation: (connection: Connection, ...args: Args) => Promise<T>,
): (...args: Args) => Promise<T> {
  return async (...args) => await inWords(async () => await operation(connection, ...args));
}
