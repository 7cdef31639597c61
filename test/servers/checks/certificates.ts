import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runIn } from "../../cli/support/run-pullproof.ts";
import { oddCertificates } from "../../conformance/support/odd-certificates.ts";
import { mappingOf } from "../../conformance/support/pki.ts";
import { mintCa, mintLeaf, type Minted } from "../../support/certificates.ts";
import { freshKeys } from "../../support/keys.ts";
import { BLOG, pull, SHOP } from "../support/peers.ts";
import type { ServerWorld } from "../support/server-world.ts";
import { all, broken, type Check } from "./check.ts";

const rsa = mintCa({ subject: "own, RSA", keys: freshKeys("rsa-2048") });

/** Whether a configuration that lists a certificate is refused: then no server of ours ever has it in its list. */
async function isNotWritten(
  world: ServerWorld,
  odd: Pick<Minted, "pem" | "fingerprint">,
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "pullproof-odd-"));
  try {
    const { pki } = world;
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write("issuer.pem", `${pki.issuer.pem}${rsa.pem}`);
    write("other.pem", pki.otherIssuer.pem);
    write("odd-one.pem", odd.pem);
    write("blog.pem", pki.blog.pem);
    write(
      "mapping.json",
      JSON.stringify(mappingOf(pki, { shop: { certificates: [odd.fingerprint] } })),
    );
    const files = ["--certificate", "origin.pem", "--key", "origin.pem.key", "--out", "."];
    const ran = await runIn(folder, "render", world.kind.name, ...files);
    return (
      ran.status === 1 && ran.stderr.includes('hosts["shop.example.com"].accept.certificates[0]')
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A certificate that the verifier refuses: nothing is written that lists it, and unlisted no server takes it. */
const odd = (promise: string): Check => ({
  promise,
  ofHttp: false,
  run: async (world) => {
    const claims: Record<string, boolean> = {};
    const { issuer: ec, otherIssuer: other } = world.pki;
    for (const { what, peer, promise: its } of oddCertificates({ ec, rsa, other })) {
      if (its !== promise) continue;
      const late = what === "that is not valid yet";
      if (!late) claims[`one ${what} is written into a list`] = await isNotWritten(world, peer);
      const { reached } = await pull(world, peer);
      claims[`one ${what} pulls`] = !reached;
    }
    return broken(claims);
  },
});

const accepted: Check = {
  promise: "P12",
  ofHttp: false,
  run: async (world, raw) => {
    const { pki } = world;
    const at = async (peer: Minted, servername: string) =>
      (await pull(world, peer, { servername })).reached;
    return all(
      broken({
        "shop's own certificate does not pull": await at(pki.shop, SHOP),
        "blog's own certificate does not pull": await at(pki.blog, BLOG),
        "blog's certificate pulls from shop": !(await at(pki.blog, SHOP)),
        "shop's certificate pulls from blog": !(await at(pki.shop, BLOG)),
        "an unlisted certificate pulls": !(await at(pki.unlisted, SHOP)),
        "one of the other issuer pulls": !(await at(pki.other, SHOP)),
      }),
      await odd("P12").run(world, raw),
    );
  },
};

/** What claims to be shop's, and is not: the same names, the same subject, the same public key. */
const impostors: Check = {
  promise: "P13",
  ofHttp: false,
  run: async (world) => {
    const { pki } = world;
    const by = pki.issuer;
    const { subject, keys } = pki.shop;
    const claims: Record<string, boolean> = {};
    const pretenders: Readonly<Record<string, Minted>> = {
      "the same name": pki.unlisted,
      "the same subject": mintLeaf(by, { subject, names: ["shop.example.com"] }),
      "the same key": mintLeaf(by, { keys, names: ["shop.example.com"] }),
      "the origin hostname for a name": mintLeaf(by, { subject: SHOP, names: [SHOP] }),
    };
    for (const [what, peer] of Object.entries(pretenders))
      claims[`one with ${what} pulls`] = !(await pull(world, peer)).reached;
    return broken(claims);
  },
};

/** Below an intermediate that the peer sends along, and the origin does not hold. */
const intermediates: Check = {
  promise: "P19",
  ofHttp: false,
  run: async (world) => {
    const middle = mintCa({ subject: "in the middle", by: world.pki.issuer });
    const leaf = mintLeaf(middle, { names: ["shop.example.com"] });
    const peer = { ...leaf, pem: `${leaf.pem}${middle.pem}` };
    return broken({
      "one below an intermediate of its own is written into a list": await isNotWritten(
        world,
        leaf,
      ),
      "it pulls": !(await pull(world, peer)).reached,
    });
  },
};

const times: Check = {
  promise: "P11",
  ofHttp: false,
  run: async (world, raw) => {
    const tomorrow = mintLeaf(world.pki.issuer, {
      names: ["shop.example.com"],
      notBefore: Date.now() + 86_400_000,
    });
    const { fingerprint } = tomorrow;
    const mapping = mappingOf(world.pki, {
      shop: { certificates: [world.pki.shop.fingerprint, fingerprint] },
    });
    const ran = await world.render(mapping, [tomorrow]);
    await world.reload();
    // The pulls of a good one are served before and after: what counts is what comes of the other within a while.
    const claims: Record<string, boolean> = { "it is not rendered": ran.status === 0 };
    for (let n = 0; n < 5; n += 1) {
      const { reached } = await pull(world, tomorrow);
      claims["one of tomorrow pulls"] = !reached && claims["one of tomorrow pulls"] !== false;
    }
    await world.render();
    await world.reload();
    return all(broken(claims), await odd("P11").run(world, raw));
  },
};

export const CERTIFICATE_CHECKS: readonly Check[] = [
  odd("P8"),
  odd("P9"),
  odd("P10"),
  accepted,
  impostors,
  intermediates,
  times,
];
