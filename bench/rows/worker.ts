import path from "node:path";
import { ratioRow, type Row } from "../report/row.ts";
import { nginx } from "../servers/nginx.ts";
import { worker } from "../servers/worker.ts";
import { HOSTNAME } from "../support/certificates.ts";
import { rotateAnew } from "../support/rotate.ts";
import type { Sample } from "../support/measure.ts";
import type { World } from "../support/world.ts";
import { figures, type Measured } from "./group.ts";

const PROGRAMS = path.resolve(import.meta.dirname, "../programs");
const OURS = "our Worker";
const BARE = "a bare pass-through";
const BARE_DEADLINE = "a bare pass-through with a deadline";
const BARE_CACHE = "a bare pass-through with a cache";

/** What an origin says of an answer that may be kept, and of every other. */
const CACHING = [
  'set $kept "no-store";',
  'if ($uri = /kept) { set $kept "public, max-age=3600"; }',
  "add_header Cache-Control $kept;",
];

/** Two processes of the same Worker differ by up to a tenth. */
const ANEW = { starts: 5, timing: { rounds: 3, windowMs: 1000 } };

/** How the Worker is asked, and beside which of the bare ones: the first is what its bar is held against. */
const WAYS = [
  {
    name: "round the cache",
    target: "/small",
    headers: ["Authorization: Bearer x"],
    bare: [BARE, BARE_DEADLINE],
  },
  { name: "cache miss", target: "/small", headers: [], bare: [BARE_CACHE] },
  { name: "cache hit", target: "/kept", headers: [], bare: [BARE_CACHE] },
] as const;
const SCRIPTS = {
  [BARE]: "bare-worker.js",
  [BARE_DEADLINE]: "bare-deadline-worker.js",
  [BARE_CACHE]: "bare-cache-worker.js",
} as const;

/**
 * CPU of workerd a visit: our Worker, and one that does nothing but pass on. The origin is nginx, which answers by itself and
 * asks for the pull certificate.
 */
export async function measureWorker(world: World, bundle: string): Promise<Measured> {
  const certificates = await world.certificates("p256");
  const origin = await world.start(
    nginx({ name: "origin", hop: "tcp", answers: true, lines: CACHING }),
    { cores: world.cores.load },
  );
  try {
    const originPort = (): number => origin.ports[0] ?? 0;
    const rows: Row[] = [];
    const samples = new Map<string, readonly Sample[]>();
    for (const { name, target, headers, bare } of WAYS) {
      const ours = `${OURS}, ${name}`;
      const named = bare.map(
        (one) => [`${one}, ${name}`, path.join(PROGRAMS, SCRIPTS[one])] as const,
      );
      const found = await rotateAnew(
        world,
        [
          worker(ours, bundle, originPort),
          ...named.map(([theirs, script]) => worker(theirs, script, originPort)),
        ],
        {
          ...(world.timing.isQuick ? { starts: 1 } : ANEW),
          work: { kind: "pulls", connections: 32, target, headers },
          place: { certificates },
          host: HOSTNAME,
        },
      );
      for (const [key, list] of found) samples.set(key, list);
      for (const [at, [theirs]] of named.entries())
        rows.push(
          ...ratioRow(
            {
              what: `CPU a visit: ${ours}`,
              servers: [ours, theirs],
              unit: "us",
              ...(at === 0 ? { bar: { most: 1.1 } } : { isShown: true }),
            },
            figures(found, ours, "cpu"),
            figures(found, theirs, "cpu"),
          ),
        );
    }
    return { rows, samples };
  } finally {
    await origin.stop();
  }
}
