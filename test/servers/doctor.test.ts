import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepProcess, type KeptProcess } from "../../cli/processes/kept-process.ts";
import { runIn, type Ran } from "../cli/support/run-pullproof.ts";
import { makePki } from "../conformance/support/pki.ts";
import { waitFor } from "../conformance/support/wait-for.ts";
import { APACHE, CADDY, HAPROXY, isMissing, NGINX, STUNNEL } from "./support/binaries.ts";
import { startServer, type ServerWorld } from "./support/server-world.ts";

const pki = makePki();

/** Certificates as an operator has them who pulls by hand. */
function writeCertificates(world: ServerWorld): void {
  for (const [hostname, { pem, keyPem }] of Object.entries({
    "shop.example.com": pki.shop,
    "blog.example.com": pki.blog,
  })) {
    world.write(`${hostname}.pem`, pem);
    world.write(`${hostname}.key`, keyPem);
  }
  world.write("origins.pem", pki.originIssuer.pem);
}

// Port 9, where nothing listens: what stands on port 80 of this machine is another matter.
const ALWAYS = ["--certificates", ".", "--origin-ca", "origins.pem", "--plain-port", "9"];

function doctor(world: ServerWorld, port = world.port, ...more: readonly string[]): Promise<Ran> {
  const address = ["--no-worker", "--address", `127.0.0.1:${port}`];
  return runIn(world.folder, "doctor", ...ALWAYS, ...address, ...more);
}

/** What was tried, and what it showed: without the addresses and the words. */
function shown({ stdout }: Ran): readonly string[] {
  const { diagnoses } = JSON.parse(stdout) as {
    readonly diagnoses: readonly { hostname: string; probe: string; verdict: string }[];
  };
  return diagnoses.map(({ hostname, probe, verdict }) => `${hostname} ${probe} ${verdict}`);
}

/** The verifier itself, with the same mapping and files, at a port of its own. */
async function startVerifier(world: ServerWorld): Promise<KeptProcess & { readonly port: number }> {
  const lines: string[] = [];
  const main = join(import.meta.dirname, "../../origin-verifier/main.ts");
  const written = JSON.parse(
    readFileSync(join(world.folder, "origin-verifier.json"), "utf8"),
  ) as object;
  const own = { ...written, listen: "127.0.0.1:0", admin: "127.0.0.1:0" };
  writeFileSync(join(world.folder, "own.json"), JSON.stringify(own));
  const kept = keepProcess({
    command: [process.execPath, main, "--config", "own.json"],
    folder: world.folder,
    environment: { PATH: process.env["PATH"], HOME: world.folder },
    onLine: (line) => void lines.push(line),
  });
  const port = await waitFor("the verifier listens", () => {
    const line = lines.find((one) => /"listener":"origin"/.test(one));
    return Number(/"port":(\d+)/.exec(line ?? "")?.[1] ?? 0) || null;
  });
  return { ...kept, port };
}

/** Pulls as an operator makes them: the same at any server as at our own. */
for (const kind of [NGINX, HAPROXY, CADDY, APACHE]) {
  describe.skipIf(isMissing(kind))(`${kind.name}, with what was rendered for it`, () => {
    let world: ServerWorld;
    let verifier: Awaited<ReturnType<typeof startVerifier>>;
    beforeAll(async () => {
      world = await startServer(kind, pki);
      writeCertificates(world);
      verifier = await startVerifier(world);
    });
    afterAll(async () => {
      await verifier.stop();
      await world.close();
    });

    it("is well, says pullproof doctor", async () => {
      expect(await doctor(world)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining("nothing is amiss") as unknown,
      });
    });

    it("is asked what the verifier is asked, and answers the same", async () => {
      const [here, own] = [
        await doctor(world, world.port, "--json"),
        await doctor(world, verifier.port, "--json"),
      ];
      expect(shown(here).length).toBeGreaterThan(12);
      expect(shown(here)).toEqual(shown(own));
    });

    it("takes a right pull of pullproof probe, and refuses wrong ones, as the verifier does", async () => {
      const pulls: Readonly<Record<string, readonly string[]>> = {
        right: ["--certificate", "shop.example.com"],
        "without a certificate": [],
        "with another hostname's": ["--certificate", "blog.example.com"],
        "under another name": [
          "--certificate",
          "shop.example.com",
          "--servername",
          "no.example.net",
        ],
        "with another Host": ["--certificate", "shop.example.com", "--host", "no.example.net"],
      };
      for (const [what, more] of Object.entries(pulls)) {
        const probe = async (port: number): Promise<number | null> => {
          const where = ["--address", `127.0.0.1:${port}`, "--origin-ca", "origins.pem"];
          const ran = await runIn(world.folder, "probe", "shop.example.com", ...where, ...more);
          return ran.status;
        };
        const here = await probe(world.port);
        const own = await probe(verifier.port);
        expect({ what, here }).toEqual({ what, here: what === "right" ? 0 : 1 });
        expect({ what, own }).toEqual({ what, own: here });
      }
    });
  });
}

describe.skipIf(isMissing(STUNNEL))("stunnel, with what was rendered for it", () => {
  it("is told of by pullproof doctor: it holds no Host against the name of the handshake", async () => {
    const world = await startServer(STUNNEL, pki);
    try {
      writeCertificates(world);
      const ran = await doctor(world, world.port, "--json");
      expect(ran.status).toBe(1);
      const amiss = shown(ran).filter((one) => one.endsWith(" problem"));
      expect(amiss).toEqual([
        "shop.example.com another-host problem",
        "blog.example.com another-host problem",
      ]);
    } finally {
      await world.close();
    }
  });
});

/** What somebody changed, and what is found of it. */
const DAMAGES: Readonly<
  Record<string, readonly [probe: string, ...(readonly [string, string])[]]>
> = {
  "looks at no verdict": [
    "another-hostname",
    ['if ($pullproof_0_verdict = "") { return 403; }', ""],
  ],
  "lets everybody in": [
    "another-issuer",
    ["ssl_verify_client on;", "ssl_verify_client optional_no_ca;"],
    ['if ($pullproof_0_verdict = "") { return 403; }', ""],
  ],
  "asks for no certificate": [
    "no-certificate",
    ["ssl_verify_client on;", "ssl_verify_client off;"],
    ['if ($pullproof_0_verdict = "") { return 403; }', ""],
  ],
};

describe.skipIf(isMissing(NGINX))(
  "pullproof doctor, at an nginx that somebody changed by hand",
  () => {
    it.each(Object.entries(DAMAGES))("finds one that %s", async (_, [probe, ...changes]) => {
      const damage = (folder: string): void => {
        const file = join(folder, "pullproof.conf");
        const changed = changes.reduce(
          (text, [from, to]) => {
            if (!text.includes(from)) throw new Error(`not there: ${from}`);
            return text.replaceAll(from, () => to);
          },
          readFileSync(file, "utf8"),
        );
        writeFileSync(file, changed);
      };
      const world = await startServer(NGINX, pki, { damage });
      try {
        writeCertificates(world);
        const ran = await doctor(world, world.port, "--json");
        expect(shown(ran)).toContain(`shop.example.com ${probe} problem`);
      } finally {
        await world.close();
      }
    });
  },
);
