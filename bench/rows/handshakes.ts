import { ratioRow, type Bar, type Row } from "../report/row.ts";
import { apache } from "../servers/apache.ts";
import { caddy } from "../servers/caddy.ts";
import { inProcess } from "../servers/in-process.ts";
import { haproxy } from "../servers/haproxy.ts";
import { nginx } from "../servers/nginx.ts";
import { stunnel } from "../servers/stunnel.ts";
import { versionOf } from "../servers/tools.ts";
import { verifier } from "../servers/verifier.ts";
import type { Keys } from "../support/certificates.ts";
import { BARE } from "./names.ts";
import { rotate } from "../support/rotate.ts";
import type { Sample } from "../support/measure.ts";
import { shorter } from "../support/timing.ts";
import type { World } from "../support/world.ts";
import { figures, unlessQuick, type Group } from "./group.ts";

const BARS: Readonly<Record<Keys, readonly [title: string, bar: Bar]>> = {
  p256: ["P-256", { most: 0.9 }],
  rsa2048: ["RSA-2048", { most: 0.95 }],
};

/** Full TLS 1.3 handshakes with client certificates, and no client that offers a session. */
export const handshakes: Group = {
  name: "handshakes",
  title: "Full TLS 1.3 handshakes with a client certificate, on one core",
  measure: async (world) => {
    const rows: Row[] = [];
    const samples = new Map<string, readonly Sample[]>();
    for (const keys of ["p256", "rsa2048"] as const) {
      const found = await measureKeys(world, keys);
      rows.push(...found.rows);
      for (const [name, list] of found.samples) samples.set(name, list);
    }
    return { rows, samples };
  },
};

async function measureKeys(world: World, keys: Keys) {
  const [title, bar] = BARS[keys];
  const named = (name: string): string => `${name}, ${title}`;
  const ours = named("pullproof");
  const theirs = named("nginx");
  const samples = await rotate(
    world,
    [
      verifier({ name: ours, hop: "unix", main: world.main }),
      nginx({ name: theirs, hop: "unix" }),
      inProcess(named(BARE), { framework: "node", main: null }),
      ...unlessQuick(world, [
        haproxy(named("HAProxy"), "unix"),
        caddy(named("Caddy"), "unix"),
        apache(named("Apache"), "unix"),
        stunnel(named("stunnel"), "unix"),
      ]),
    ],
    {
      work: { kind: "handshakes", connections: 8 },
      place: { certificates: await world.certificates(keys) },
      timing: shorter(world.timing, 0.5),
    },
  );
  const note = `OpenSSL ${process.versions.openssl.replace(/\+.*/, "")} in Node, against ${versionOf("nginx")}`;
  const others = [BARE, "HAProxy", "Caddy", "Apache", "stunnel"].map(named);
  return {
    samples,
    rows: [theirs, ...others].flatMap((other) =>
      ratioRow(
        {
          what: `CPU a handshake: ${ours}`,
          servers: [ours, other],
          unit: "us",
          ...(other === theirs ? { bar, note } : {}),
          isShown: other === named(BARE),
        },
        figures(samples, ours, "cpu"),
        figures(samples, other, "cpu"),
      ),
    ),
  };
}
