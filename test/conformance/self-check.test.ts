import { connect } from "node:net";
import { resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { TlsProfile } from "../../origin-verifier/listener/tls-options.ts";
import { makePki, SHOP } from "./support/pki.ts";
import { answered, attempt, dial, exchange, get, keepGet, statuses } from "./support/pull.ts";
import { waitFor } from "./support/wait-for.ts";
import { FORMS, refusedStart, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const nodeOptions = ["--import", resolve(import.meta.dirname, "support/damage-listener.ts")];
const ANY = "DEFAULT:@SECLEVEL=0";

interface Damage {
  readonly tls?: TlsProfile;
  /** What takes the place of the listener's own options. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly problems: readonly [string, ...string[]];
}

const DAMAGES: readonly Damage[] = [
  {
    options: { secureOptions: 0 },
    problems: ["it resumes sessions of TLSv1.2", "it resumes sessions of TLSv1.3"],
  },
  {
    options: { minVersion: "TLSv1", ciphers: ANY },
    problems: ["it speaks TLS before version 1.2"],
  },
  {
    options: { ciphers: ANY },
    problems: ["it takes cipher suites without forward secrecy or without AEAD"],
  },
  {
    tls: "tls-1.3",
    options: { minVersion: "TLSv1.2" },
    problems: ["it speaks TLS before version 1.3"],
  },
  { tls: "approved", options: { ciphers: ANY }, problems: ["it takes ChaCha20-Poly1305"] },
  { tls: "approved", options: { ecdhCurve: "auto" }, problems: ["it takes X25519"] },
];

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World | null = null;
    afterEach(async () => {
      await world?.close();
      world = null;
    });

    for (const { tls = "standard", options, problems } of DAMAGES) {
      const [problem] = problems;
      const DAMAGE = JSON.stringify(options);
      it(`P4: does not start as ${tls} where ${problem}`, async () => {
        const environment = { DAMAGE };
        const { code, stderr, lines } = await refusedStart({
          form,
          pki,
          tls,
          nodeOptions,
          environment,
        });
        expect(code).toBe(1);
        for (const each of problems) expect(stderr).toContain(each);
        expect(lines.map(({ event }) => event)).toEqual(["trust-swapped"]);
      });

      it(`P5: stops as ${tls} at the reload after which ${problem}`, async () => {
        const environment = { DAMAGE, DAMAGE_LATER: "1" };
        world = await startWorld({ form, pki, tls, nodeOptions, environment });
        const { port } = world;
        const live = await dial(world, pki.shop);
        expect(answered((await exchange(live, keepGet(SHOP), answered)).text)).toBe(true);
        const ended = new Promise((done) => live.once("close", done));
        world.signal("SIGUSR2");
        await world.line("damaged", ({ event }) => event === "damaged");
        world.signal("SIGHUP");
        const unsafe = await world.line("unsafe", ({ event }) => event === "listener-unsafe");
        expect(unsafe["problems"]).toEqual(expect.arrayContaining([...problems]));
        await ended;
        await waitFor("nobody listens any more", () => isRefused(port));
        expect(await world.exited).toBe(3);
      });
    }

    it("P5: goes on after a reload that finds it sound, and tells nobody of its trials", async () => {
      world = await startWorld({ form, pki, refuse: "status" });
      for (const generation of [2, 3]) {
        expect(await world.reload()).toMatchObject({
          event: "trust-swapped",
          generation,
          warnings: [],
        });
      }
      expect(statuses((await attempt(world, pki.shop, get(SHOP))).text)).toEqual([200]);
      const unhappy = ["pull-refused", "handshake-failed", "listener-unsafe"];
      expect(world.lines.filter(({ event }) => unhappy.includes(event))).toEqual([]);
    });
  });
}

function isRefused(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      done(false);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => done(error.code === "ECONNREFUSED"));
  });
}
