import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { lockOne } from "../../../origin-verifier/listener/lock-one.ts";
import type { Peer } from "../../../origin-verifier/listener/peer.ts";
import { UNREAD } from "../../../origin-verifier/listener/read-evidence.ts";
import { createTurns } from "../../../origin-verifier/request/turns.ts";
import type { IssuerName } from "../../../shared/mapping.ts";
import { mintCa, mintLeaf } from "../../support/certificates.ts";
import { madeUpTrust } from "../../support/made-up-trust.ts";
import { BLOG, certificate, NOW, OWN, SHOP } from "../judge/evidence.ts";

const REFUSE = ["silence", "status", "always-silent"] as const;
const accepted = { hostnames: ["shop.example.com"], accepts: [certificate.fingerprint] };
const enforcing = madeUpTrust({ [SHOP]: accepted });
const reporting = madeUpTrust({ [SHOP]: { ...accepted, reportUntil: NOW + 1 } });

const x509 = new X509Certificate(mintLeaf(mintCa()).der);
const presented = { x509, fingerprint: certificate.fingerprint, facts: null, defect: null };
const unknown = { authorized: false, detail: "unable to get local issuer certificate" };

/** A peer that nothing is wrong with: the engine authorized its certificate in a fresh session. */
const good: Peer = {
  originHostname: SHOP,
  remoteAddress: "192.0.2.1",
  remotePort: 50_000,
  tlsVersion: "TLSv1.3",
  resumed: false,
  engine: { authorized: true, detail: "" },
  presented,
  certificate: UNREAD,
  turns: createTurns(),
};

/** What is read of a certificate that these issuers of the mapping signed. */
function signedBy(...issuers: readonly IssuerName[]): Pick<Peer, "certificate"> {
  const evidence = { ...certificate, signers: new Set(issuers) };
  return { certificate: { generation: 1, from: 0, until: Number.POSITIVE_INFINITY, evidence } };
}

// No peer can be made to resume a session here, nor to end a handshake under a name that is not served: the engine has
// refused both before. Lock one is asked itself, so that it holds where the engine does not.
describe.each(REFUSE)("with --refuse %s, the first lock", (refuse) => {
  const reason = (peer: Partial<Peer>, trust = enforcing, now = NOW): string | null =>
    lockOne({ ...good, ...peer }, trust, refuse, now)?.reason ?? null;
  const outsider = refuse === "status" ? () => null : (why: string) => why;

  it("refuses a resumed session, whatever it showed and whatever the mode", () => {
    for (const trust of [enforcing, reporting]) {
      expect(reason({ resumed: true }, trust)).toBe("session-resumed");
      expect(reason({ resumed: true, presented: null }, trust)).toBe("session-resumed");
    }
  });

  it("refuses who named nothing, or what is not served any more, whatever the mode", () => {
    for (const trust of [enforcing, reporting]) {
      expect(reason({ originHostname: null }, trust)).toBe("misdirected");
      expect(reason({ originHostname: BLOG }, trust)).toBe("misdirected");
    }
  });

  it("knows an outsider: no certificate, or one of nobody's", () => {
    expect(reason({ presented: null })).toBe(outsider("no-certificate"));
    // The engine has been wrong: `authorized` of a peer without a certificate.
    expect(reason({ presented: null, engine: good.engine })).toBe(outsider("no-certificate"));
    expect(reason({ engine: unknown })).toBe(outsider("unknown-issuer"));
    expect(reason({ engine: unknown, ...signedBy() })).toBe(outsider("unknown-issuer"));
  });

  it("lets through to the second lock whoever an issuer of the mapping knows", () => {
    expect(reason({})).toBeNull();
    expect(reason({ engine: unknown, ...signedBy(OWN) })).toBeNull();
  });

  it("lets outsiders through to the second lock as long as report mode lasts, and no longer", () => {
    expect(reason({ presented: null }, reporting)).toBeNull();
    expect(reason({ engine: unknown }, reporting)).toBeNull();
    expect(reason({ presented: null }, reporting, NOW + 1)).toBe(outsider("no-certificate"));
    expect(reason({ engine: unknown }, reporting, NOW + 1)).toBe(outsider("unknown-issuer"));
  });
});
