import type { KeyObject, X509Certificate } from "node:crypto";
import { parsedUnless } from "../../shared/problem.ts";
import type { Hostname } from "../../shared/hostname.ts";
import type { Parsed, Problem, Problems } from "../../shared/problem.ts";
import { day } from "./issuer-rules.ts";
import { readPemCertificates, readPemKey } from "./read-pem.ts";

/** What the TLS listener presents for one origin hostname. */
export interface OriginCertificate {
  /** The chain as the listener sends it, leaf first, written anew block by block. */
  readonly chainPem: string;
  /** The leaf's key, PKCS#8. A secret: never logged. */
  readonly keyPem: string;
  readonly leaf: X509Certificate;
  /** When the leaf expires, ms since the epoch: for warnings ahead of it. */
  readonly notAfter: number;
}

/**
 * Reads an origin certificate and its key, and holds them against each other, the origin hostname and the date. Problems have
 * the path `certificate...` or `key`. The Worker refuses a pull where any of this is wrong; better to hear of it at the start.
 *
 * @param input.now ms since the epoch.
 */
export function readOriginCertificate(input: {
  readonly certificate: string;
  readonly key: string;
  readonly hostname: Hostname;
  readonly now: number;
}): Parsed<OriginCertificate> {
  const chain = readPemCertificates(input.certificate);
  const key = readPemKey(input.key);
  const inKey = key.ok ? [] : moved(key.problems, "key");
  if (!chain.ok) {
    return { ok: false, problems: [...moved(chain.problems, "certificate"), ...inKey] };
  }
  const inLeaf = leafProblems(chain.value[0], input.hostname, input.now);
  if (!key.ok) return { ok: false, problems: [...moved(key.problems, "key"), ...inLeaf] };
  const [leaf] = chain.value;
  return parsedUnless([...inLeaf, ...keyProblems(chain.value, key.value)], () => ({
    chainPem: chain.value.map((certificate) => certificate.toString()).join(""),
    keyPem: key.value.export({ type: "pkcs8", format: "pem" }).toString(),
    leaf,
    notAfter: leaf.validToDate.getTime(),
  }));
}

/** Problems of a part, seen from the whole: `certificates[1]` becomes `certificate.certificates[1]`. */
function moved([first, ...rest]: Problems, part: string): Problems {
  const move = ({ path, message }: Problem): Problem => ({
    path: path === "" ? part : `${part}.${path}`,
    message,
  });
  return [move(first), ...rest.map(move)];
}

function leafProblems(leaf: X509Certificate, hostname: Hostname, now: number): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (wrong: boolean, message: string): void => {
    if (wrong) problems.push({ path: "certificate", message });
  };
  const notAfter = leaf.validToDate.getTime();
  const notBefore = leaf.validFromDate.getTime();
  add(now >= notAfter, `expired on ${day(notAfter)}: renew it`);
  add(now < notBefore, `not valid before ${day(notBefore)}: is the clock right?`);
  // The common name does not count: the Worker's engine does not look at it (RFC 9525 2).
  add(
    leaf.checkHost(hostname, { subject: "never" }) === undefined,
    `not for ${hostname}: its subjectAltName must name it`,
  );
  return problems;
}

function keyProblems(
  chain: readonly [X509Certificate, ...X509Certificate[]],
  key: KeyObject,
): readonly Problem[] {
  const owner = chain.findIndex((certificate) => certificate.checkPrivateKey(key));
  if (owner === 0) return [];
  const message =
    owner === -1
      ? "not the key of this certificate: do the two files belong together?"
      : `the key of certificates[${owner}], not of the first: put that certificate first`;
  return [{ path: "key", message }];
}
