import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { STREAMS_AT_MOST } from "../../../origin-verifier/admin/live-streams.ts";
import { acceptedPull, fingerprint, refusedPull } from "../../support/made-up-trust.ts";
import {
  askAt,
  openStream,
  ORIGIN,
  startAdmin,
  type AdminWorld,
  type OpenStream,
} from "./admin-world.ts";

const PACE = { happeningsMs: 20, sectionsMs: 20, heartbeatMs: 40 };

let admin: AdminWorld;
const open: OpenStream[] = [];

beforeEach(async () => {
  admin = await startAdmin({ pace: PACE });
});
afterEach(async () => {
  for (const opened of open.splice(0)) opened.close();
  await admin.close();
});

async function stream(path?: string, headers?: Record<string, string>): Promise<OpenStream> {
  const opened = await openStream(admin.port, path, headers);
  open.push(opened);
  return opened;
}

/** The HTML of each `happenings` message, with its id. */
const happeningsOf = (text: string) =>
  [...text.matchAll(/id: (\d+)\nevent: happenings\ndata: (.*)\n\n/g)].map(
    ([, id = "", data = ""]) => ({ id: Number(id), html: JSON.parse(data) as string }),
  );
const mentions = (word: string) => (text: string) =>
  happeningsOf(text).some(({ html }) => html.includes(word));

describe("streams", () => {
  test("are bounded in number, and one that ends makes room for the next", async () => {
    const all = await Promise.all(Array.from({ length: STREAMS_AT_MOST }, () => stream()));
    expect(all.map(({ status }) => status)).toEqual(Array(STREAMS_AT_MOST).fill(200));
    expect((await askAt(admin.port, "/events")).status).toBe(503);
    all[0]?.close();
    await expect.poll(async () => (await stream()).status).toBe(200);
  });

  test("are nobody's where whoever asked has left before there was anything to say", async () => {
    const ready = Promise.withResolvers<boolean>();
    let asked = 0;
    const slow = await startAdmin({
      pace: PACE,
      prepare: () => {
        asked += 1;
        return ready.promise;
      },
    });
    const gone = Array.from({ length: STREAMS_AT_MOST }, () => {
      const socket = connect(slow.port, "127.0.0.1");
      socket.on("error", () => {});
      return socket.on("connect", () =>
        socket.write("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"),
      );
    });
    await expect.poll(() => asked).toBe(STREAMS_AT_MOST);
    for (const socket of gone) socket.resetAndDestroy();
    // One that is answered after them: by then the listener has heard that they left.
    expect((await askAt(slow.port, "/livez")).status).toBe(200);
    ready.resolve(true);
    const own = await openStream(slow.port);
    expect(own.status).toBe(200);
    own.close();
    await slow.close();
  });

  test("are not opened for another site's page", async () => {
    for (const site of ["cross-site", "same-site"]) {
      const { status } = await askAt(admin.port, "/events", {
        headers: { "Sec-Fetch-Site": site },
      });
      expect(status).toBe(403);
    }
    expect((await stream("/events", { "Sec-Fetch-Site": "same-origin" })).status).toBe(200);
  });

  test("say at once what every section says, and later only what has changed", async () => {
    const live = await stream();
    const first = await live.until((text) => text.includes("event: sections"));
    for (const id of ["standing", "overview", "hostnames", "refusals", "certificates", "trust"])
      expect(first).toContain(`"${id}":`);
    admin.take({ event: "reload-failed", generation: 1, problems: [] });
    const all = await live.until((text) => text.includes("The last reload failed"));
    const [, , ...later] = all.split("event: sections");
    expect(later).toHaveLength(1);
    for (const id of ["certificates", "hostnames", "refusals"])
      expect(later[0]).not.toContain(`"${id}":`);
  });

  test("are kept alive by a sign of life", async () => {
    const live = await stream();
    const text = await live.until((said) => said.split(": still here\n\n").length > 2);
    expect(happeningsOf(text)).toEqual([]);
  });

  test("tell of a refusal with its reason, its words and the next step", async () => {
    const live = await stream();
    admin.take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(3)));
    const text = await live.until(mentions("certificate-not-accepted"));
    const [line = { html: "" }] = happeningsOf(text);
    expect(line.html).toContain("a good certificate, but not this hostname&#39;s");
    expect(line.html).toContain("pullproof check");
    expect(line.html).toContain(fingerprint(3));
  });

  test("make one line of what is the same, however often it happens", async () => {
    const live = await stream();
    for (let n = 0; n < 500; n += 1)
      admin.take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1)));
    const text = await live.until(mentions("500 times"));
    expect(happeningsOf(text).map(({ html }) => html.match(/<li/g)?.length)).toEqual([1]);
  });

  test("say that there was more, and not all of it, in a flood", async () => {
    const live = await stream();
    for (let n = 0; n < 5_000; n += 1)
      admin.take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(n + 10)));
    const text = await live.until(mentions("more in that second"));
    const lines = happeningsOf(text).map(({ html }) => html.match(/<li/g)?.length ?? 0);
    expect(Math.max(...lines)).toBe(41);
  });

  test("make up for what was missed, by the page's word or the browser's, and tell nothing twice", async () => {
    admin.take(refusedPull("weak-key", ORIGIN));
    admin.take(refusedPull("weak-signature", ORIGIN));
    for (const [path, headers] of [
      ["/events?after=1", {}],
      ["/events?after=0", { "Last-Event-ID": "1" }],
    ] as const) {
      const live = await stream(path, headers);
      const text = await live.until(mentions("weak-signature"));
      expect(happeningsOf(text).map(({ id, html }) => [id, html.includes("weak-key")])).toEqual([
        [2, false],
      ]);
    }
  });

  test("begin anew for a page from before a restart, and take no number for what is none", async () => {
    admin.take(refusedPull("weak-key", ORIGIN));
    for (const after of ["999999", "-1", "x", "1e3", "", "9".repeat(400)]) {
      const live = await stream(`/events?after=${after}`);
      await live.until(mentions("weak-key"));
      live.close();
      await live.ended;
      await expect.poll(async () => (await stream()).status).toBe(200);
      for (const opened of open.splice(0)) opened.close();
    }
  });

  test("tell a second page what the first was about to be told, once", async () => {
    const first = await stream();
    await first.until((text) => text.includes("event: sections"));
    admin.take(refusedPull("weak-key", ORIGIN));
    const second = await stream("/events?after=0");
    for (const live of [first, second]) {
      await live.until(mentions("weak-key"));
      const text = await live.until((said) => said.split(": still here").length > 2);
      expect(happeningsOf(text)).toHaveLength(1);
    }
  });

  test("hold nothing when nobody listens", async () => {
    const live = await stream();
    live.close();
    await live.ended;
    let told = 0;
    const { observations } = admin;
    const end = observations.subscribe(() => (told += 1));
    admin.take(refusedPull("weak-key", ORIGIN));
    end();
    expect(told).toBe(1);
    const next = await stream("/events?after=1");
    admin.take(refusedPull("weak-signature", ORIGIN));
    expect(happeningsOf(await next.until(mentions("weak-signature")))).toHaveLength(1);
  });

  test("are answered to HEAD without becoming one", async () => {
    expect((await admin.ask("/events", { method: "HEAD" })).status).toBe(200);
  });
});
