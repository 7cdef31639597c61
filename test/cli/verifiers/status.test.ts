import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import type { HostPattern } from "../../../shared/hostname.ts";
import { ORIGIN, START, startAdmin, TOKEN } from "../../origin-verifier/admin/admin-world.ts";
import {
  acceptedPull,
  fingerprint,
  madeUpTrust,
  refusedPull,
  reportedPull,
  type MadeUpOrigin,
  LISTENING,
} from "../../support/made-up-trust.ts";
import { runIn, runPullproof } from "../support/run-pullproof.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const DAY = 86_400_000;
const FAR = START + 500 * DAY;
const MAPPING = "the mapping";
const DIGEST = createHash("sha256").update(MAPPING).digest("hex");

const newFolder = useTemporaryFolders();
let folder = "";
const ends: (() => unknown)[] = [];
beforeEach(() => {
  folder = newFolder();
  vi.stubEnv("PULLPROOF_ADMIN_TOKEN", undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0)) await end();
});

it("says what was refused in the last hour, by its reason", async () => {
  const { url, take } = await verifier();
  const before = await runIn(folder, "status", "--verifier", url);
  expect(before.stdout).not.toContain("refused in the last hour");
  for (let pull = 0; pull < 3; pull += 1) take(refusedPull("certificate-expired", ORIGIN));
  const { stdout } = await runIn(folder, "status", "--verifier", url);
  expect(stdout).toMatch(/refused in the last hour:\n +3 {2}certificate-expired: \w/);
});

it("says of each hostname of the edge's on which level it presents", async () => {
  const levels = new Map([["shop.example.com" as HostPattern, "hostname" as const]]);
  const { url } = await verifier({ levels });
  const { stdout } = await runIn(folder, "status", "--verifier", url);
  expect(stdout).toMatch(/^ +shop\.example\.com +edge, level hostname; enforce/m);
  const { stdout: data } = await runIn(folder, "status", "--verifier", url, "--json");
  expect(JSON.parse(data)).toMatchObject({ verifiers: [{ hostnames: [{ level: "hostname" }] }] });
});

/** A verifier that listens, with shop and whatever is different about it. */
async function verifier(
  shop: Partial<MadeUpOrigin> = {},
  more: { readonly digest?: string; readonly token?: typeof TOKEN } = {},
) {
  const trust = madeUpTrust(
    {
      [ORIGIN]: {
        hostnames: ["shop.example.com"],
        accepts: [fingerprint(1), fingerprint(2)],
        originNotAfter: FAR,
        ...shop,
      },
    },
    { issuerNotAfter: FAR },
  );
  const madeUp = { ...trust, mappingDigest: more.digest ?? DIGEST };
  const world = await startAdmin({ madeUp, token: more.token ?? null });
  ends.push(world.close);
  world.take({ event: "trust-swapped", generation: 1, warnings: [] });
  world.take(LISTENING);
  return { ...world, url: `http://127.0.0.1:${world.port}` };
}

interface Said {
  readonly ok: boolean;
  readonly verifiers: readonly { readonly url: string; readonly hostnames: readonly unknown[] }[];
  readonly concerns: readonly {
    readonly kind: string;
    readonly verifier: string;
    readonly next: string;
  }[];
}

/** Asks these verifiers; the exit code and the kinds of what deserves a look. */
async function ask(urls: readonly string[], ...flags: readonly string[]) {
  const named = urls.flatMap((url) => ["--verifier", url]);
  const { status, stdout } = await runIn(folder, "status", ...named, "--json", ...flags);
  const said = JSON.parse(stdout) as Said;
  expect(said.ok).toBe(status === 0);
  for (const { next } of said.concerns) expect(next).not.toBe("");
  return { status, said, kinds: said.concerns.map(({ kind }) => kind) };
}

