import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROFILE_RULES, type Profile } from "../../origin-verifier/profile/profile.ts";
import { mintCa, mintLeaf, type Minted } from "../support/certificates.ts";
import { freshKeys, keysOf, pss, type KeyKind } from "../support/keys.ts";
import { NO_OPENSSL, sClient } from "./support/openssl.ts";
import { BLOG, makePki, mappingOf, originCertificate, SHOP, type Pki } from "./support/pki.ts";
import {
  attempt,
  dial,
  get,
  refusalAfter,
  refusalOf,
  statuses,
  type DialOptions,
} from "./support/pull.ts";
import { READS_ML_DSA } from "./support/under-test.ts";
import { FORMS, refusedStart, startWorld, type Form, type World } from "./support/world.ts";

// An origin certificate with an RSA key, for the suites of TLS 1.2 that want one; an issuer with one, for its signatures.
const pki = withRsa(makePki());
const rsaIssuer = mintCa({ subject: "rsa", keys: keysOf("rsa-2048") });
const issuers = { "issuer.pem": pki.issuer.pem + rsaIssuer.pem };

function withRsa(made: Pki): Pki {
  const blog = originCertificate(made.originIssuer, BLOG, keysOf("rsa-2048"));
  return { ...made, origins: { ...made.origins, [BLOG]: blog } };
}

/** Pull certificates of every kind of key, all of them listed: what keeps one out is its key or its signature. */
const pullCertificates = (by: Minted, kinds: readonly KeyKind[]): readonly [KeyKind, Minted][] =>
  kinds.map((kind) => [kind, mintLeaf(by, { keys: keysOf(kind), names: ["shop.example.com"] })]);
const TAKEN_KINDS: readonly KeyKind[] = [
  "prime256v1",
  "secp384r1",
  "secp521r1",
  "rsa-2048",
  "rsa-3072",
];
const OTHER_KINDS: readonly KeyKind[] = ["ed25519", "ed448", "ml-dsa-44", "ml-dsa-65", "ml-dsa-87"];
const WEAK_KINDS: readonly KeyKind[] = ["rsa-1024", "rsa-2047", "secp256k1"];
// Where the Node under test cannot read ML-DSA, that it does not start is all there is to try.
const QUANTUM_KINDS = READS_ML_DSA ? (["ml-dsa-44", "ml-dsa-65", "ml-dsa-87"] as const) : [];
const certificates = new Map([
  ...pullCertificates(pki.issuer, [...TAKEN_KINDS, ...OTHER_KINDS, ...WEAK_KINDS]),
  ...pullCertificates(pki.issuer, ["rsa-2048-exponent-3", "rsa-pss-sha256"]),
]);
const longSalt = mintLeaf(rsaIssuer, { signature: pss("sha256", 64) });
const exactSalt = mintLeaf(rsaIssuer, { signature: pss("sha256", 32) });
const listed = [pki.shop, longSalt, exactSalt, ...certificates.values()].map(
  ({ fingerprint }) => fingerprint,
);
const mapping = (made: Pki) => mappingOf(made, { shop: { certificates: listed } });

const startAs = (form: Form, profile: Profile, more: Parameters<typeof startWorld>[0] = {}) =>
  startWorld({ form, pki, profile, mapping, files: issuers, ...more });

/** What `openssl s_client` gets for a pull: the statuses of the answers. */
async function openssl(world: World, hostname: string, flags: readonly string[]) {
  const own = hostname === SHOP ? "shop" : "blog";
  const certificate = ["-cert", `${world.folder}/${own}.pem`, "-key", `${world.folder}/${own}.key`];
  const { output } = await sClient(
    world.port,
    ["-servername", hostname, ...certificate, ...flags],
    get(hostname),
  );
  return { statuses: statuses(output), output };
}

async function writePeers(world: World): Promise<void> {
  for (const [name, { pem, keyPem }] of Object.entries({ shop: pki.shop, blog: pki.blog })) {
    await world.write(`${name}.pem`, pem);
    await world.write(`${name}.key`, keyPem);
  }
}

