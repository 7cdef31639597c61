import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";

/** The team and the application of tests. */
export const TEAM = "acme";
export const AUDIENCE = "0a".repeat(32);
export const ISSUER = `https://${TEAM}.cloudflareaccess.com`;

/** The alphabet of a token's parts (RFC 4648 5). */
export const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A key that signs tokens. */
export interface AccessKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public half, as a team's keys are published. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** Makes a key as Cloudflare Access has them. */
export function mintAccessKey(kid: string, bits = 2048): AccessKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const { n, e } = publicKey.export({ format: "jwk" });
  return { kid, privateKey, publicKey, jwk: { kid, kty: "RSA", alg: "RS256", use: "sig", e, n } };
}

/** A file of keys, as `pullproof fetch access` writes it. */
export function keySet(keys: readonly AccessKey[], fetched?: string): string {
  return JSON.stringify({
    ...(fetched === undefined ? {} : { fetched }),
    keys: keys.map(({ jwk }) => jwk),
  });
}

/** The claims of a good token. @param now seconds since 1970. */
export function goodClaims(now: number): Record<string, unknown> {
  return {
    aud: [AUDIENCE],
    iss: ISSUER,
    iat: now - 60,
    nbf: now - 60,
    exp: now + 3_600,
    type: "app",
  };
}

/** Signs a token; each member of the header can be replaced, `undefined` takes it away. */
export function signToken(
  key: AccessKey,
  claims: object,
  header: Readonly<Record<string, unknown>> = {},
): string {
  const written = { alg: "RS256", kid: key.kid, typ: "JWT", ...header };
  const signed = `${encoded(written)}.${encoded(claims)}`;
  return `${signed}.${createSign("sha256").update(signed).sign(key.privateKey, "base64url")}`;
}

/** One part of a token. */
export function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