describe("ends with", () => {
  it("2 where no verifier is named, or something that is none", async () => {
    expect((await runIn(folder, "status")).status).toBe(2);
    expect((await runIn(folder, "status", "--verifier", "127.0.0.1:9464")).status).toBe(2);
  });

  it("1 where one of several gives no status, and tells of the others all the same", async () => {
    const [good, guarded] = await Promise.all([verifier(), verifier({}, { token: TOKEN })]);
    const { status, said, kinds } = await ask([good.url, guarded.url]);
    expect([status, kinds]).toEqual([1, ["no-status"]]);
    expect(said.verifiers.map(({ url }) => url)).toEqual([`${good.url}/`]);
    expect(said.concerns[0]?.verifier).toBe(`${guarded.url}/`);
  });

  it("1 where one is not ready, or its last reload failed", async () => {
    const { url, take } = await verifier();
    take({
      event: "reload-failed",
      generation: 1,
      problems: [{ file: "a", path: "", message: "b" }],
    });
    expect(await ask([url])).toMatchObject({ status: 1, kinds: ["reload-failed"] });
    take({ event: "stopping" });
    expect(await ask([url])).toMatchObject({ status: 1, kinds: ["not-ready", "reload-failed"] });
  });

  it("1 where the mapping that is named cannot be read", async () => {
    const { url } = await verifier();
    const { status, stderr } = await runIn(
      folder,
      "status",
      "--verifier",
      url,
      "--mapping",
      "no.json",
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining("no.json: is not there")]);
  });

  it("5 where verifiers differ, from each other or from the mapping that is here", async () => {
    const [one, other] = await Promise.all([verifier(), verifier({}, { digest: "cd".repeat(32) })]);
    expect(await ask([one.url, one.url])).toMatchObject({ status: 0 });
    expect(await ask([one.url, other.url])).toMatchObject({ status: 5, kinds: ["differs"] });
    writeFileSync(join(folder, "mapping.json"), MAPPING);
    expect(await ask([one.url])).toMatchObject({ status: 0 });
    const { status, said } = await ask([other.url]);
    expect([status, said.concerns[0]?.verifier]).toEqual([5, `${other.url}/`]);
    expect(await ask([one.url], "--mapping", "mapping.json")).toMatchObject({ status: 0 });
  });

  it("7 where enforcing now would have refused a pull of the last hour, and 0 where it was longer ago", async () => {
    const { url, take, clock } = await verifier({ reportUntil: START + 30 * DAY });
    expect(await ask([url])).toMatchObject({ status: 0 });
    take(reportedPull("no-certificate", "shop.example.com", ORIGIN));
    take(reportedPull("certificate-expired", "shop.example.com", ORIGIN, fingerprint(2)));
    take(reportedPull("certificate-expired", "shop.example.com", ORIGIN, fingerprint(2)));
    const { status, said, kinds } = await ask([url]);
    expect([status, kinds]).toEqual([7, ["would-refuse"]]);
    expect(said.verifiers[0]?.hostnames).toMatchObject([
      {
        mode: "report",
        reportEnds: new Date(START + 30 * DAY).toISOString(),
        enforcingWouldRefuse: [
          { reason: "certificate-expired", lastHour: 2, words: "its certificate has expired" },
          { reason: "no-certificate", lastHour: 1 },
        ],
      },
    ]);
    clock.now += 2 * 3_600_000;
    expect(await ask([url])).toMatchObject({ status: 0 });
  });

  it("0 where report mode is over, and what it let through is refused", async () => {
    const { url, take, clock } = await verifier({ reportUntil: START + DAY });
    clock.now = START + DAY - 1;
    take(reportedPull("no-certificate", "shop.example.com", ORIGIN));
    expect(await ask([url])).toMatchObject({ status: 7 });
    clock.now = START + DAY;
    expect(await ask([url])).toMatchObject({ status: 0 });
  });

  it("6 where something ends within the days that are given, but for what a rotation has left behind", async () => {
    const { url, take, clock } = await verifier({ originNotAfter: FAR });
    take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1), START + 10 * DAY));
    expect(await ask([url])).toMatchObject({ status: 6, kinds: ["expiring"] });
    expect(await ask([url], "--expiring", "10")).toMatchObject({ status: 0 });
    clock.now += 2 * DAY;
    expect(await ask([url])).toMatchObject({ status: 0 });
    const origin = await verifier({ originNotAfter: START + 13 * DAY });
    expect(await ask([origin.url])).toMatchObject({ status: 6, kinds: ["expiring"] });
  });

  it("6 where a fetched file is old, once a file, and 0 on its last good day", async () => {
    const file = "/etc/pullproof/ranges.txt";
    const also = [{ lock: "addresses", file, fetched: START } as const];
    const { url, clock } = await verifier({
      hostnames: ["shop.example.com", "blog.example.com"],
      also,
    });
    clock.now = START + 30 * DAY;
    expect(await ask([url])).toMatchObject({ status: 0 });
    clock.now += 1;
    const { status, said, kinds } = await ask([url]);
    expect([status, kinds]).toEqual([6, ["old-file"]]);
    expect(said.concerns[0]?.next).toContain(`pullproof fetch addresses --out ${file}`);
  });

  it("the code of the worst of several", async () => {
    const worst = await verifier({ reportUntil: START + DAY, originNotAfter: START });
    worst.take(reportedPull("no-certificate", "shop.example.com", ORIGIN));
    expect(await ask([worst.url])).toMatchObject({
      status: 7,
      kinds: ["would-refuse", "expiring"],
    });
    const other = await verifier({}, { digest: "cd".repeat(32) });
    expect((await ask([worst.url, other.url])).status).toBe(5);
    expect((await ask([worst.url, other.url, "http://127.0.0.1:1"])).status).toBe(1);
  });
});

