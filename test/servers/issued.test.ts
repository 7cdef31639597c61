import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makePki, mappingOf } from "../conformance/support/pki.ts";
import { mintCa, mintLeaf } from "../support/certificates.ts";
import { APACHE, CADDY, isMissing } from "./support/binaries.ts";
import { pull, settled } from "./support/peers.ts";
import { startServer, type ServerWorld } from "./support/server-world.ts";

const pki = makePki();
const named = (...names: readonly string[]) => mintLeaf(pki.issuer, { names: [...names] });

/** Short-lived certificates that nobody lists: the issuer and an exact name decide. */
for (const kind of [CADDY, APACHE]) {
  describe.skipIf(isMissing(kind))(
    `${kind.name}, with an entry whose certificates are issued`,
    () => {
      let world: ServerWorld;
      const good = named("tenant.example.com");
      beforeAll(async () => {
        world = await startServer(kind, pki);
        const accept = { certificates: "issued", names: ["tenant.example.com"] } as const;
        const ran = await world.render(mappingOf(pki, { shop: accept }));
        if (ran.status !== 0) throw new Error(ran.stderr);
        await settled(world, good, true);
      });
      afterAll(() => world.close());

      it("accepts the name wherever it stands among the certificate's", async () => {
        for (const peer of [good, named("a.example.com", "tenant.example.com")])
          expect(await pull(world, peer)).toMatchObject({ status: 200, reached: true });
      });

      it("accepts no wildcard, no other name, no common name, and no other issuer", async () => {
        const others = {
          "a wildcard over it": named("*.example.com"),
          "another name": named("shop.example.com"),
          "a name below it": named("a.tenant.example.com"),
          "the name with more behind it": named("tenant.example.com.evil.test"),
          "a common name": mintLeaf(pki.issuer, {
            subject: "tenant.example.com",
            names: ["else.example.com"],
          }),
          "another issuer": mintLeaf(mintCa({ subject: "own" }), { names: ["tenant.example.com"] }),
        };
        for (const [what, peer] of Object.entries(others))
          expect({ what, reached: (await pull(world, peer)).reached }).toEqual({
            what,
            reached: false,
          });
      });
    },
  );
}
