import { describe, expect, it } from "vitest";
import { readCertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import type { CertificateFacts } from "../../../origin-verifier/certificate/certificate-facts.ts";
import { findChain } from "../../../origin-verifier/certificate/find-chain.ts";
import { isRevoked, readCrls } from "../../../origin-verifier/certificate/read-crl.ts";
import type { VettedCrl } from "../../../origin-verifier/certificate/read-crl.ts";
import {
  chainRevocationState,
  crlsFreshUntil,
  revocationState,
} from "../../../origin-verifier/certificate/revocation.ts";
import { vetIssuer } from "../../../origin-verifier/certificate/vet-issuer.ts";
import type { VettedIssuer } from "../../../origin-verifier/certificate/vetted-issuer.ts";
import type { Problem } from "../../../shared/problem.ts";
import { authorityKeyId, extension, keyUsage, name } from "../../support/certificate-parts.ts";
import { caExtensions, mintCa, mintLeaf, without } from "../../support/certificates.ts";
import type { Minted } from "../../support/certificates.ts";
import { crlNumber, mintCrl } from "../../support/crls.ts";
import type { CrlRecipe } from "../../support/crls.ts";
import { freshKeys, keysOf, pss, SIGNATURES } from "../../support/keys.ts";

const now = Date.now();
const HOUR = 3_600_000;
const root = mintCa({ subject: "root" });
const intermediate = mintCa({ subject: "intermediate", by: root });
const issuer = issuerOf(root, intermediate);

function issuerOf(...cas: readonly Minted[]): VettedIssuer {
  const read = vetIssuer({ file: "issuer.pem", text: cas.map(({ pem }) => pem).join(""), now });
  if (!read.ok) throw new Error(read.problems[0].message);
  return read.value;
}

function problemsOf(text: string, by: VettedIssuer = issuer): readonly Problem[] {
  const crls = readCrls({ file: "issuer.crl", text, issuer: by, now });
  return crls.ok ? [] : crls.problems;
}

function crlsOf(text: string, by: VettedIssuer = issuer): readonly VettedCrl[] {
  const crls = readCrls({ file: "issuer.crl", text, issuer: by, now });
  if (!crls.ok) throw new Error(crls.problems.map(({ message }) => message).join("; "));
  return crls.value;
}

function factsOf(minted: Minted): CertificateFacts {
  const facts = readCertificateFacts(minted.der);
  if ("unreadable" in facts) throw new Error(facts.unreadable);
  return facts;
}

describe("a file of revocation lists is refused", () => {
  it.each([
    ["empty", ""],
    ["without a block", "nothing here"],
    ["cut", mintCrl(root).slice(0, -40)],
  ])("as a whole: %s", (_, text) => {
    expect(problemsOf(text)).toMatchObject([{ path: "" }]);
  });

  const ordinary = [authorityKeyId(root.keys), crlNumber()];
  const of = (recipe: CrlRecipe) => mintCrl(root, recipe);

  it.each([
    ["a certificate in its place", root.pem, "this is a CERTIFICATE"],
    ["a private key in its place", root.keyPem, "this is a PRIVATE KEY"],
    [
      "bytes after the list's end",
      of({}).replace(/(={0,2})\n-----END/, "AAAA$1\n-----END"),
      "not exactly one DER CRL",
    ],
    ["no nextUpdate", of({ nextUpdate: null }), "nextUpdate"],
    [
      "of another issuer",
      mintCrl(mintCa({ subject: "stranger" })),
      "issued by CN=stranger, which is no CA",
    ],
    [
      "in the issuer's name, by another key",
      mintCrl({ keys: freshKeys(), subject: root.subject }, { extensions: ordinary }),
      "not signed by",
    ],
    [
      "that names another key than signed it",
      of({ extensions: [authorityKeyId(freshKeys()), crlNumber()] }),
      "not signed by",
    ],
    [
      "changed after it was signed",
      of({
        changeOutside: (crl) => {
          crl.tbsCertList.issuer = name("intermediate");
        },
      }),
      "not signed by",
    ],
    ["with SHA-1", of({ signature: SIGNATURES.ecdsaSha1 }), "signed with SHA-1"],
    [
      "with another algorithm outside than inside",
      of({
        changeOutside: (crl) => {
          crl.signatureAlgorithm.algorithm = "1.2.840.10045.4.3.3";
        },
      }),
      "two different",
    ],
    ["from the future", of({ thisUpdate: now + HOUR }), "from the future"],
    [
      "a delta",
      of({ extensions: [...ordinary, extension("2.5.29.27", "020101", true)] }),
      "a delta CRL",
    ],
    [
      "a part of the whole",
      of({ extensions: [...ordinary, extension("2.5.29.28", "3000", true)] }),
      "issuing distribution point",
    ],
    [
      "a part of the whole, not marked critical",
      of({ extensions: [...ordinary, extension("2.5.29.28", "3000")] }),
      "issuing distribution point",
    ],
    [
      "for another issuer's certificates",
      of({ revoked: ["01"], entryExtensions: [extension("2.5.29.29", "3000", true)] }),
      "an indirect CRL",
    ],
    [
      "with a critical extension that nobody knows",
      of({ extensions: [...ordinary, extension("1.2.3.4", "0500", true)] }),
      "not understood (1.2.3.4)",
    ],
    [
      "with a critical one in an entry",
      of({ revoked: ["01"], entryExtensions: [extension("1.2.3.4", "0500", true)] }),
      "not understood (1.2.3.4)",
    ],
    [
      "with a critical number",
      of({ extensions: [authorityKeyId(root.keys), crlNumber(true)] }),
      "not understood (2.5.29.20)",
    ],
    ["with an extension twice", of({ extensions: [...ordinary, crlNumber()] }), "twice"],
  ])("%s", (_, text, says) => {
    const problems = problemsOf(mintCrl(intermediate) + text);
    expect(problems.map(({ path }) => path)).toEqual(["crls[1]"]);
    expect(problems[0]?.message).toContain(says);
  });

  it("by a CA whose keyUsage lacks cRLSign", () => {
    const keys = freshKeys();
    const extensions = without(caExtensions(keys), "2.5.29.15", keyUsage("keyCertSign"));
    const ca = mintCa({ keys, extensions });
    expect(problemsOf(mintCrl(ca), issuerOf(ca))).toMatchObject([
      { path: "crls[0]", message: expect.stringContaining("cRLSign") },
    ]);
  });

  it("that names the key which signed it in an extension that does not read", () => {
    expect(
      problemsOf(of({ extensions: [extension("2.5.29.35", "0500"), crlNumber()] })),
    ).toMatchObject([{ path: "crls[0]", message: expect.stringContaining("not signed by") }]);
  });

  it("that claims an algorithm which its issuer's key does not have", () => {
    const { algorithm } = pss("sha256", 32);
    expect(problemsOf(of({ signature: { algorithm, hash: "sha256" } }))).toMatchObject([
      { path: "crls[0]", message: expect.stringContaining("not signed by") },
    ]);
  });

  it("that claims a hash which its issuer's key may not be used with", () => {
    const ca = mintCa({ keys: keysOf("rsa-pss-sha256") });
    const { algorithm } = pss("sha384", 48);
    const signature = { ...pss("sha256", 32), algorithm };
    expect(problemsOf(mintCrl(ca, { signature }), issuerOf(ca))).toMatchObject([
      { path: "crls[0]", message: expect.stringContaining("not signed by") },
    ]);
    expect(problemsOf(mintCrl(ca), issuerOf(ca))).toEqual([]);
  });

  it("with every problem of every list at once", () => {
    const twice = of({ thisUpdate: now + HOUR, signature: SIGNATURES.ecdsaSha1 });
    const paths = problemsOf(twice + root.pem + of({})).map(({ path }) => path);
    expect(paths).toEqual(["crls[0]", "crls[0]", "crls[1]"]);
  });
});

describe("a revocation list is read", () => {
  it.each([
    ["without entries", mintCrl(root)],
    ["of a CA without keyUsage's say", mintCrl(root, { revoked: ["01"] })],
    [
      "with a reason in its entries",
      mintCrl(root, { revoked: ["01"], entryExtensions: [extension("2.5.29.21", "0a0101")] }),
    ],
    ["without a number and key identifier", mintCrl(root, { extensions: [] })],
    [
      "of version 1",
      mintCrl(root, {
        revoked: ["01"],
        change: (list) => {
          delete list.version;
          delete list.crlExtensions;
        },
      }),
    ],
    ["past its nextUpdate: that is for a policy", mintCrl(root, { nextUpdate: now - 1000 })],
    ["with comments around it", `# a list\n${mintCrl(root)}\n# the end`],
  ])("%s", (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each(["rsa-2048", "secp384r1", "ed25519"] as const)("signed with %s", (kind) => {
    const ca = mintCa({ keys: keysOf(kind) });
    expect(problemsOf(mintCrl(ca), issuerOf(ca))).toEqual([]);
  });

  it("signed with RSASSA-PSS", () => {
    const ca = mintCa({ keys: keysOf("rsa-2048") });
    expect(problemsOf(mintCrl(ca, { signature: pss("sha384", 48) }), issuerOf(ca))).toEqual([]);
  });

  it("of a CA that has no keyUsage", () => {
    const keys = freshKeys();
    const ca = mintCa({ keys, extensions: without(caExtensions(keys), "2.5.29.15") });
    expect(problemsOf(mintCrl(ca), issuerOf(ca))).toEqual([]);
  });

  it("of a CA that has two certificates for its key, of which one has cRLSign", () => {
    const keys = freshKeys();
    const extensions = without(caExtensions(keys), "2.5.29.15", keyUsage("keyCertSign"));
    const old = mintCa({ keys, subject: "twice", extensions });
    const renewed = mintCa({ keys, subject: "twice" });
    expect(problemsOf(mintCrl(renewed), issuerOf(old, renewed))).toEqual([]);
  });

  it("from the very moment that it names", () => {
    const second = Math.floor(now / 1000) * 1000;
    const text = mintCrl(root, { thisUpdate: second });
    const at = (moment: number): boolean => readCrls({ file: "x", text, issuer, now: moment }).ok;
    expect([at(second - 1), at(second)]).toEqual([false, true]);
  });

  it("with its dates, its serial numbers and itself as one block", () => {
    const second = Math.floor(now / 1000) * 1000;
    const text = mintCrl(root, {
      revoked: ["01", "00ff"],
      thisUpdate: second - HOUR,
      nextUpdate: second + HOUR,
    });
    expect(crlsOf(text.replaceAll("\n", "\r\n"))).toEqual([
      {
        file: "issuer.crl",
        issuer: factsOf(root).subject,
        thisUpdate: second - HOUR,
        nextUpdate: second + HOUR,
        revoked: new Set(["01", "00ff"]),
        pem: text,
      },
    ]);
  });

  it("with three thousand entries", () => {
    const revoked = Array.from({ length: 3000 }, (_, index) =>
      (0x40_00_00_00 + index).toString(16),
    );
    expect(crlsOf(mintCrl(root, { revoked }))[0]?.revoked.size).toBe(3000);
  });
});

describe("a certificate", () => {
  const leaf = mintLeaf(root, { serial: Buffer.from("00a1b2c3d4", "hex") });
  const facts = factsOf(leaf);

  it("is revoked where its serial number is on any list of its issuer, not only on the first", () => {
    const text = mintCrl(root) + mintCrl(root, { revoked: ["07", facts.serialNumber] });
    expect(isRevoked(facts, crlsOf(text))).toBe(true);
    expect(revocationState(facts, crlsOf(text), now)).toBe("revoked");
  });

  it("is not revoked by the list of another CA with the same serial number", () => {
    const text = mintCrl(root) + mintCrl(intermediate, { revoked: [facts.serialNumber] });
    expect(isRevoked(facts, crlsOf(text))).toBe(false);
    expect(revocationState(facts, crlsOf(text), now)).toBe("good");
  });

  it("stays revoked when the list goes stale", () => {
    const crls = crlsOf(mintCrl(root, { revoked: [facts.serialNumber], nextUpdate: now + 1000 }));
    expect(revocationState(facts, crls, now + HOUR)).toBe("revoked");
  });

  it("is of unknown state where every list of its issuer is stale, or the clock is before it", () => {
    const second = Math.floor(now / 1000) * 1000;
    const dates = { thisUpdate: second - HOUR, nextUpdate: second + HOUR };
    const crls = crlsOf(mintCrl(root, dates));
    const at = (moment: number) => revocationState(facts, crls, moment);
    expect([at(second - HOUR - 1), at(second - HOUR)]).toEqual(["stale", "good"]);
    expect([at(second + HOUR - 1), at(second + HOUR)]).toEqual(["good", "stale"]);
  });

  it("is good where a fresh list stands beside a stale one", () => {
    const crls = crlsOf(mintCrl(root, { nextUpdate: now - 1000 }) + mintCrl(root));
    expect(revocationState(facts, crls, now)).toBe("good");
  });

  it("is of unknown state where its issuer has no list", () => {
    expect(revocationState(facts, crlsOf(mintCrl(intermediate)), now)).toBe("missing");
    expect(revocationState(facts, [], now)).toBe("missing");
  });
});

describe("a chain", () => {
  const leaf = mintLeaf(intermediate, { serial: Buffer.from("11", "hex") });
  const facts = factsOf(leaf);
  const found = findChain({ certificate: leaf.certificate, facts }, issuer, now);
  if (!found.ok) throw new Error(found.detail);
  const { chain } = found;
  const ofIntermediate = factsOf(intermediate).serialNumber;
  const state = (text: string) => chainRevocationState(facts, chain, crlsOf(text), now);

  it("is as bad as its worst member", () => {
    expect(state(mintCrl(root) + mintCrl(intermediate))).toBe("good");
    expect(state(mintCrl(root, { revoked: [ofIntermediate] }) + mintCrl(intermediate))).toBe(
      "revoked",
    );
    expect(state(mintCrl(root) + mintCrl(intermediate, { revoked: ["11"] }))).toBe("revoked");
    expect(state(mintCrl(root, { nextUpdate: now - 1000 }) + mintCrl(intermediate))).toBe("stale");
    expect(state(mintCrl(intermediate))).toBe("missing");
    expect(state(mintCrl(root))).toBe("missing");
  });

  it("does not ask who revokes its anchor", () => {
    const direct = mintLeaf(root);
    const way = findChain({ certificate: direct.certificate, facts: factsOf(direct) }, issuer, now);
    const crls = crlsOf(mintCrl(root, { revoked: [factsOf(root).serialNumber] }));
    expect(way.ok && chainRevocationState(factsOf(direct), way.chain, crls, now)).toBe("good");
  });
});

describe("how long lists are fresh", () => {
  it("is as long as the freshest list of the CA that runs out first", () => {
    const second = Math.floor(now / 1000) * 1000;
    const lists = [1, 5].map((hours) => mintCrl(root, { nextUpdate: second + hours * HOUR }));
    const other = mintCrl(intermediate, { nextUpdate: second + 9 * HOUR });
    expect(crlsFreshUntil(crlsOf(lists.join("") + other))).toBe(second + 5 * HOUR);
    expect(crlsFreshUntil([])).toBeNull();
  });
});
