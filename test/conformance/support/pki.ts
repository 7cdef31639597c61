import type { Hostname } from "../../../shared/hostname.ts";
import { EKU, extendedKeyUsage } from "../../support/certificate-parts.ts";
import {
  leafExtensions,
  mintCa,
  mintLeaf,
  without,
  type Minted,
} from "../../support/certificates.ts";
import { freshKeys } from "../../support/keys.ts";

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

/** Makes a whole PKI. */
export function makePki(): Pki {
  const issuer = mintCa({ subject: "own" });
  const otherIssuer = mintCa({ subject: "other" });
  const strangerIssuer = mintCa({ subject: "stranger" });
  const originIssuer = mintCa({ subject: "origins" });
  const shopNames = { names: ["shop.example.com"] };
  return {
    issuer,
    otherIssuer,
    strangerIssuer,
    originIssuer,
    shop: mintLeaf(issuer, shopNames),
    blog: mintLeaf(issuer, { names: ["blog.example.com"] }),
    unlisted: mintLeaf(issuer, shopNames),
    other: mintLeaf(otherIssuer, shopNames),
    stranger: mintLeaf(strangerIssuer, shopNames),
    origins: {
      [SHOP]: originCertificate(originIssuer, SHOP),
      [BLOG]: originCertificate(originIssuer, BLOG),
    },
  };
}

function originCertificate(by: Minted, hostname: Hostname): Minted {
  const keys = freshKeys();
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
