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
const BARE_CACHE = "a bare pass-through with a cache";

/** What an origin says of an answer that may be kept, and of every other. */
const CACHING = [
  'set $kept "no-store";',
  'if ($uri = /kept) { set $kept "public, max-age=3600"; }',
  "add_header Cache-Control $kept;",
];

/** Two processes of the same Worker differ by up to a tenth. */
const ANEW = { starts: 5, timing: { rounds: 3, windowMs: 1000 } };

/** How the Worker is asked, and by which of the bare ones its work would be done. */
const WAYS = [
  { name: "round the cache", target: "/small", headers: ["Authorization: Bearer x"], bare: BARE },
  { name: "cache miss", target: "/small", headers: [], bare: BARE_CACHE },
  { name: "cache hit", target: "/kept", headers: [], bare: BARE_CACHE },
] as const;

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
      const script = bare === BARE ? "bare-worker.js" : "bare-cache-worker.js";
      const ours = `${OURS}, ${name}`;
      const theirs = `${bare}, ${name}`;
      const found = await rotateAnew(
        world,
        [worker(ours, bundle, originPort), worker(theirs, path.join(PROGRAMS, script), originPort)],
        {
          ...(world.timing.isQuick ? { starts: 1 } : ANEW),
          work: { kind: "pulls", connections: 32, target, headers },
          place: { certificates },
          host: HOSTNAME,
        },
      );
      for (const [key, list] of found) samples.set(key, list);
      rows.push(
        ...ratioRow(
          { what: `CPU a visit: ${ours}`, servers: [ours, theirs], unit: "us", bar: { most: 1.1 } },
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
