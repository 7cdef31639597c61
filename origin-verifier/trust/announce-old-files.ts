import type { AnnouncedBy } from "./announce-report-ends.ts";
import { createMoments } from "./moments.ts";
import { fileAges, type FileAge } from "./old-files.ts";
import type { Trust } from "./trust.ts";

/** Tells of files of other locks that grow old while a trust with them is in force. */
export interface OldFiles {
  /** From now on tells of this trust's files, and of no other's. */
  readonly follow: (trust: Trust) => void;
}

/**
 * Follows no trust yet. What is old when a trust is loaded is said by its own warnings; a file that is fetched in time is
 * loaded anew, and the age of the one before it is nobody's business any more.
 */
export function createOldFiles({ emit, ...clock }: AnnouncedBy): OldFiles {
  let ages: readonly FileAge[] = [];
  const moments = createMoments({
    ...clock,
    come: (after, until) => {
      for (const { oldFrom, ...facts } of ages)
        if (after < oldFrom && oldFrom <= until) emit({ event: "file-old", ...facts });
    },
  });
  return {
    follow: (trust) => {
      ages = fileAges(trust);
      moments.follow(ages.map(({ oldFrom }) => oldFrom));
    },
  };
}
