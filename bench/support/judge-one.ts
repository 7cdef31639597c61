import { readFileSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import type { CertificateEvidence } from "../../origin-verifier/judge/evidence.ts";
import type * as judgeModule from "../../origin-verifier/judge/judge.ts";
import type * as verifierModule from "../../origin-verifier/origin-verifier.ts";
import type { IssuerName } from "../../shared/mapping.ts";
import { HOSTNAME, ORIGIN, type Certificates } from "./certificates.ts";

/**
 * Lock two as it stands for each request of a connection whose certificate was read before: by a real trust, with a
 * certificate that it lists, and no socket.
 *
 * @param main the verifier's main file: its modules are taken, built or as they are written.
 * @returns what judges one request; true where it was accepted.
 */
export async function readyToJudge(
  main: string,
  certificates: Certificates,
): Promise<() => boolean> {
  const own = async <T>(file: string): Promise<T> => {
    const module = path.join(path.dirname(main), `${file}${path.extname(main)}`);
    return (await import(pathToFileURL(module).href)) as T;
  };
  const { createOriginVerifier } = await own<typeof verifierModule>("origin-verifier");
  const { judge } = await own<typeof judgeModule>("judge/judge");
  const { mapping, origin, originKey, pull } = certificates;
  const files = { certificate: origin, key: originKey };
  const verifier = await createOriginVerifier({ mapping, origins: { by: "certificate", files } });
  const { raw, validFromDate, validToDate } = new X509Certificate(readFileSync(pull));
  const certificate: CertificateEvidence = {
    fingerprint: fingerprintOf(raw),
    notBefore: validFromDate.getTime(),
    notAfter: validToDate.getTime(),
    dnsNames: [HOSTNAME],
    defect: null,
    signers: new Set(["own" as IssuerName]),
    revocation: new Map(),
  };
  return () => {
    const { origins } = verifier.trust();
    const verdict = judge((sni) => origins.get(sni)?.policy, {
      sni: ORIGIN,
      authority: ORIGIN,
      forwardedHost: HOSTNAME,
      certificate,
      remoteAddress: "127.0.0.1",
      secret: null,
      token: null,
      engine: { authorized: true, detail: "" },
      resumed: false,
      now: Date.now(),
    });
    return verdict.verdict === "accepted";
  };
}

/**
 * Nanoseconds a call, of so many batches. Whatever the machine does beside it makes a batch slower and none quicker: the
 * least of them is the cost.
 */
export function nanosecondsEach(
  call: () => boolean,
  batches: number,
  size: number,
): readonly number[] {
  return Array.from({ length: batches }, () => {
    let accepted = 0;
    const began = process.hrtime.bigint();
    for (let at = 0; at < size; at += 1) if (call()) accepted += 1;
    const took = Number(process.hrtime.bigint() - began);
    // Looked at, so that no engine may leave it out.
    if (accepted !== size) throw new Error("a good pull was refused");
    return took / size;
  });
}
