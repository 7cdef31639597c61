import type { Hostname } from "../../../shared/hostname.ts";
import { EKU, extendedKeyUsage } from "../../support/certificate-parts.ts";
import {
  leafExtensions,
  mintCa,
  mintLeaf,
  without,
  type LeafRecipe,
  type Minted,
} from "../../support/certificates.ts";
import { freshKeys, type Keys } from "../../support/keys.ts";

/** The origin hostnames of every world. */
export const SHOP = "origin-shop.example.net" as Hostname;
export const BLOG = "origin-blog.example.net" as Hostname;

/** Fresh CAs and certificates, made once a test file: nothing in the repository expires. */
export interface Pki {
  /** Signs the pull certificates of both entries. */
  readonly issuer: Minted;
  /** An issuer of the mapping, of no entry. */
  readonly otherIssuer: Minted;
  readonly strangerIssuer: Minted;
  readonly shop: Minted;
  readonly blog: Minted;
  /** Signed by the issuer, in nobody's list. */
  readonly unlisted: Minted;
  /** Signed by the mapping's other issuer. */
  readonly other: Minted;
  readonly stranger: Minted;
  /** Trusted by those who pull. */
  readonly originIssuer: Minted;
  readonly origins: Readonly<Record<Hostname, Minted>>;
}

/** Makes a whole PKI. @param newKeys whose keys all of it has; P-256 where left out. */
export function makePki(newKeys: () => Keys = freshKeys): Pki {
  const issuer = mintCa({ subject: "own", keys: newKeys() });
  const otherIssuer = mintCa({ subject: "other", keys: newKeys() });
  const strangerIssuer = mintCa({ subject: "stranger", keys: newKeys() });
  const originIssuer = mintCa({ subject: "origins", keys: newKeys() });
  const shopNames = { names: ["shop.example.com"] };
  const leaf = (by: Minted, names: Pick<LeafRecipe, "names"> = shopNames): Minted =>
    mintLeaf(by, { ...names, keys: newKeys() });
  return {
    issuer,
    otherIssuer,
    strangerIssuer,
    originIssuer,
    shop: leaf(issuer),
    blog: leaf(issuer, { names: ["blog.example.com"] }),
    unlisted: leaf(issuer),
    other: leaf(otherIssuer),
    stranger: leaf(strangerIssuer),
    origins: {
      [SHOP]: originCertificate(originIssuer, SHOP, newKeys()),
      [BLOG]: originCertificate(originIssuer, BLOG, newKeys()),
    },
  };
}

/** An origin certificate. */
export function originCertificate(by: Minted, hostname: Hostname, keys: Keys): Minted {
  const extensions = leafExtensions(keys, by, [hostname]);
  const serverAuth = extendedKeyUsage(EKU.serverAuth);
  return mintLeaf(by, {
    keys,
    extensions: without(extensions, "2.5.29.37", serverAuth),
    // Longer than anybody warns ahead of.
    notAfter: Date.now() + 200 * 86_400_000,
  });
}

/** What an entry accepts, as the mapping says it. */
export interface WrittenAccept {
  readonly issuer?: string;
  readonly certificates: readonly string[] | "issued";
  readonly names?: readonly string[];
  readonly also?: object;
  readonly mode?: "enforce" | { readonly report: string };
}

/** A mapping of the two hostnames; what is left out is each one's own certificate, by its fingerprint. */
export function mappingOf(
  { shop, blog }: Pki,
  changes: {
    readonly issuers?: Readonly<Record<string, unknown>>;
    readonly shop?: WrittenAccept;
    readonly blog?: WrittenAccept;
  } = {},
) {
  const entry = (origin: string, binding: string, accept: WrittenAccept) => ({
    origin: `https://${origin}`,
    present: { by: "worker", binding },
    accept: { issuer: "own", ...accept },
  });
  return {
    version: 1,
    issuers: {
      own: { certificates: "issuer.pem" },
      other: { certificates: "other.pem" },
      ...changes.issuers,
    },
    hosts: {
      "shop.example.com": entry(
        SHOP,
        "PULL_CERT_SHOP",
        changes.shop ?? { certificates: [shop.fingerprint] },
      ),
      "blog.example.com": entry(
        BLOG,
        "PULL_CERT_BLOG",
        changes.blog ?? { certificates: [blog.fingerprint] },
      ),
    },
  };
}
