import type { ServerResponse } from "node:http";

/** How often the streams say something, in milliseconds. */
export interface Pace {
  /** Between two batches of what happened. */
  readonly happeningsMs: number;
  /** Between two looks at what the sections of the page say. */
  readonly sectionsMs: number;
  /** Between two signs of life, so that nothing on the way takes the connection for dead. */
  readonly heartbeatMs: number;
}

/** What holds where nothing else is said. */
export const DEFAULT_PACE: Pace = { happeningsMs: 1_000, sectionsMs: 5_000, heartbeatMs: 15_000 };

/** Streams at once; the next is told to come back. */
export const STREAMS_AT_MOST = 8;

/** Bytes that may wait for a slow reader; then its stream is closed, and its page asks for a new one. */
const WAITING_AT_MOST = 1024 * 1024;

/** What the streams tell: rendered once, however many read it. */
export interface LiveSource {
  /** Begins to gather what happens; returns how to end that. */
  readonly gather: () => () => void;
  /** What happened since the last call; null where nothing has. */
  readonly happenings: () => LiveLines | null;
  /** What is remembered from after an id on: for who was away. */
  readonly happeningsAfter: (id: number) => LiveLines | null;
  /** Each section of the page as HTML, by its id. */
  readonly sections: () => Readonly<Record<string, string>>;
}

/** Lines of what happened, as HTML, the oldest first, and the id of the last. */
export interface LiveLines {
  readonly id: number;
  readonly html: string;
}

/** The console's server-sent events. */
export interface LiveStreams {
  /** Makes an answer a stream of what happens after an id; false, and nothing done, where there are too many. */
  readonly open: (response: ServerResponse, after: number) => boolean;
  readonly closeAll: () => void;
}

/** Makes the streams. While nobody listens nothing is gathered, and no timer runs. */
export function createLiveStreams(source: LiveSource, pace: Pace): LiveStreams {
  const streams = new Set<ServerResponse>();
  let told: Record<string, string> = {};
  let end: (() => void) | null = null;

  const sendAll = (text: string): void => {
    for (const stream of streams) send(stream, text);
  };
  const tellHappenings = (): void => {
    const lines = source.happenings();
    if (lines !== null) sendAll(happenings(lines));
  };
  const tellSections = (): void => {
    const sections = source.sections();
    const changed = Object.entries(sections).filter(([id, html]) => told[id] !== html);
    told = { ...sections };
    if (changed.length > 0) sendAll(message("sections", Object.fromEntries(changed)));
  };
  const begin = (): (() => void) => {
    const endGathering = source.gather();
    const timers = [
      setInterval(tellHappenings, pace.happeningsMs),
      setInterval(tellSections, pace.sectionsMs),
      setInterval(() => sendAll(": still here\n\n"), pace.heartbeatMs),
    ];
    for (const timer of timers) timer.unref();
    return () => {
      for (const timer of timers) clearInterval(timer);
      endGathering();
      told = {};
    };
  };

  return {
    open: (response, after) => {
      if (streams.size >= STREAMS_AT_MOST) return false;
      response.writeHead(200, { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" });
      response.on("close", () => {
        streams.delete(response);
        if (streams.size > 0) return;
        end?.();
        end = null;
      });
      // Told to the others now, and to this one from what is remembered: nothing twice, and nothing not at all.
      if (end !== null) tellHappenings();
      streams.add(response);
      end ??= begin();
      // What has changed since the page was made is not known here: all of it, once.
      const sections = source.sections();
      if (streams.size === 1) told = { ...sections };
      send(response, `retry: 2000\n${message("sections", sections)}`);
      const missed = source.happeningsAfter(after);
      if (missed !== null) send(response, happenings(missed));
      return true;
    },
    closeAll: () => {
      for (const stream of streams) stream.destroy();
    },
  };
}

function send(stream: ServerResponse, text: string): void {
  stream.write(text);
  if (stream.writableLength > WAITING_AT_MOST) stream.destroy();
}

/** With an id: whoever was cut off says it again (`Last-Event-ID`), and misses nothing that is remembered. */
function happenings({ id, html }: LiveLines): string {
  return `id: ${id}\n${message("happenings", html)}`;
}

/** One message: JSON has no line breaks, so that nothing in it can end the message. */
function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
