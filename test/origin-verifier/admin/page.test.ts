import { describe, expect, test } from "vitest";
import type { LockFacts } from "../../../origin-verifier/judge/policy.ts";
import type { HostPattern } from "../../../shared/hostname.ts";
import { askForToken } from "../../../origin-verifier/admin/login.ts";
import {
  acceptedPull,
  ALL_REASONS,
  fingerprint,
  madeUpTrust,
  refusedPull,
  reportedPull,
} from "../../support/made-up-trust.ts";
import { ORIGIN, START, startAdmin, type AdminWorld } from "./admin-world.ts";

async function pageOf(fill: (admin: AdminWorld) => void, options = {}): Promise<string> {
  const admin = await startAdmin(options);
  fill(admin);
  const { body } = await admin.ask("/");
  await admin.close();
  return body;
}

const listening = {
  event: "listening",
  listener: "origin",
  address: "127.0.0.1",
  port: 1,
  profile: "standard",
} as const;
const DAY = 86_400_000;

/** What breaks out of text, of an attribute in either kind of quotes, of a comment and of a script. */
const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(1)><!--&amp;`;

describe("nothing that came from elsewhere is markup", () => {
  test("not a detail, an address, a method, a file, a path, a message or a warning", async () => {
    const page = await pageOf((admin) => {
      const refused = refusedPull("certificate-not-accepted", ORIGIN, fingerprint(3), {
        detail: HOSTILE,
        hostname: HOSTILE,
      });
      admin.take({ ...refused, remoteAddress: HOSTILE, id: HOSTILE } as typeof refused);
      admin.take({
        event: "handshake-failed",
        detail: HOSTILE,
        originHostname: null,
        fingerprint: null,
        remoteAddress: HOSTILE,
        remotePort: 1,
        tlsVersion: null,
      });
      admin.take({ event: "trust-swapped", generation: 1, warnings: [HOSTILE] });
      const problem = { file: HOSTILE, path: HOSTILE, message: HOSTILE };
      admin.take({ event: "reload-failed", generation: 1, problems: [problem] });
    });
    expect(page).not.toContain("<script>");
    expect(page).not.toContain("<img");
    expect(page).not.toContain("<!--");
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.split("&lt;script&gt;alert(1)").length).toBeGreaterThan(8);
  });

  test("not what the streams say of accepted pulls", async () => {
    const { happeningLines } =
      await import("../../../origin-verifier/admin/console/happening-lines.ts");
    const event = { ...acceptedPull("x", ORIGIN, fingerprint(1)), fingerprint: HOSTILE } as never;
    const [line] = happeningLines(
      [{ told: { id: 1, at: START, hostname: null, event }, times: 1 }],
      1,
    );
    expect(line?.toString()).not.toMatch(/<script|<img/);
  });
});

test("there is no style, script or handler within the page: its own policy would stop them", async () => {
  for (const page of [
    await pageOf((admin) => admin.take(refusedPull("no-certificate", ORIGIN))),
    askForToken(true).body,
  ]) {
    expect(page).not.toMatch(/\sstyle=|<style|\son\w+=|javascript:/i);
    expect(page).not.toMatch(/(?:src|href|action)="(?:https?:)?\/\//);
  }
});

test("each hostname says who presents for it, and the edge's on which level", async () => {
  const levels = new Map([["www.example.com" as HostPattern, "zone" as const]]);
  const hostnames = ["shop.example.com", "www.example.com"];
  const madeUp = madeUpTrust({ [ORIGIN]: { hostnames, accepts: [fingerprint(1)], levels } });
  const page = await pageOf(() => {}, { madeUp });
  expect(page.match(/Presented by a Worker\./g)).toHaveLength(1);
  expect(page.match(/Presented by the edge, level zone\./g)).toHaveLength(1);
});

test("a hostname that the shared certificate opens says so in plain words, and no other does", async () => {
  const plain = await pageOf(() => {});
  expect(plain).not.toContain("shared certificate");
  const madeUp = madeUpTrust({ [ORIGIN]: { hostnames: ["shop.example.com"], accepts: "shared" } });
  const page = await pageOf(() => {}, { madeUp });
  expect(page).toContain('<span class="badge">shared certificate</span>');
  expect(page).toContain("any Cloudflare customer can have presented");
  expect(page).toContain("any that Cloudflare&#39;s shared CA signed");
});

const pageWith = (...also: readonly LockFacts[]): Promise<string> => {
  const shop = { hostnames: ["shop.example.com"], accepts: [fingerprint(1)], also };
  return pageOf(() => {}, { madeUp: madeUpTrust({ [ORIGIN]: shop }) });
};

describe("the locks beside a hostname's certificate", () => {
  const file = "/etc/pullproof/pki/access-acme.json";
  const access = { lock: "access", team: "acme", audiences: ["0a"], keys: 2, file } as const;
  const ranges = { lock: "addresses", file: "/etc/pullproof/pki/ranges.txt" } as const;

  test("are told of in plain words, with the age of their files", async () => {
    const page = await pageWith(
      { ...ranges, fetched: START - 30 * DAY },
      { lock: "header", secrets: 2 },
      { ...access, fetched: START - 2 * DAY },
    );
    expect(page).toContain("Besides, an address of ranges.txt, fetched");
    expect(page).toContain("Besides, a secret in X-Pull-Secret, 2 accepted ones.");
    expect(page).toContain("Besides, an Access token of team acme, by 2 keys of access-acme.json");
    expect(page).not.toContain("old file");
  });

  test("say which file is old, and how to fetch it", async () => {
    const old = await pageWith({ ...access, fetched: START - 2 * DAY - 1 });
    expect(old).toContain('<span class="badge">old file</span>');
    expect(old).toContain("<code>pullproof fetch access acme</code>");
    expect(await pageWith({ ...ranges, fetched: START - 30 * DAY - 1 })).toContain("old file");
    // One's own: nobody knows when it is old.
    expect(await pageWith({ ...ranges, fetched: null })).not.toContain("old file");
  });
});

const firstOf = (page: string) => /<h1 class="(\w+)">([^<]*)<\/h1>/.exec(page)?.slice(1);

describe("the first sentence", () => {
  test.each([
    ["not accepting", () => {}, ["concern", "Not accepting pulls"]],
    [
      "no pull yet",
      (admin: AdminWorld) => admin.take(listening),
      ["well", "Ready, and no pull has come yet"],
    ],
    [
      "strangers alone",
      (admin: AdminWorld) => {
        admin.take(listening);
        admin.take(refusedPull("no-certificate", ORIGIN));
        admin.take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1), START + 60 * DAY));
      },
      ["well", "Everything is as it should be"],
    ],
    [
      "a refusal that no stranger got",
      (admin: AdminWorld) => {
        admin.take(listening);
        admin.take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(3)));
      },
      ["concern", "1 thing needs a look"],
    ],
    [
      "an end that is near, and a failed reload",
      (admin: AdminWorld) => {
        admin.take(listening);
        admin.take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1), START + 13 * DAY));
        admin.take({ event: "reload-failed", generation: 1, problems: [] });
      },
      ["concern", "2 things need a look"],
    ],
  ] as const)("with %s", async (_, fill, wanted) => {
    expect(firstOf(await pageOf(fill))).toEqual(wanted);
  });

  test("where nothing is served", async () => {
    const page = await pageOf((admin) => admin.take(listening), {
      madeUp: madeUpTrust({}, { issuerNotAfter: START + 900 * DAY }),
    });
    expect(firstOf(page)).toEqual(["well", "No hostname is served here"]);
  });
});

test("every reason has its words and its next step on the page", async () => {
  const page = await pageOf((admin) => {
    for (const reason of ALL_REASONS) admin.take(refusedPull(reason, ORIGIN));
  });
  for (const reason of ALL_REASONS)
    expect(page.split(`>${reason}</span>`).length).toBeGreaterThanOrEqual(2);
  expect(page).toContain(`kill -HUP ${process.pid}`);
});

const until = (reportUntil: number) => ({
  madeUp: madeUpTrust(
    {
      [ORIGIN]: {
        hostnames: ["shop.example.com"],
        accepts: [fingerprint(1)],
        originNotAfter: START + 90 * DAY,
        reportUntil,
      },
    },
    { issuerNotAfter: START + 900 * DAY },
  ),
});
const WOULD_HAVE = "What enforcing now would have refused";
const modeCell = (page: string) =>
  /data-label="Mode">(.*?)<\/td>/
    .exec(page)?.[1]
    ?.replaceAll(/<[^>]+>/g, " ")
    .trim();

describe("report mode", () => {
  test("is no part of the page where nobody is in it", async () => {
    for (const page of [
      await pageOf(() => {}),
      await pageOf(
        (admin) => {
          admin.clock.now = START + DAY;
          admin.take(reportedPull("no-certificate", "shop.example.com", ORIGIN));
        },
        until(START + DAY),
      ),
    ]) {
      expect(page).not.toContain(WOULD_HAVE);
      expect(page).not.toContain("Let through");
      expect(page).not.toContain("Would refuse");
    }
  });

  test("that is over says since when it enforces, and asks nobody to look", async () => {
    const page = await pageOf(
      (admin) => {
        admin.take(listening);
        admin.clock.now = START + 2 * DAY;
      },
      until(START + DAY),
    );
    expect(modeCell(page)).toMatch(/^enforce +since 2 Jan 2030$/);
    expect(firstOf(page)).toEqual(["well", "Ready, and no pull has come yet"]);
  });

  test("says until when beside the hostname, and that nothing would have been refused", async () => {
    const page = await pageOf((admin) => admin.take(listening), until(START + 30 * DAY));
    expect(modeCell(page)).toMatch(/^report +until 31 Jan 2030$/);
    expect(page).toContain(WOULD_HAVE);
    expect(page).toContain("enforcing would have refused none");
    expect(firstOf(page)).toEqual(["well", "Ready, and no pull has come yet"]);
  });

  test("says a week ahead that it ends, though nothing would have been refused", async () => {
    const [before, within] = await Promise.all(
      [START + 7 * DAY, START + 7 * DAY - 1].map((end) =>
        pageOf((admin) => admin.take(listening), until(end)),
      ),
    );
    expect(before).not.toContain("Report mode of shop.example.com ends");
    expect(within).toContain(
      "Report mode of shop.example.com ends in 6 days: nothing of the last hour would have been refused.",
    );
  });

  test("says what enforcing would have refused in the last hour, why, and what to do", async () => {
    const page = await pageOf(
      (admin) => {
        admin.take(listening);
        admin.take(reportedPull("wrong-issuer", "shop.example.com", ORIGIN));
        admin.clock.now += 61 * 60_000;
        for (let n = 0; n < 12; n += 1)
          admin.take(reportedPull("weak-key", "shop.example.com", ORIGIN, null, HOSTILE));
      },
      until(START + 30 * DAY),
    );
    const section = page.slice(page.indexOf(WOULD_HAVE), page.indexOf("Refusals, last hour"));
    expect(section).toContain("its key is too weak");
    expect(section).toContain("pullproof issue shop.example.com");
    expect(section).not.toContain("wrong-issuer");
    expect(page).toContain("Would refuse");
    expect(page).toContain(
      "Report mode of shop.example.com ends in 29 days: enforcing now would have refused 12 pulls of the last hour.",
    );
    expect(page).toContain("let through</span>");
    expect(page).not.toContain("<script>");
    // What is let through is no refusal that took effect.
    expect(page).toContain("Nothing was refused in the last hour");
  });
});

test("more hostnames than anybody reads are counted, and the worst come first", async () => {
  const origins = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, n) => [
      `origin-${n}.example.net`,
      { hostnames: [`h${n}.example.com`], accepts: [fingerprint(n)] },
    ]),
  );
  const page = await pageOf(
    (admin) => {
      admin.take(refusedPull("weak-key", "origin-777.example.net"));
    },
    { madeUp: madeUpTrust(origins) },
  );
  const rows = [...page.matchAll(/<th scope="row"[^>]*><span class="name">(h\d+\.example\.com)</g)];
  expect(rows).toHaveLength(200);
  expect(rows[0]?.[1]).toBe("h777.example.com");
  expect(page).toContain("And 800 more hostnames");
  expect(page.length).toBeLessThan(500_000);
});

describe("a rotation", () => {
  const two = { accepts: [fingerprint(1), fingerprint(2)], hostnames: ["shop.example.com"] };
  const options = { madeUp: madeUpTrust({ [ORIGIN]: two }) };

  test("is not told of where one certificate is listed", async () => {
    const one = { accepts: [fingerprint(1)], hostnames: ["shop.example.com"] };
    const page = await pageOf((admin) => admin.take(listening), {
      madeUp: madeUpTrust({ [ORIGIN]: one }),
    });
    expect(page).not.toContain("Rotation,");
  });

  test("shows its stage: accepted, then pulled with", async () => {
    const accepted = await pageOf((admin) => admin.take(listening), options);
    expect(accepted).toContain("Rotation, accept:");
    const presented = await pageOf((admin) => {
      admin.take(listening);
      admin.take(acceptedPull("shop.example.com", ORIGIN, fingerprint(2)));
    }, options);
    expect(presented).toContain("Rotation, present:");
  });
});
