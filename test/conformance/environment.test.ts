import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { isSupportedNode } from "../../origin-verifier/environment.ts";
import { skipUnless } from "../support/loud-skip.ts";
import { NO_OPENSSL, sClient } from "./support/openssl.ts";
import { makePki, SHOP } from "./support/pki.ts";
import { startProcess } from "./support/process-under-test.ts";
import { attempt, get, refusalOf, statuses, type DialOptions } from "./support/pull.ts";
import { BUILT } from "./support/under-test.ts";
import { FORMS, refusedStart, startWorld, type World, type WorldOptions } from "./support/world.ts";

const pki = makePki();
const OLD = process.env["PULLPROOF_OLD_NODE"] ?? "/usr/bin/node";
const noOld = skipUnless(
  existsSync(OLD) && !isSupportedNode(execFileSync(OLD, ["--version"], { encoding: "utf8" })),
  `a Node that is too old (PULLPROOF_OLD_NODE names one; ${OLD} is none)`,
);

function large(size: number): string {
  return get(SHOP, `X-Large: ${"x".repeat(size)}\r\n`);
}

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World | null = null;
    afterEach(async () => {
      await world?.close();
      world = null;
    });
    const start = async (options: WorldOptions): Promise<World> => {
      world = await startWorld({ form, pki, ...options });
      return world;
    };
    const sent = async (bytes: string, options: DialOptions = {}): Promise<readonly number[]> => {
      if (world === null) throw new Error("no world");
      return statuses((await attempt(world, pki.shop, bytes, options)).text);
    };

    it("P35: reads HTTP strictly under --insecure-http-parser", async () => {
      const { reached } = await start({ environment: { NODE_OPTIONS: "--insecure-http-parser" } });
      const odd = [
        get(SHOP, "X-Odd: a\x01b\r\n"),
        get(SHOP, "X-Odd: a\r\n folded\r\n"),
        get(SHOP, "X-Odd: a\nX-Even: b\r\n"),
        `POST / HTTP/1.1\r\nHost: ${SHOP}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        `POST / HTTP/1.1\r\nHost: ${SHOP}\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      ];
      for (const bytes of odd) expect(await sent(bytes)).toEqual([400]);
      expect(reached()).toEqual([]);
      expect(await sent(get(SHOP))).toEqual([200]);
    });

    it("P35: holds its own bound of a request's head, whatever --max-http-header-size says", async () => {
      await start({ environment: { NODE_OPTIONS: "--max-http-header-size=1000000" } });
      expect(await sent(large(30_000))).toEqual([431]);
      expect(await sent(large(10_000))).toEqual([200]);
      await world?.close();
      await start({ nodeOptions: ["--max-http-header-size=500"] });
      expect(await sent(large(10_000))).toEqual([200]);
      expect(world?.reached()).toHaveLength(1);
    });

    it("P35: refuses strangers under NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
      const open = await start({ environment: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } });
      for (const peer of [null, pki.stranger]) {
        const ended = await attempt(open, peer, get(SHOP));
        expect(ended.text).toBe("");
        const reason = peer === null ? "no-certificate" : "unknown-issuer";
        expect(await refusalOf(open, ended)).toMatchObject({ reason });
      }
      expect(open.reached()).toEqual([]);
    });

    it.skipIf(NO_OPENSSL)("P35: speaks no TLS 1.1 under --tls-min-v1.0", async () => {
      const { port } = await start({ environment: { NODE_OPTIONS: "--tls-min-v1.0" } });
      for (const version of ["-tls1", "-tls1_1"]) {
        const args = [version, "-servername", SHOP, "-cipher", "DEFAULT:@SECLEVEL=0"];
        expect((await sClient(port, args)).output).toContain("alert protocol version");
      }
      expect(await sent(get(SHOP), { version: "TLSv1.2" })).toEqual([200]);
    });

    it("P35: speaks TLS 1.3 under --tls-max-v1.2, and its own suites under --tls-cipher-list", async () => {
      const NODE_OPTIONS = "--tls-max-v1.2 --tls-cipher-list=ECDHE-ECDSA-AES128-SHA";
      const weak = await start({ environment: { NODE_OPTIONS } });
      expect(await sent(get(SHOP), { version: "TLSv1.3" })).toEqual([200]);
      expect(await sent(get(SHOP), { version: "TLSv1.2" })).toEqual([200]);
      const ciphers = "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0";
      const ended = await attempt(weak, pki.shop, get(SHOP), { version: "TLSv1.2", ciphers });
      expect(ended.text).toBe("");
      expect(await refusalOf(weak, ended)).toMatchObject({ detail: "ERR_SSL_NO_SHARED_CIPHER" });
    });

    const UNFIT: Readonly<Record<string, WorldOptions>> = {
      "--tls-keylog": { environment: { NODE_OPTIONS: "--tls-keylog=/dev/null" } },
      '"--tls-keylog" in quotes': { environment: { NODE_OPTIONS: '"--tls-keylog=/dev/null"' } },
      "--tls_keylog with underscores": { nodeOptions: ["--tls_keylog=/dev/null"] },
      "--openssl-legacy-provider": { nodeOptions: ["--openssl-legacy-provider"] },
      "--openssl-shared-config": { environment: { NODE_OPTIONS: "--openssl-shared-config" } },
      "--inspect": { nodeOptions: ["--inspect=127.0.0.1:0"] },
      OPENSSL_CONF: { environment: { OPENSSL_CONF: "/dev/null" } },
    };
    for (const [what, options] of Object.entries(UNFIT)) {
      it(`P36: does not start with ${what}`, async () => {
        const { code, stderr, lines } = await refusedStart({ form, pki, ...options });
        expect(code).toBe(1);
        expect(stderr).toContain(what.split(" ")[0]?.replaceAll("_k", "-k").replaceAll('"', ""));
        expect(stderr).toMatch(/without it|unset it/);
        expect(lines).toEqual([]);
      });
    }
  });
}

describe.skipIf(noOld)("a Node that is too old", () => {
  it("P36: starts no verifier as proxy, and is told which one would", async () => {
    const { code, stderr, lines } = await refusedStart({ pki, node: OLD });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Node \d+\.\d+\.\d+ is not one of >=22/);
    expect(stderr).toMatch(/^next: .*Node >=22/m);
    expect(lines).toEqual([]);
  });

  it("P36: makes no verifier in process", async () => {
    const built = pathToFileURL(join(BUILT, "origin-verifier.js")).href;
    const program = `
      const { createOriginVerifier } = await import(${JSON.stringify(built)});
      await createOriginVerifier({ mapping: "m", origins: { by: "name", files: new Map() } })
        .catch(({ name, message }) => console.log(JSON.stringify({ event: name, message })));`;
    const under = startProcess(["--input-type=module", "-e", program], {}, OLD);
    const { message } = await under.line("why", ({ event }) => event === "VerifierRefusesToStart");
    expect(message).toMatch(/Node \d+\.\d+\.\d+ is not one of >=22/);
    expect(await under.exited).toBe(0);
  });
});
