import { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import { fingerprintOf } from "../../../origin-verifier/certificate/fingerprint-of.ts";
import { certificateEvidence } from "../../../origin-verifier/listener/certificate-evidence.ts";
import {
  type KnownCertificate,
  knownUnder,
  MOST_KNOWN,
  MOST_KNOWN_BYTES,
} from "../../../origin-verifier/listener/known-certificates.ts";
import { meetPeer } from "../../../origin-verifier/listener/meet-peer.ts";
import type { Peer } from "../../../origin-verifier/listener/peer.ts";
import type { IssuerTrust, Trust } from "../../../origin-verifier/trust/trust.ts";
import type { IssuerName } from "../../../shared/mapping.ts";
import {
  leafExtensions,
  mint,
  mintCa,
  mintLeaf,
  without,
  type Minted,
} from "../../support/certificates.ts";
import { basicConstraints, extension } from "../../support/certificate-parts.ts";
import { freshKeys } from "../../support/keys.ts";
import { fingerprint, madeUpTrust } from "../../support/made-up-trust.ts";
import { SHOP } from "../judge/evidence.ts";

const HOUR = 3_600_000;
const now = Date.now();
const ca = mintCa({ subject: "ca" });
const leafKeys = freshKeys();
const leaf = mintLeaf(ca);

/** A trust in these CAs, an issuer each. */
function trustIn(cas: readonly Minted[], generation = 1): Trust {
  const issuers = cas.map(({ pem }, at): [IssuerName, IssuerTrust] => {
    const name = `issuer-${at}` as IssuerName;
    const issuer = vetIssuer({ file: `${name}.pem`, text: pem, now });
    if (!issuer.ok) throw new Error(issuer.problems[0].message);
    return [name, { name, issuer: issuer.value, shared: false, crls: [], revocationUntil: null }];
  });
  return { ...madeUpTrust({}, { generation }), issuers: new Map(issuers) };
}

/** The peer of a handshake that ended, as far as it is looked at; the engine was content, or not. */
function meet({ certificate }: Minted, trust: Trust, authorized = true, at = now): Peer {
  const socket = {
    servername: SHOP,
    authorized,
    authorizationError: "SELF_SIGNED_CERT_IN_CHAIN",
    getPeerX509Certificate: () => certificate,
    getProtocol: () => "TLSv1.3",
    isSessionReused: () => false,
  };
  const remote = { remoteAddress: "192.0.2.1", remotePort: 1 };
  return meetPeer(socket as unknown as TLSSocket, remote, "standard", trust, at);
}

/** The same of another certificate, that nobody has to mint. */
function another({ presented, certificate: read }: Peer, at: number): KnownCertificate {
  if (presented === null) throw new Error("nothing was presented");
  const x509 = {
    fingerprint256: fingerprint(at),
    raw: presented.x509.raw,
  } as unknown as X509Certificate;
  return { presented: { ...presented, x509 }, read };
}

function signersOf(peer: Peer, trust: Trust, at = now): readonly string[] {
  return [...(certificateEvidence(peer, trust, at)?.signers ?? [])];
}

describe("what is known of a certificate from its last handshake", () => {
  it("holds for the trust alone under which it was found", () => {
    const ours = trustIn([ca]);
    expect(signersOf(meet(leaf, ours), ours)).toEqual(["issuer-0"]);
    expect(knownUnder(ours).size()).toBe(1);
    // The same generation of another verifier's, and the next of this one's.
    for (const other of [trustIn([mintCa()]), trustIn([mintCa()], 2)]) {
      expect(signersOf(meet(leaf, other), other)).toEqual([]);
      expect(knownUnder(other).size()).toBe(0);
    }
    const reloaded = trustIn([mintCa(), ca], 2);
    expect(signersOf(meet(leaf, ours), reloaded)).toEqual(["issuer-1"]);
  });

  it("is found by the whole of it: the engine's fingerprint is that of the DER", () => {
    const oids = without(leafExtensions(leafKeys, ca), "2.5.29.19", basicConstraints(true));
    for (const made of [
      leaf,
      ca,
      mintLeaf(ca, { extensions: oids }),
      mint({ by: ca, version: 1 }),
    ]) {
      const { fingerprint256, raw } = new X509Certificate(made.pem);
      const ours = `sha256:${fingerprint256.replaceAll(":", "").toLowerCase()}`;
      expect(fingerprintOf(raw)).toBe(ours);
      expect(fingerprintOf(made.der)).toBe(ours);
    }
  });

  it("is nothing for another certificate of the same name, key and serial number", () => {
    const trust = trustIn([ca]);
    const recipe = { subject: "twin", keys: leafKeys, serial: Buffer.from("5a01", "hex") };
    const good = mintLeaf(ca, recipe);
    const stranger = mintLeaf(mintCa({ subject: "ca" }), recipe);
    expect(signersOf(meet(good, trust), trust)).toEqual(["issuer-0"]);
    expect(signersOf(meet(stranger, trust, false), trust)).toEqual([]);
    expect(signersOf(meet(stranger, trust, true), trust)).toEqual([]);
  });

  it("ends with the first CA of the trust that expires, and where another begins to be valid", () => {
    const later = mintCa({
      ...ca,
      subject: ca.subject,
      notBefore: now - 2 * HOUR,
      notAfter: now + 3 * HOUR,
    });
    const early = mintCa({
      ...ca,
      subject: ca.subject,
      notBefore: now - HOUR,
      notAfter: now + HOUR,
    });
    const trust = trustIn([early, later]);
    const at = (time: number): readonly string[] =>
      signersOf(meet(leaf, trust, true, time), trust, time);
    const end = early.certificate.validToDate.getTime();
    const begin = early.certificate.validFromDate.getTime();
    expect(at(now)).toEqual(["issuer-0", "issuer-1"]);
    expect(at(end - 1)).toEqual(["issuer-0", "issuer-1"]);
    expect(at(end)).toEqual(["issuer-1"]);
    expect(at(end + 2 * HOUR + 1_000)).toEqual([]);
    // A clock that was set back.
    expect(at(begin)).toEqual(["issuer-0", "issuer-1"]);
    expect(at(begin - 1)).toEqual(["issuer-1"]);
  });

  it("leaves the dates of the certificate itself to the judge", () => {
    const trust = trustIn([ca]);
    const peer = meet(leaf, trust);
    const { notAfter } = certificateEvidence(peer, trust, now) ?? {};
    expect(notAfter).toBe(leaf.certificate.validToDate.getTime());
    expect(certificateEvidence(meet(leaf, trust), trust, Number(notAfter) + 1)).toMatchObject({
      notAfter,
    });
  });

  it("is shared by connections, but not what a connection remembers of it", () => {
    const trust = trustIn([ca]);
    const [one, other] = [meet(leaf, trust), meet(leaf, trust)];
    expect(other.presented).toBe(one.presented);
    expect(other.certificate.evidence).toBe(one.certificate.evidence);
    // By this one the headers are remembered that say the chain, which is another's under another name.
    expect(other.certificate).not.toBe(one.certificate);
  });

  it("is read anew for a stranger, and for what is refused whoever signed it", () => {
    const trust = trustIn([ca]);
    meet(leaf, trust);
    const isCa = without(leafExtensions(leafKeys, ca), "2.5.29.19", basicConstraints(true));
    const others = [
      mintLeaf(mintCa()),
      mintLeaf(ca, { keys: leafKeys, extensions: isCa }),
      mint({ by: ca, version: 1 }),
    ];
    for (const other of others) {
      for (const authorized of [true, false]) {
        const peer = meet(other, trust, authorized);
        certificateEvidence(peer, trust, now);
        expect(meet(other, trust, authorized).presented).not.toBe(peer.presented);
      }
    }
    expect(knownUnder(trust).size()).toBe(1);
  });

  it("is bounded in number, and goes for whom nobody has seen for longest", () => {
    const trust = trustIn([ca]);
    const known = knownUnder(trust);
    const first = meet(leaf, trust).presented;
    const peer = meet(leaf, trust);
    for (let round = 0; round < 20; round += 1) {
      for (let at = 0; at < 100; at += 1) known.keep(another(peer, round * 100 + at));
      // Presented again and again, as by who pulls.
      expect(meet(leaf, trust).presented).toBe(first);
    }
    expect(known.size()).toBe(MOST_KNOWN);
    for (let at = 0; at < MOST_KNOWN; at += 1) known.keep(another(peer, at));
    expect(meet(leaf, trust).presented).not.toBe(first);
  });

  it("is pushed out by no number of strangers", () => {
    const trust = trustIn([ca]);
    const known = knownUnder(trust);
    const { presented } = meet(leaf, trust);
    const stranger = meet(mintLeaf(mintCa()), trust);
    for (let at = 0; at < 2 * MOST_KNOWN; at += 1) known.keep(another(stranger, at));
    expect(known.size()).toBe(1);
    expect(meet(leaf, trust).presented).toBe(presented);
  });

  it("is bounded in bytes: large certificates leave room for fewer", () => {
    const trust = trustIn([ca]);
    const long = extension("1.2.3.4", `0482${(6_000).toString(16)}${"00".repeat(6_000)}`);
    const large = mintLeaf(ca, {
      keys: leafKeys,
      extensions: [...leafExtensions(leafKeys, ca), long],
    });
    const peer = meet(large, trust);
    const known = knownUnder(trust);
    expect(known.bytes()).toBe(large.der.length);
    for (let at = 0; at < 500; at += 1) known.keep(another(peer, at));
    expect(known.bytes()).toBeLessThanOrEqual(MOST_KNOWN_BYTES);
    expect(known.size()).toBe(Math.floor(MOST_KNOWN_BYTES / large.der.length));
    // The same one again takes no more room.
    const before = known.size();
    known.keep(another(peer, 499));
    expect(known.size()).toBe(before);
  });
});
