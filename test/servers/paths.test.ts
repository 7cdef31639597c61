import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, asyncProperty, constantFrom, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { runIn } from "../cli/support/run-pullproof.ts";
import { makePki, mappingOf } from "../conformance/support/pki.ts";
import { mintCrl } from "../support/crls.ts";
import {
  APACHE,
  CADDY,
  HAPROXY,
  isMissing,
  NGINX,
  STUNNEL,
  type ServerKind,
} from "./support/binaries.ts";

const pki = makePki();
const SPECIAL = "\"'`$ {}[];#\\%|&<>*?!~()=:@,\u00e4\u20ac-_.ab1\n\t".split("");

/** Has a server read what was rendered, and open every file that it names. */
const READS: readonly {
  readonly kind: ServerKind;
  /** What it cannot hold. */
  readonly refuses: RegExp;
}[] = [
  {
    kind: NGINX,
    refuses: /[$\n\t]/,
  },
  {
    kind: HAPROXY,
    refuses: /[^\w./@+,:=~-]/u,
  },
  {
    kind: CADDY,
    refuses: /[{}\n\t]/,
  },
  { kind: APACHE, refuses: /\$\{|[\n\t]/ },
];

/** Everything that the mapping and the configuration name, in a folder of any name. */
function layOut(name: string): { readonly folder: string; readonly nasty: string } {
  const folder = mkdtempSync(join(tmpdir(), "pullproof-paths-"));
  const nasty = join(folder, `x${name}`);
  mkdirSync(nasty, { recursive: true });
  const write = (file: string, text: string) => writeFileSync(join(nasty, file), text);
  write("issuer.pem", pki.issuer.pem);
  write("other.pem", pki.otherIssuer.pem);
  write("issuer.crl", mintCrl(pki.issuer));
  write("leafs.pem", pki.shop.pem + pki.blog.pem);
  const own = { certificates: "issuer.pem", crl: "issuer.crl" };
  write("mapping.json", JSON.stringify(mappingOf(pki, { issuers: { own } })));
  const origins: Record<string, object> = {};
  for (const [hostname, { pem, keyPem }] of Object.entries(pki.origins)) {
    write(`${hostname}.pem`, pem);
    write(`${hostname}.pem.key`, keyPem);
    const application = "http://127.0.0.1:9";
    origins[hostname] = { certificate: `${hostname}.pem`, key: `${hostname}.pem.key`, application };
  }
  const configuration = { mapping: "mapping.json", listen: "127.0.0.1:65000", origins };
  write("origin-verifier.json", JSON.stringify(configuration));
  return { folder, nasty };
}

async function renderIn({ folder, nasty }: ReturnType<typeof layOut>, kind: ServerKind) {
  const around = kind.wrap?.(folder);
  if (around !== undefined) writeFileSync(join(folder, around.name), around.text);
  const files = [
    "--config",
    join(nasty, "origin-verifier.json"),
    "--log",
    join(nasty, "pulls.log"),
  ];
  return runIn(folder, "render", kind.name, ...files, "--out", folder);
}

const NAME = string({ unit: constantFrom(...SPECIAL), minLength: 1, maxLength: 10 });

for (const { kind, refuses } of READS) {
  describe.skipIf(isMissing(kind))(kind.name, () => {
    it("opens exactly the files that a rendered path names, whatever is in it", async () => {
      let opened = 0;
      const tried = asyncProperty(NAME, async (name) => {
        const made = layOut(name);
        try {
          const ran = await renderIn(made, kind);
          expect({ name, refused: ran.status !== 0 }).toEqual({
            name,
            refused: refuses.test(name),
          });
          if (ran.status !== 0) return;
          const environment = { PATH: process.env["PATH"] ?? "", HOME: made.folder };
          const read = spawnSync(kind.binary, [...(kind.check?.(made.folder) ?? [])], {
            encoding: "utf8",
            env: environment,
          });
          expect({ name, status: read.status, said: read.stderr }).toMatchObject({
            name,
            status: 0,
          });
          opened += 1;
        } finally {
          rmSync(made.folder, { recursive: true, force: true });
        }
      });
      const examples = [
        "a",
        "a-b",
        "_",
        '"; include /x; #',
        "'\\",
        "$ENV",
        "{env.HOME}",
        "${PATH}",
        " [x] ",
      ];
      await assert(tried, { numRuns: 30, examples: examples.map((name) => [name]) });
      expect(opened).toBeGreaterThan(2);
    });
  });
}

describe.skipIf(isMissing(STUNNEL))("stunnel", () => {
  it("opens exactly the files that a rendered path names, whatever is in it", async () => {
    for (const name of ["a b", "\"a'", "; x", "# [pullproof]", "$HOME{}", "\\", "\u00e4 = b"]) {
      const made = layOut(name);
      try {
        expect(await renderIn(made, STUNNEL)).toMatchObject({ status: 0 });
        const started = spawn(STUNNEL.binary, [join(made.folder, "stunnel.conf")], {
          stdio: ["ignore", "ignore", "pipe"],
        });
        let said = "";
        const read = new Promise<boolean>((done) => {
          started.stderr.setEncoding("utf8").on("data", (text: string) => {
            said += text;
            // The port may be taken; by then every file has been read.
            if (/Configuration successful/.test(said)) done(true);
          });
          started.once("exit", () =>
            done(/Configuration successful|Address already in use/.test(said)),
          );
        });
        expect({ name, read: await read, said }).toMatchObject({ name, read: true });
        if (started.exitCode === null && started.signalCode === null) {
          started.kill("SIGKILL");
          await once(started, "exit");
        }
      } finally {
        rmSync(made.folder, { recursive: true, force: true });
      }
    }
  });
});
