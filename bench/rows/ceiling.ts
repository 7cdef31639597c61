import { nginx } from "../servers/nginx.ts";
import { figureRow } from "../report/row.ts";
import { rotate } from "../support/rotate.ts";
import { figures, type Group } from "./group.ts";

/** What the load generator itself can do: against a server that answers at once, and has nothing behind it. */
export const ceiling: Group = {
  name: "ceiling",
  title: "The load generator against nginx that answers by itself",
  measure: async (world) => {
    const tls = "nginx answering itself, TLS";
    const plain = "nginx answering itself, plain";
    const samples = await rotate(
      world,
      [
        nginx({ name: tls, hop: "tcp", answers: true }),
        nginx({ name: plain, hop: "tcp", answers: true, isPlain: true }),
      ],
      {
        work: { kind: "pulls", connections: 32, target: "/small" },
        timing: { rounds: 3, windowMs: world.timing.windowMs / 2, heatMs: 300 },
      },
    );
    const loadBusy = (samples.get(tls) ?? []).map((sample) => sample.loadBusy);
    const rates = figures(samples, tls, "rate");
    // What it would do if nothing but itself were on its core.
    const most = rates.map((rate, round) => rate / (loadBusy[round] ?? Number.NaN));
    return {
      samples,
      rows: [
        figureRow(
          { what: "pulls a second that the load generator got answers to", unit: "/s" },
          rates,
        ),
        figureRow(
          { what: "pulls a second that one whole core of it would send", unit: "/s" },
          most,
        ),
      ],
    };
  },
};
