import { afterEach, beforeEach } from "vitest";

/**
 * For a file or a block whose tests go on from each other: one that begins where the last did not end tells nothing.
 *
 * @returns whether one has failed.
 */
export function tellOneStory(): () => boolean {
  let isBroken = false;
  beforeEach(({ skip }) => skip(isBroken));
  afterEach(({ task }) => {
    isBroken ||= task.result?.state === "fail";
  });
  return () => isBroken;
}