describe("tells people", () => {
  it("what is accepted, what was seen and when, and what enforcing would refuse, with the next step", async () => {
    const { url, take, clock } = await verifier({ reportUntil: START + 30 * DAY });
    take(acceptedPull("shop.example.com", ORIGIN, fingerprint(1), START + 100 * DAY));
    take(refusedPull("certificate-not-accepted", ORIGIN, fingerprint(3)));
    take(reportedPull("no-certificate", "shop.example.com", ORIGIN));
    clock.now += 5 * 60_000;
    const { stdout, stderr } = await runIn(folder, "status", "--verifier", url);
    expect(stdout).toContain("watching since 5 min ago");
    expect(stdout).toContain("report until 2030-01-31");
    expect(stdout).toMatch(/accepts {2}sha256:00000000…0001 {2}last seen 5 min ago; 99 days left/);
    expect(stdout).toMatch(/accepts {2}sha256:00000000…0002 {2}not seen/);
    expect(stdout).toMatch(
      /seen {5}sha256:00000000…0003 .*a good certificate, but not this hostname's/,
    );
    expect(stdout).toMatch(
      /1 {2}no-certificate: it presented no certificate\n +next: .*pullproof check --deploy/,
    );
    expect(stderr).toMatch(
      /would have refused 1 pull in the last hour; report mode ends on 2030-01-31/,
    );
  });

  it("which locks stand beside the certificate, and how old their files are", async () => {
    const { url, clock } = await verifier({
      also: [
        { lock: "addresses", file: "a.txt", fetched: null },
        { lock: "header", secrets: 2 },
        { lock: "access", team: "acme", audiences: ["x"], keys: 2, file: "k.json", fetched: START },
      ],
    });
    clock.now += 2 * 3_600_000;
    const { stdout } = await runIn(folder, "status", "--verifier", url);
    expect(stdout).toMatch(/^ +asks for an address of its file too; its file does not say when/m);
    expect(stdout).toMatch(/^ +asks for a secret header \(either of two\) too$/m);
    expect(stdout).toMatch(/^ +asks for a token of Access \(acme\) too; fetched 2 h ago$/m);
    clock.now += 2 * DAY;
    const later = await runIn(folder, "status", "--verifier", url);
    expect(later.stdout).toMatch(/^ +! asks for a token of Access .*, which is old$/m);
    const { stdout: data } = await runIn(folder, "status", "--verifier", url, "--json");
    expect(JSON.parse(data)).toMatchObject({
      verifiers: [
        { hostnames: [{ also: [{ lock: "addresses", old: false }, {}, { old: true }] }] },
      ],
    });
  });

  it("nothing of the token, whatever comes of it", async () => {
    const { url } = await verifier({}, { token: TOKEN });
    const asked = ["status", "--verifier", url];
    const [right, wrong] = await Promise.all(
      [TOKEN, "another-token-altogether"].map((PULLPROOF_ADMIN_TOKEN) =>
        runPullproof(asked, folder, { PULLPROOF_ADMIN_TOKEN }),
      ),
    );
    expect([right?.status, wrong?.status]).toEqual([0, 1]);
    for (const { stdout, stderr } of [right, wrong].flatMap((one) => one ?? []))
      expect(stdout + stderr).not.toMatch(/a-token-that|another-token/);
  });
});

test("a verifier of a later version may know reasons that this one does not", async () => {
  const real = await verifier({ reportUntil: START + DAY });
  real.take(reportedPull("no-certificate", "shop.example.com", ORIGIN));
  const { body } = await real.ask("/status");
  const server = createServer((_, response) =>
    response.end(body.replaceAll("no-certificate", "from-the-future")),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { stdout } = await runIn(folder, "status", "--verifier", `http://127.0.0.1:${port}`);
  expect(stdout).toContain("from-the-future");
  expect(stdout).not.toContain("undefined");
});
