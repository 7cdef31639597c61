import { connect } from "node:net";
import { resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Profile } from "../../origin-verifier/profile/profile.ts";
import { freshKeys } from "../support/keys.ts";
import { makePki, SHOP, type Pki } from "./support/pki.ts";
import { answered, attempt, dial, exchange, get, keepGet, statuses } from "./support/pull.ts";
import { READS_ML_DSA } from "./support/under-test.ts";
import { waitFor } from "./support/wait-for.ts";
import { FORMS, refusedStart, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const nodeOptions = ["--import", resolve(import.meta.dirname, "support/damage-listener.ts")];
const ANY = "DEFAULT:@SECLEVEL=0";

interface Damage {
  readonly profile?: Profile;
  /** Default: one with P-256 keys. */
  readonly made?: Pki;
  /** What takes the place of the listener's own options. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly problems: readonly [string, ...string[]];
}

const quantum = makePki(() => freshKeys("ml-dsa-44"));
const QUANTUM_DAMAGES: readonly Damage[] = [
  {
    profile: "post-quantum",
    made: quantum,
    options: { ecdhCurve: "X25519MLKEM768:X25519:P-256" },
    problems: ["it takes X25519", "it takes P-256"],
  },
  {
    profile: "post-quantum",
    made: quantum,
    options: { sigalgs: "mldsa44:ecdsa_secp256r1_sha256" },
    problems: ["it takes signatures of ECDSA+SHA256 (TLSv1.3)"],
  },
];

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
    profile: "modern",
    options: { minVersion: "TLSv1.2" },
    problems: ["it speaks TLS before version 1.3"],
  },
  { profile: "fips-approved", options: { ciphers: ANY }, problems: ["it takes ChaCha20-Poly1305"] },
  { profile: "fips-approved", options: { ecdhCurve: "auto" }, problems: ["it takes X25519"] },
  {
    profile: "fips-approved",
    options: { sigalgs: "ecdsa_secp256r1_sha256:ed25519" },
    problems: [
      "it takes signatures of Ed25519+UNDEF (TLSv1.2)",
      "it takes signatures of Ed25519+UNDEF (TLSv1.3)",
    ],
  },
  {
    options: { sigalgs: "ecdsa_secp256r1_sha256:ECDSA+SHA224" },
    problems: ["it takes signatures of ECDSA+SHA224 (TLSv1.2)"],
  },
  // Where the Node under test cannot read ML-DSA, the profile does not start whatever the listener does.
  ...(READS_ML_DSA ? QUANTUM_DAMAGES : []),
];

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World | null = null;
    afterEach(async () => {
      await world?.close();
      world = null;
    });

    for (const { profile = "standard", made = pki, options, problems } of DAMAGES) {
      const [problem] = problems;
      const DAMAGE = JSON.stringify(options);
      it(`P4: does not start as ${profile} where ${problem}`, async () => {
        const environment = { DAMAGE };
        const { code, stderr, lines } = await refusedStart({
          form,
          pki: made,
          profile,
          nodeOptions,
          environment,
        });
        expect(code).toBe(1);
        for (const each of problems) expect(stderr).toContain(each);
        expect(lines.map(({ event }) => event)).toEqual(["trust-swapped"]);
      });

      it(`P5: stops as ${profile} at the reload after which ${problem}`, async () => {
        const environment = { DAMAGE, DAMAGE_LATER: "1" };
        world = await startWorld({ form, pki: made, profile, nodeOptions, environment });
        const { port } = world;
        const live = await dial(world, made.shop);
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
