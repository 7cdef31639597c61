import type { CertificateFacts } from "../../origin-verifier/certificate/certificate-facts.ts";
import { isSelfSigned } from "../../origin-verifier/certificate/issuer-rules.ts";
import {
  isSignedBy,
  type ReadCertificate,
} from "../../origin-verifier/certificate/signed-directly.ts";
import { NOT_A_LEAF, refusedAs, type Found, type Level } from "./lint-finding.ts";
import { shellQuote } from "../manners/shell-quote.ts";

/** A chain that begins with a CA although it has a leaf: all else would be said of the wrong certificate. */
export function misplacedLeaf(chain: readonly ReadCertificate[]): readonly Found[] {
  const leaf = chain.findIndex(({ facts }) => !facts.isCa);
  if (leaf <= 0) return [];
  return [
    {
      path: "certificates[0]",
      message: `is a CA's, and the leaf is certificates[${leaf}]: the leaf comes first`,
      otherwise: NOT_A_LEAF,
      next: REORDER,
    },
  ];
}

/**
 * What stands behind the leaf: its issuers in turn, without the root, which the origin has and nobody else needs; nothing
 * at all where Cloudflare takes leafs alone.
 */
export function chainFindings(
  chain: readonly ReadCertificate[],
  level: Level,
  file: string,
): readonly Found[] {
  const [leaf, ...rest] = chain;
  if (leaf === undefined) return [];
  const found: Found[] = [];
  const leafOnly = `openssl x509 -in ${shellQuote(file)} -out LEAF.pem`;
  if (!leaf.facts.isCa && isSignedByItself(leaf)) {
    found.push({
      path: "certificates[0]",
      message: "is signed by its own key: it has no issuer that the origin could know",
      otherwise: refusedAs("unknown-issuer"),
      next: 'pullproof issue --new-issuer "Own pulls", then pullproof issue HOSTNAME',
    });
  }
  if (rest.length === 0) return found;
  if (level !== "store") {
    found.push({
      path: "certificates[1]",
      message: `is not the leaf: on the ${level} level Cloudflare takes one certificate, and presents no other`,
      otherwise: NOT_A_LEAF,
      next: `${leafOnly}; the intermediates go into the issuer's file, at the origin`,
    });
    return found;
  }
  for (const [index, ca] of rest.entries()) {
    const child = chain[index];
    const path = `certificates[${index + 1}]`;
    if (child === undefined) continue;
    if (!signs(ca, child)) {
      found.push({
        path,
        message: `did not sign certificates[${index}] (${child.facts.subjectText})`,
        otherwise: refusedAs("unknown-issuer", ", unless its issuer's file has the missing one"),
        next: REORDER,
      });
      return found;
    }
    if (isSelfSigned(ca.certificate, ca.facts)) {
      found.push({
        severity: "warning",
        path,
        message: `is the root (${ca.facts.subjectText}), which the origin has already`,
        otherwise: "Cloudflare would present it in every handshake, to nobody's use",
        next: rest.length === 1 ? leafOnly : `take ${path} out of ${file}`,
      });
    }
  }
  return found;
}

/** `isSelfSigned` asks the engine too, for which no leaf can have signed anything. */
function isSignedByItself({ certificate, facts }: ReadCertificate): boolean {
  try {
    return facts.issuer === facts.subject && certificate.verify(certificate.publicKey);
  } catch {
    return false;
  }
}

function signs(ca: ReadCertificate, child: ReadCertificate): boolean {
  try {
    return isSignedBy(child, { ...ca, publicKey: ca.certificate.publicKey });
  } catch {
    return false;
  }
}

/** Time that is left: the first of the chain to end, ends it. */
export function timeFindings(
  facts: Pick<CertificateFacts, "notBefore" | "notAfter">,
  index: number,
  now: number,
): readonly Found[] {
  const path = `certificates[${index}]`;
  const next = "pullproof issue HOSTNAME, then pullproof rotate HOSTNAME";
  const until = new Date(facts.notAfter).toISOString().slice(0, 10);
  if (now >= facts.notAfter) {
    return [
      {
        path,
        message: `expired on ${until}`,
        otherwise:
          "Cloudflare goes on presenting it, and the verifier refuses every pull: certificate-expired",
        next,
      },
    ];
  }
  if (now < facts.notBefore) {
    return [
      {
        path,
        message: `is not valid before ${new Date(facts.notBefore).toISOString()}`,
        otherwise: refusedAs("certificate-not-yet-valid"),
        next: "wait, or correct this machine's clock",
      },
    ];
  }
  const days = Math.floor((facts.notAfter - now) / DAY);
  if (days >= WARN_DAYS) return [];
  return [
    {
      severity: "warning",
      path,
      message: `expires on ${until}, in ${days} days`,
      otherwise: "Cloudflare does not remove it then, and the origin refuses every pull",
      next,
    },
  ];
}

const REORDER = "write the file anew: the leaf, then who signed it, and so on";
const DAY = 86_400_000;
/** Cloudflare's own first notification comes 30 days ahead. */
const WARN_DAYS = 30;