const VERSION_FLAG = { "TLSv1.2": "-tls1_2", "TLSv1.3": "-tls1_3" } as const;
/** OpenSSL 3.0 knows no hybrid: those are tried from Node. */
const isHybrid = (group: string): boolean => group.includes("MLKEM");
const NEIGHBOURS = {
  suites12: [
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-CCM",
    "ECDHE-ECDSA-AES128-SHA256",
    "AES128-GCM-SHA256",
    "DHE-RSA-AES128-GCM-SHA256",
  ],
  suites13: ["TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256"],
  groups: ["X25519", "X448", "P-256", "P-384", "P-521", "ffdhe2048"],
  signatures: ["ed25519", "ECDSA+SHA1", "RSA+SHA1", "ECDSA+SHA224"],
} as const;

for (const form of FORMS) {
  for (const profile of ["standard", "modern", "fips-approved"] as const) {
    const { versions, suites, groups } = PROFILE_RULES[profile];
    describe(`the verifier ${form}, ${profile}`, () => {
      let world: World;
      beforeAll(async () => {
        world = await startAs(form, profile);
        await writePeers(world);
      });
      afterAll(() => world.close());

      it.skipIf(NO_OPENSSL)("P90: serves each version and suite that it lists", async () => {
        for (const suite of suites) {
          const is13 = suite.startsWith("TLS_");
          const hostname = suite.includes("-RSA-") ? BLOG : SHOP;
          const flags = is13 ? ["-tls1_3", "-ciphersuites", suite] : ["-tls1_2", "-cipher", suite];
          const { statuses: seen, output } = await openssl(world, hostname, flags);
          expect([suite, seen], output).toEqual([suite, [200]]);
        }
      });

      it.skipIf(NO_OPENSSL)("P90: serves no other version and no other suite", async () => {
        const weak = ["-cipher", "ALL:@SECLEVEL=0"];
        const refused = [
          ["-tls1_1", ...weak],
          ["-tls1", ...weak],
        ];
        if (!(versions as readonly string[]).includes("TLSv1.2")) refused.push(["-tls1_2"]);
        for (const suite of NEIGHBOURS.suites12)
          if (!suites.includes(suite)) refused.push(["-tls1_2", "-cipher", `${suite}:@SECLEVEL=0`]);
        for (const suite of NEIGHBOURS.suites13)
          if (!suites.includes(suite)) refused.push(["-tls1_3", "-ciphersuites", suite]);
        for (const flags of refused)
          for (const hostname of [SHOP, BLOG])
            expect([flags, (await openssl(world, hostname, flags)).statuses]).toEqual([flags, []]);
      });

      it.skipIf(NO_OPENSSL)("P90: takes each group that it lists, and no other", async () => {
        const known = groups.flat().filter((group) => !isHybrid(group));
        for (const version of versions)
          for (const group of known) {
            // TLS 1.2 holds the group against the curve of an ECDSA certificate, too.
            const offered = version === "TLSv1.2" && group !== "P-256" ? `${group}:P-256` : group;
            const flags = [VERSION_FLAG[version], "-groups", offered];
            expect([flags, (await openssl(world, SHOP, flags)).statuses]).toEqual([flags, [200]]);
          }
        for (const group of NEIGHBOURS.groups) {
          if (known.includes(group)) continue;
          const flags = ["-tls1_3", "-groups", group];
          expect([flags, (await openssl(world, SHOP, flags)).statuses]).toEqual([flags, []]);
        }
      });

      it("P90: takes each hybrid that it lists, asks for one where the peer guessed none, and takes no other", async () => {
        const listedHybrids = groups.flat().filter(isHybrid);
        for (const group of listedHybrids) {
          const flags = { version: "TLSv1.3", ecdhCurve: group } as const;
          expect([group, await answerOf(world, pki.shop, flags)]).toEqual([group, [200]]);
          const guessed = { version: "TLSv1.3", ecdhCurve: `P-256:${group}` } as const;
          expect(await groupOf(world, guessed)).toBe(group);
        }
        for (const group of ["SecP256r1MLKEM768", "SecP384r1MLKEM1024", "MLKEM768", "MLKEM1024"]) {
          if (listedHybrids.includes(group)) continue;
          const flags = { version: "TLSv1.3", ecdhCurve: group } as const;
          expect([group, await answerOf(world, pki.shop, flags)]).toEqual([group, []]);
        }
      });

      it.skipIf(NO_OPENSSL)("P90: takes no handshake signed with SHA-1 or SHA-224", async () => {
        for (const signature of NEIGHBOURS.signatures.filter((name) => name.includes("+")))
          for (const version of versions) {
            const flags = [
              VERSION_FLAG[version],
              "-sigalgs",
              signature,
              "-cipher",
              "ALL:@SECLEVEL=0",
            ];
            expect([flags, (await openssl(world, SHOP, flags)).statuses]).toEqual([flags, []]);
          }
      });
    });
  }

  describe(`the verifier ${form}, standard and modern`, () => {
    it("P90: take pull certificates of every kind of key that they list, in TLS 1.3", async () => {
      for (const profile of ["standard", "modern"] as const) {
        const world = await startAs(form, profile);
        try {
          for (const kind of [
            ...TAKEN_KINDS,
            ...OTHER_KINDS,
            "rsa-2048-exponent-3",
            "rsa-pss-sha256",
          ] as const) {
            if (kind.startsWith("ml-dsa") && !READS_ML_DSA) continue;
            expect([kind, await answerOf(world, peerOf(kind), { version: "TLSv1.3" })]).toEqual([
              kind,
              [200],
            ]);
          }
          expect(await answerOf(world, longSalt, {})).toEqual([200]);
          for (const kind of WEAK_KINDS)
            expect([kind, await answerOf(world, peerOf(kind), {})]).not.toEqual([kind, [200]]);
        } finally {
          await world.close();
        }
      }
    });
  });

  describe(`the verifier ${form}, fips-approved`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startAs(form, "fips-approved", { refuse: "status" });
    });
    afterAll(() => world.close());

    it("P90: takes RSA from 2048 bits on and the curves of NIST, in both versions", async () => {
      for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
        for (const kind of [...TAKEN_KINDS, "rsa-pss-sha256"] as const)
          expect([kind, await answerOf(world, peerOf(kind), { version })]).toEqual([kind, [200]]);
        expect(await answerOf(world, exactSalt, { version })).toEqual([200]);
      }
    });

    it("P90: takes neither EdDSA nor ML-DSA, and no short key: the engine has no signature for them", async () => {
      for (const version of ["TLSv1.2", "TLSv1.3"] as const)
        for (const kind of [...OTHER_KINDS, ...WEAK_KINDS])
          expect([kind, await answerOf(world, peerOf(kind), { version })]).not.toEqual([
            kind,
            [200],
          ]);
    });

    it("P90: refuses what the engine lets through: a small exponent, and a salt longer than its hash", async () => {
      for (const peer of [peerOf("rsa-2048-exponent-3"), longSalt]) {
        const ended = await attempt(world, peer, get(SHOP));
        expect(statuses(ended.text)).toEqual([403]);
        expect(await refusalOf(world, ended)).toMatchObject({ reason: "outside-profile" });
      }
    });
  });

  describe(`the verifier ${form}, of an engine that takes every signature`, () => {
    // As one incomplete call of setSecureContext leaves it, before anybody has looked: `requestCert` holds.
    const nodeOptions = ["--import", resolve(import.meta.dirname, "support/damage-listener.ts")];
    const environment = { DAMAGE: JSON.stringify({ secureOptions: 1 << 14 }), DAMAGE_LATER: "1" };

    async function widened(profile: Profile, more: Parameters<typeof startWorld>[0] = {}) {
      const world = await startAs(form, profile, {
        nodeOptions,
        environment,
        refuse: "status",
        ...more,
      });
      world.signal("SIGUSR2");
      await world.line("damaged", ({ event }) => event === "damaged");
      return world;
    }

    it("P90: fips-approved refuses Ed25519, Ed448 and ML-DSA all the same", async () => {
      const world = await widened("fips-approved");
      try {
        for (const kind of OTHER_KINDS) {
          if (kind.startsWith("ml-dsa") && !READS_ML_DSA) continue;
          const ended = await attempt(world, peerOf(kind), get(SHOP));
          expect([kind, statuses(ended.text)]).toEqual([kind, [403]]);
          expect(await refusalOf(world, ended)).toMatchObject({ reason: "outside-profile" });
        }
        expect(await answerOf(world, pki.shop, {})).toEqual([200]);
      } finally {
        await world.close();
      }
    });

    for (const kind of QUANTUM_KINDS) {
      it(`P90: post-quantum, with ${kind}, refuses a listed certificate with a P-256 key all the same`, async () => {
        const made = quantum(kind);
        const ec = mintLeaf(made.issuer, { names: ["shop.example.com"] });
        const listing = () =>
          mappingOf(made, { shop: { certificates: [made.shop.fingerprint, ec.fingerprint] } });
        const world = await widened("post-quantum", { pki: made, mapping: listing, files: {} });
        try {
          const ended = await attempt(world, ec, get(SHOP));
          expect(statuses(ended.text)).toEqual([403]);
          expect(await refusalOf(world, ended)).toMatchObject({ reason: "outside-profile" });
          expect(await answerOf(world, made.shop, {})).toEqual([200]);
        } finally {
          await world.close();
        }
      });
    }
  });

  for (const kind of QUANTUM_KINDS) {
    describe(`the verifier ${form}, post-quantum, with ${kind}`, () => {
      it("P90: takes it and X25519MLKEM768, and nothing beside them", async () => {
        const made = quantum(kind);
        const ec = mintLeaf(made.issuer, { names: ["shop.example.com"] });
        const listing = () =>
          mappingOf(made, { shop: { certificates: [made.shop.fingerprint, ec.fingerprint] } });
        const world = await startAs(form, "post-quantum", {
          pki: made,
          mapping: listing,
          files: {},
        });
        try {
          expect(await answerOf(world, made.shop, {})).toEqual([200]);
          for (const suite of PROFILE_RULES["post-quantum"].suites)
            expect(await answerOf(world, made.shop, { ciphers: suite })).toEqual([200]);
          expect(await groupOf(world, { ecdhCurve: "X25519:X25519MLKEM768" }, made)).toBe(
            "X25519MLKEM768",
          );
          const REFUSED: readonly DialOptions[] = [
            { version: "TLSv1.2" },
            ...[
              "X25519",
              "P-256",
              "P-384",
              "SecP256r1MLKEM768",
              "SecP384r1MLKEM1024",
              "MLKEM768",
            ].map((ecdhCurve) => ({ ecdhCurve })),
            { sigalgs: "ecdsa_secp256r1_sha256:ed25519:rsa_pss_rsae_sha256" },
          ];
          for (const options of REFUSED) {
            const ended = await attempt(world, made.shop, get(SHOP), options);
            expect([options, ended.text]).toEqual([options, ""]);
            expect(await refusalOf(world, ended)).toMatchObject({ event: "handshake-failed" });
          }
          // No signature in common for its key: the peer has none to show.
          const from = world.lines.length;
          expect(await answerOf(world, ec, {})).toEqual([]);
          expect(await refusalAfter(world, from)).toMatchObject({ reason: "no-certificate" });
        } finally {
          await world.close();
        }
      });

      it.skipIf(NO_OPENSSL)("P90: is nothing that OpenSSL 3.0 could pull from", async () => {
        const world = await startAs(form, "post-quantum", {
          pki: quantum(),
          mapping: mappingOf,
          files: {},
        });
        try {
          await writePeers(world);
          expect((await openssl(world, SHOP, [])).statuses).toEqual([]);
        } finally {
          await world.close();
        }
      });
    });
  }

  describe(`the verifier ${form}, with files outside of its profile`, () => {
    const made = READS_ML_DSA ? quantum() : pki;
    const ed25519 = mintCa({ subject: "own", keys: freshKeys("ed25519") });
    const STARTS: Readonly<
      Record<string, readonly [Profile, Parameters<typeof startWorld>[0], RegExp]>
    > = {
      "an issuer with an Ed25519 key": [
        "fips-approved",
        { pki: { ...pki, issuer: ed25519 } },
        /issuer\.pem: certificates\[0\]: .*a key of Ed25519: the profile fips-approved takes RSA, P-256/,
      ],
      "an origin certificate with an Ed25519 key": [
        "fips-approved",
        {
          pki: {
            ...pki,
            origins: {
              ...pki.origins,
              [SHOP]: originCertificate(pki.originIssuer, SHOP, keysOf("ed25519")),
            },
          },
        },
        /origin-shop\.example\.net\.pem: a key of Ed25519: the profile fips-approved takes/,
      ],
      "an origin certificate that an Ed25519 key signed": [
        "fips-approved",
        {
          pki: {
            ...pki,
            origins: { ...pki.origins, [SHOP]: originCertificate(ed25519, SHOP, freshKeys()) },
          },
        },
        /origin-shop\.example\.net\.pem: certificates\[0\]: signed with Ed25519/,
      ],
      "Cloudflare's shared certificate": [
        "fips-approved",
        { mapping: sharing },
        /other\.pem: Cloudflare's shared certificate, which the profile fips-approved does not take: pull with a certificate of your own/,
      ],
      ...(READS_ML_DSA
        ? {
            "an issuer with a P-256 key": [
              "post-quantum",
              { pki: { ...made, issuer: pki.issuer } },
              /issuer\.pem: certificates\[0\]: .*a key of EC P-256: the profile post-quantum takes ML-DSA-44/,
            ],
            "an origin certificate with a P-256 key": [
              "post-quantum",
              { pki: { ...made, origins: pki.origins } },
              /origin-shop\.example\.net\.pem: a key of EC P-256: the profile post-quantum takes/,
            ],
          }
        : {
            "a Node that cannot read ML-DSA": [
              "post-quantum",
              {},
              /the profile post-quantum needs mldsa44, mldsa65, mldsa87, which Node 22.* has not: start the verifier with Node 24\.21/,
            ],
          }),
    };
    for (const [what, [profile, options, message]] of Object.entries(STARTS)) {
      it(`P90: does not start as ${profile} with ${what}`, async () => {
        const { code, stderr } = await refusedStart({ form, pki, profile, ...options });
        expect(stderr).toMatch(message);
        expect(code).toBe(1);
      });
    }

    it("P90: keeps the old trust at a reload that brings one", async () => {
      const world = await startAs(form, "fips-approved", { mapping: mappingOf, files: {} });
      try {
        await world.write("issuer.pem", pki.issuer.pem + ed25519.pem);
        expect(await world.reload()).toMatchObject({ event: "reload-failed" });
        expect(await answerOf(world, pki.shop, {})).toEqual([200]);
      } finally {
        await world.close();
      }
    });
  });
}

/** A mapping with Cloudflare's shared issuer in it. */
function sharing(of: Pki): unknown {
  return mappingOf(of, { issuers: { other: { certificates: "other.pem", shared: true } } });
}

function peerOf(kind: KeyKind): Minted {
  const found = certificates.get(kind);
  if (found === undefined) throw new Error(`no certificate of ${kind}`);
  return found;
}

/** All of it with ML-DSA keys. */
function quantum(kind: KeyKind = "ml-dsa-65"): Pki {
  return makePki(() => freshKeys(kind));
}

async function answerOf(world: World, peer: Minted, options: DialOptions) {
  return statuses((await attempt(world, peer, get(SHOP), options)).text);
}

/** The group of the key exchange that a handshake came to. */
async function groupOf(world: World, options: DialOptions, made: Pki = pki): Promise<string> {
  const socket = await dial(world, made.shop, options);
  const { name } = socket.getEphemeralKeyInfo() as { name?: string };
  socket.destroy();
  return name ?? "";
}
