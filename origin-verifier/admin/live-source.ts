import { happeningLines, moreLine } from "./console/happening-lines.ts";
import { createGathering } from "./console/happenings.ts";
import { viewOf, type ViewSources } from "./console/console-view.ts";
import { sectionsOf } from "./console/page.ts";
import type { LiveLines, LiveSource } from "./live-streams.ts";

/** What the console's streams tell, from what is observed. */
export function liveSource(sources: ViewSources): LiveSource {
  const { observations } = sources;
  const gathering = createGathering();
  let last = 0;

  const linesOf = (taken: ReturnType<typeof gathering.take>, id: number): LiveLines | null => {
    const { gathered, more } = taken;
    if (gathered.length === 0) return null;
    const lines = happeningLines(gathered, process.pid);
    return { id, html: [...(more > 0 ? [moreLine(more)] : []), ...lines].join("") };
  };

  return {
    gather: () => {
      gathering.take();
      return observations.subscribe((told, times) => {
        last = told.id;
        gathering.add(told, times);
      });
    },
    happenings: () => linesOf(gathering.take(), last),
    happeningsAfter: (id) => {
      const recent = observations.recent();
      const newest = recent[0]?.id ?? 0;
      // An id from before a restart: nothing of this process has been told yet.
      const after = id > observations.lastId() ? 0 : id;
      const missed = createGathering();
      for (const happening of recent) if (happening.id > after) missed.add(happening);
      return linesOf(missed.take(), newest);
    },
    sections: () => sectionsOf(viewOf(sources)),
  };
}
