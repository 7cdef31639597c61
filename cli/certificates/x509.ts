// tsyringe, inside @peculiar/x509, reads decorator metadata while it loads: reflect-metadata has to be there before.
// This file alone imports either, so that the order cannot be got wrong.
// oxlint-disable-next-line import/no-unassigned-import -- it works by its effect on Reflect
import "reflect-metadata";

export {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
