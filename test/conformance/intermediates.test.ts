import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { basicConstraints, keyUsage, nameConstraints } from "../support/certificate-parts.ts";
import { caExtensions, mintCa, mintLeaf, type Minted } from "../support/certificates.ts";
import { freshKeys, SIGNATURES } from "../support/keys.ts";
import { NAMES } from "./support/odd-certificates.ts";
import { BLOG, makePki, mappingOf, SHOP } from "./support/pki.ts";
import {
  attempt,
  get,
  refusalOf,
  statuses,
  TLS_VERSIONS,
  type PeerCertificate,
} from "./support/pull.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const root = pki.issuer;
const below = (by: Minted, recipe: Parameters<typeof mintCa>[0] = {}) => mintCa({ by, ...recipe });
const leaf = (by: Minted) => mintLeaf(by, { names: NAMES });
const keys = freshKeys();

const first = below(root);
const second = below(first);
const sister = below(root);
const bySha1 = below(root, { signature: SIGNATURES.ecdsaSha1 });
const noPath = below(root, {
  extensions: [basicConstraints(true, 0), keyUsage("keyCertSign", "cRLSign")],
});
const belowNoPath = below(noPath);
const constrained = below(root, {
  keys,
  extensions: [...caExtensions(keys, root), nameConstraints({ permitted: ["example.org"] })],
});

const ofRoot = leaf(root);
const ofFirst = leaf(first);
const ofSecond = leaf(second);
const ofSister = leaf(sister);
const ofSha1 = leaf(bySha1);
const ofTooDeep = leaf(belowNoPath);
const ofConstrained = leaf(constrained);
const all = [ofRoot, ofFirst, ofSecond, ofSister, ofSha1, ofTooDeep, ofConstrained];

/** The peer sends these along, in this order. */
function sending(peer: Minted, ...along: readonly Minted[]): PeerCertificate {
  return { ...peer, pem: [peer, ...along].map(({ pem }) => pem).join("") };
}

interface Case {
  readonly what: string;
  /** What the issuer file holds. */
  readonly held: readonly Minted[];
  readonly accepted?: readonly PeerCertificate[];
  readonly refused?: readonly PeerCertificate[];
}

const CASES: readonly Case[] = [
  {
    what: "root and intermediates: the leaf alone is enough, whichever signed it",
    held: [root, first, second],
    accepted: [ofRoot, ofFirst, ofSecond, sending(ofSecond, second, first)],
    refused: [ofSister],
  },
  {
    what: "an intermediate without its root: what is below it, and nothing beside it",
    held: [first],
    accepted: [ofFirst, sending(ofFirst, first, root)],
    refused: [ofRoot, ofSister, sending(ofSister, sister, root)],
  },
  {
    what: "the root alone: no intermediate that a peer sends along counts",
    held: [root],
    accepted: [ofRoot],
    refused: [ofFirst, sending(ofFirst, first), sending(ofSecond, second, first)],
  },
  {
    what: "the root alone: no intermediate signed with SHA-1, too long a path or a name not permitted",
    held: [root],
    refused: [
      sending(ofSha1, bySha1),
      sending(ofTooDeep, belowNoPath, noPath),
      sending(ofConstrained, constrained),
    ],
  },
  {
    what: "a constrained intermediate: it holds for what it permits alone",
    held: [root, constrained],
    accepted: [ofRoot],
    refused: [ofConstrained],
  },
  {
    what: "a path that is too long for one of its CAs",
    held: [root, noPath, belowNoPath],
    accepted: [ofRoot],
    refused: [ofTooDeep],
  },
];

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World;
    beforeAll(async () => {
      const accepted = {
        shop: { certificates: all.map(({ fingerprint }) => fingerprint) },
        blog: { certificates: "issued", names: ["blog.example.com"] },
      } as const;
      world = await startWorld({ form, pki, mapping: () => mappingOf(pki, accepted) });
    });
    afterAll(() => world.close());

    for (const { what, held, accepted = [], refused = [] } of CASES) {
      it(`P19: holds ${what}`, async () => {
        await world.write("issuer.pem", held.map(({ pem }) => pem).join(""));
        expect(await world.reload()).toMatchObject({ event: "trust-swapped" });
        const before = world.reached().length;
        for (const version of TLS_VERSIONS) {
          for (const servername of [SHOP, BLOG]) {
            for (const peer of accepted) {
              const ended = await attempt(world, peer, get(servername), { version, servername });
              expect(statuses(ended.text)).toEqual([200]);
            }
            for (const peer of refused) {
              const ended = await attempt(world, peer, get(servername), { version, servername });
              expect(statuses(ended.text)).not.toContain(200);
              const line = await refusalOf(world, ended);
              expect(["unknown-issuer", "refused-by-engine"]).toContain(line["reason"]);
            }
          }
        }
        expect(world.reached()).toHaveLength(before + 4 * accepted.length);
      });
    }
  });
}
