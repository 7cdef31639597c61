import { ratioRow } from "../report/row.ts";
import { verifier } from "../servers/verifier.ts";
import { rotate } from "../support/rotate.ts";
import { shorter } from "../support/timing.ts";
import { figures, type Group } from "./group.ts";
import { sharesCores } from "./in-process.ts";

/** Cores in all, from which on two processes must be worth their keep: two for them, two for the load. */
const ENOUGH = 4;

/** Two processes that accept pulls, against one. */
export const workers: Group = {
  name: "workers",
  title: "The verifier as a proxy: --workers 2 and one process, on the same two cores",
  measure: async (world) => {
    const { cores, main, loadersBesidePair: loaders } = world;
    const [one, two] = ["pullproof, one process", "pullproof, --workers 2"];
    const samples = await rotate(
      world,
      [
        verifier({ name: one, hop: "unix", main }),
        verifier({ name: two, hop: "unix", main, workers: 2 }),
      ],
      {
        work: { kind: "pulls", connections: 64, target: "/small" },
        place: { cores: cores.pair },
        loaders,
        timing: shorter(world.timing, 1),
      },
    );
    const isEnough =
      cores.pair.length + cores.besidePair.length >= ENOUGH && sharesCores(cores) === null;
    const bar = isEnough ? { least: 1.7 } : null;
    return {
      samples,
      rows: [
        ...ratioRow(
          {
            what: `pulls a second: ${two}`,
            servers: [two, one],
            cores: [2, 1],
            unit: "/s",
            bar,
            note: sharesCores(cores),
          },
          figures(samples, two, "rate"),
          figures(samples, one, "rate"),
        ),
        ...ratioRow(
          { what: `CPU a pull: ${two}`, servers: [two, one], unit: "us" },
          figures(samples, two, "cpu"),
          figures(samples, one, "cpu"),
        ),
      ],
    };
  },
};
