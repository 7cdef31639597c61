/** A certificate as every TLS engine writes it: lines of 64, each with its end (RFC 7468 2). */
export function pemOf(der: string): string {
  const lines = der.match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
