import { ratioRow, type Bar, type Row } from "../report/row.ts";
import { caddy } from "../servers/caddy.ts";
import { haproxy } from "../servers/haproxy.ts";
import { nginx } from "../servers/nginx.ts";
import { verifier } from "../servers/verifier.ts";
import type { Sample } from "../support/measure.ts";
import { rotate } from "../support/rotate.ts";
import { shorter } from "../support/timing.ts";
import { BULK_BYTES, type World } from "../support/world.ts";
import { figures, unlessQuick, type Group } from "./group.ts";

/** What an administrator does who wants large bodies to be quick: nothing waits for the whole of a body, in large buffers. */
const LARGER = [
  "proxy_request_buffering off; proxy_max_temp_file_size 0;",
  "proxy_buffer_size 64k; proxy_buffers 16 256k; proxy_busy_buffers_size 512k; client_body_buffer_size 1m;",
];
/** As installed, but for what would write a body to the disk first. */
const STREAMING = ["proxy_request_buffering off; proxy_max_temp_file_size 0;"];

const OURS = "pullproof";
/** With one alone, whoever is measured waits for load and application by turns, and none of the three is at its end. */
const CONNECTIONS = 4;
const BARS: Readonly<Record<"down" | "up", Bar>> = { down: { least: 1.2 }, up: { least: 1.15 } };

/** Bodies of 100 MiB, one after the other on each connection. */
export const bulk: Group = {
  name: "bulk",
  title: `Bodies of 100 MiB, ${CONNECTIONS} at a time, on one core`,
  measure: async (world) => {
    const rows: Row[] = [];
    const samples = new Map<string, readonly Sample[]>();
    for (const direction of ["down", "up"] as const) {
      const found = await measureDirection(world, direction);
      rows.push(...found.rows);
      for (const [name, list] of found.samples) samples.set(name, list);
    }
    return { rows, samples };
  },
};

async function measureDirection(world: World, direction: "down" | "up") {
  const named = (name: string): string => `${name}, ${direction}`;
  const nginxes = {
    installed: named("nginx as installed"),
    streaming: named("nginx without buffering to disk"),
    larger: named("nginx with larger buffers"),
  };
  const application = await world.startBulkApplication();
  try {
    const samples = await rotate(
      world,
      [
        verifier({ name: named(OURS), hop: "unix", main: world.main }),
        nginx({ name: nginxes.installed, hop: "unix" }),
        ...unlessQuick(world, [
          nginx({ name: nginxes.streaming, hop: "unix", lines: STREAMING }),
          nginx({ name: nginxes.larger, hop: "unix", lines: LARGER }),
          haproxy(named("HAProxy"), "unix"),
          caddy(named("Caddy"), "unix"),
        ]),
      ],
      {
        work: { kind: `${direction}loads`, connections: CONNECTIONS, bytes: BULK_BYTES },
        place: { application },
        timing: shorter(world.timing, 0.5),
      },
    );
    const row = (
      figure: "rate" | "cpu",
      theirs: string,
      more: Partial<Pick<Row, "bar" | "isShown">> = {},
    ): readonly Row[] => {
      // 100 MiB a second and bodies are the same but for this.
      const scale = figure === "rate" ? 1 : 1 / 1000;
      const scaled = (name: string) => figures(samples, name, figure).map((one) => one * scale);
      return ratioRow(
        {
          what: `100 MiB ${direction}, ${figure === "rate" ? "bodies a second" : "CPU a body"}`,
          servers: [named(OURS), theirs],
          unit: figure === "rate" ? "/s" : "ms",
          ...more,
        },
        scaled(named(OURS)),
        scaled(theirs),
      );
    };
    return {
      samples,
      rows: [
        ...row("rate", nginxes.installed, { bar: BARS[direction] }),
        // As installed, nginx writes bodies to its disk first: beside the bar stands what it does without.
        ...row("rate", nginxes.streaming, { isShown: true }),
        ...row("rate", nginxes.larger, { isShown: true }),
        ...row("cpu", nginxes.installed),
        ...row("cpu", nginxes.larger),
        ...row("rate", named("HAProxy")),
        ...row("rate", named("Caddy")),
      ],
    };
  } finally {
    await application.stop();
  }
}
