import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runIn } from "../cli/support/run-pullproof.ts";
import { makePki } from "../conformance/support/pki.ts";
import { APACHE, CADDY, HAPROXY, isMissing, NGINX } from "./support/binaries.ts";
import { startServer, type ServerWorld } from "./support/server-world.ts";

const pki = makePki();

/** Pulls as an operator makes them: the same at any server. */
for (const kind of [NGINX, HAPROXY, CADDY, APACHE]) {
  describe.skipIf(isMissing(kind))(`${kind.name}, with what was rendered for it`, () => {
    let world: ServerWorld;
    beforeAll(async () => {
      world = await startServer(kind, pki);
      for (const [hostname, { pem, keyPem }] of Object.entries({
        "shop.example.com": pki.shop,
        "blog.example.com": pki.blog,
      })) {
        world.write(`${hostname}.pem`, pem);
        world.write(`${hostname}.key`, keyPem);
      }
      world.write("origins.pem", pki.originIssuer.pem);
    });
    afterAll(() => world.close());

    it("is well, says pullproof doctor", async () => {
      const address = `127.0.0.1:${world.port}`;
      const files = ["--certificates", ".", "--origin-ca", "origins.pem"];
      // Port 9, where nothing listens: what stands on port 80 of this machine is another matter.
      const where = ["--no-worker", "--address", address, "--plain-port", "9"];
      const ran = await runIn(world.folder, "doctor", ...files, ...where);
      expect(ran).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("nothing is amiss") as unknown,
      });
    });
  });
}
