import { figureRow } from "../report/row.ts";
import { nanosecondsEach, readyToJudge } from "../support/judge-one.ts";
import type { Group } from "./group.ts";

/** Judgement by itself: evidence in, verdict out. */
export const judgement: Group = {
  name: "judgement",
  title: "Judgement alone, of each request after the first on a connection",
  measure: async (world) => {
    world.tell("judging");
    const judgeOne = await readyToJudge(world.main, await world.certificates("p256"));
    nanosecondsEach(judgeOne, 1, 1_000_000);
    const batches = world.timing.isQuick ? 10 : 40;
    const each = nanosecondsEach(judgeOne, batches, 200_000);
    const row = figureRow(
      { what: "judgement of one request", unit: "ns", bar: { most: 1_000 } },
      each,
    );
    return { rows: [row], samples: new Map(), how: `${batches} batches of 200,000` };
  },
};
