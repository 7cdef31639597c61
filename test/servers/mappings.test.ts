import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, property } from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ListedFacts, OriginFacts } from "../../cli/render/facts.ts";
import type { Target } from "../../cli/render/rendering.ts";
import { TARGETS } from "../../cli/render/targets.ts";
import { makePki } from "../conformance/support/pki.ts";
import { anyFacts } from "../render/any-facts.ts";
import type { Minted } from "../support/certificates.ts";
import { mintCrl } from "../support/crls.ts";
import { APACHE, CADDY, HAPROXY, isMissing, NGINX } from "./support/binaries.ts";
import { SHOP } from "./support/peers.ts";

const pki = makePki();
const RUNS = 25;

function listed({ fingerprint, der }: Minted): ListedFacts {
  return { fingerprint, der: der.toString("base64"), notAfter: Date.now() + 86_400_000 };
}

/** The same with files that are there, and an application that no resolver has a say in. */
function real(origin: OriginFacts, file: (name: string) => string): OriginFacts {
  return {
    ...origin,
    certificate: file("origin.pem"),
    key: file("origin.pem.key"),
    issuer: {
      ...origin.issuer,
      certificates: file("issuer.pem"),
      crl: origin.issuer.crl === null ? null : file("issuer.crl"),
    },
    accepts:
      origin.accepts.by === "list"
        ? { by: "list", certificates: [listed(pki.shop), listed(pki.blog)] }
        : origin.accepts,
    application:
      origin.application.by === "unix"
        ? { by: "unix", path: file("application.sock") }
        : // No resolver has a say in it.
          { ...origin.application, host: origin.application.host.replace(/^a.*/, "127.0.0.1") },
  };
}

/** Whatever the mapping: the server itself reads what comes of it. Its files are real; names, lists and addresses are any. */
for (const kind of [NGINX, HAPROXY, CADDY, APACHE]) {
  describe.skipIf(isMissing(kind))(kind.name, () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "pullproof-mappings-"));
      const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
      write("issuer.pem", pki.issuer.pem);
      write("issuer.crl", mintCrl(pki.issuer));
      const origin = pki.origins[SHOP];
      write("origin.pem", origin?.pem ?? "");
      write("origin.pem.key", origin?.keyPem ?? "");
      const around = kind.wrap?.(folder);
      if (around !== undefined) write(around.name, around.text);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const file = (name: string) => join(folder, name);

    it("reads what is rendered, whatever the mapping", () => {
      const target = TARGETS.find(({ name }) => name === kind.name) as Target;
      let read = 0;
      assert(
        property(anyFacts(), (facts) => {
          const [first, ...rest] = facts.origins;
          const rendering = target.render({
            ...facts,
            folder,
            log: file("pulls.log"),
            listen: { ...facts.listen, host: facts.listen.host.replace("2001:db8::1", "::1") },
            origins: [real(first, file), ...rest.map((origin) => real(origin, file))],
          });
          if (!rendering.ok) return;
          for (const { name, text } of rendering.value) writeFileSync(file(name), text);
          const env = { PATH: process.env["PATH"] ?? "", HOME: folder, XDG_DATA_HOME: folder };
          const args = kind.check?.(folder) ?? [];
          const { status, stderr } = spawnSync(kind.binary, [...args], { encoding: "utf8", env });
          expect({ status, stderr: status === 0 ? "" : stderr.slice(-2_000) }).toEqual({
            status: 0,
            stderr: "",
          });
          read += 1;
        }),
        { numRuns: RUNS },
      );
      expect(read).toBeGreaterThan(2);
    });
  });
}
