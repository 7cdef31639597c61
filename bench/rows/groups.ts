import { bulk } from "./bulk.ts";
import { ceiling } from "./ceiling.ts";
import type { Group } from "./group.ts";
import { handshakes } from "./handshakes.ts";
import { inProcessPulls, judging, twoCores } from "./in-process.ts";
import { judgement } from "./judgement.ts";
import { latency } from "./latency.ts";
import { memory } from "./memory.ts";
import { smallPulls } from "./small-pulls.ts";
import { workers } from "./workers.ts";

/** All of them, in the order in which they are measured and written. */
export const GROUPS: readonly Group[] = [
  ceiling,
  smallPulls,
  judging,
  inProcessPulls,
  twoCores,
  workers,
  handshakes,
  bulk,
  latency,
  memory,
  judgement,
];
