import { X509Certificate } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { layoutIn, type Layout } from "../../cli/local-world/layout.ts";
import { prepareCertificates } from "../../cli/local-world/prepare-certificates.ts";
import { ISSUED, LEVELS, SHARED, TWO, TWO_ISSUERS } from "./support/mappings.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const now = new Date();
const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000);
const newFolder = useTemporaryFolders();
let layout: Layout;
beforeEach(() => {
  layout = layoutIn(join(newFolder(), "local"));
});

/** Makes them, lets something happen, and says whether they are used again. */
async function reusedAfter(what: () => void, when = now, mapping = TWO): Promise<boolean> {
  const before = await prepareCertificates(TWO, layout, now);
  expect(before.reused).toBe(false);
  what();
  const { reused, certificates } = await prepareCertificates(mapping, layout, when);
  const fingerprints = [...before.certificates.pull.values()].map((one) => one.fingerprint);
  const after = [...certificates.pull.values()].map((one) => one.fingerprint);
  expect(after.some((fingerprint) => fingerprints.includes(fingerprint))).toBe(reused);
  return reused;
}

const nothing = (): void => undefined;

describe("makes", () => {
  test("every file of the layout, keys and folder for their owner alone", async () => {
    await prepareCertificates(TWO, layout, now);
    const names = readdirSync(layout.folder).toSorted();
    const pairs = ["BLOG", "SHOP", "issuer", "origin-blog.example.net", "origin-issuer"];
    pairs.push("origin-shop.example.net", "stranger", "stranger-issuer");
    expect(names).toEqual(pairs.flatMap((name) => [`${name}.key`, `${name}.pem`]).toSorted());
    expect(statSync(layout.folder).mode & 0o777).toBe(0o700);
    for (const name of names.filter((file) => file.endsWith(".key"))) {
      expect(statSync(join(layout.folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  test("one issuer for each of the mapping's, and signs each certificate with its own", async () => {
    const { certificates } = await prepareCertificates(TWO_ISSUERS, layout, now);
    const [own, other] = [...certificates.issuers.values()].map(
      ({ certificate }) => new X509Certificate(certificate),
    );
    const [shop, blog] = [...certificates.pull.values()].map(
      ({ certificate }) => new X509Certificate(certificate),
    );
    expect(own?.publicKey && shop?.verify(own.publicKey)).toBe(true);
    expect(other?.publicKey && blog?.verify(other.publicKey)).toBe(true);
    expect(own?.publicKey && blog?.verify(own.publicKey)).toBe(false);
  });

  test('a pull certificate with the name that "issued" asks for, also for a wildcard', async () => {
    const { certificates } = await prepareCertificates(ISSUED, layout, now);
    const names = [...certificates.pull.values()].map(
      ({ certificate }) => new X509Certificate(certificate).subjectAltName,
    );
    expect(names).toEqual(["DNS:tenant.example.com", "DNS:blog.example.com"]);
  });

  test("what the edge presents: a hostname's own, one for all of a zone, and one in Cloudflare's place", async () => {
    const { certificates } = await prepareCertificates(LEVELS, layout, now);
    expect([...certificates.pull.keys()]).toEqual(["SHOP"]);
    const names = [...certificates.edge].map(([hostname, { certificate }]) => [
      hostname,
      new X509Certificate(certificate).subjectAltName,
    ]);
    expect(names).toEqual([
      ["docs.example.com", "DNS:docs.example.com"],
      ["wiki.example.com", "DNS:example.com"],
      ["help.example.com", "DNS:example.com"],
    ]);
    const [docs, wiki, help] = [...certificates.edge.values()].map((one) => one.fingerprint);
    expect(wiki).toBe(help);
    expect(wiki).not.toBe(docs);
    expect([...certificates.origins.keys()]).toContain("docs.example.com");

    const shared = await prepareCertificates(SHARED, layoutIn(join(newFolder(), "local")), now);
    const [own] = [...shared.certificates.edge.values()];
    expect(new X509Certificate(own?.certificate ?? "").subjectAltName).toBe(
      "DNS:origin-pull.cloudflare.net",
    );
  });

  test("nothing for the edge where it presents nothing", async () => {
    const { certificates } = await prepareCertificates(TWO, layout, now);
    expect(certificates.edge.size).toBe(0);
  });
});

describe("uses again", () => {
  test("what stands", async () => {
    expect(await reusedAfter(nothing)).toBe(true);
    expect(readdirSync(layout.folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test.each([
    ["a file that is gone", () => rmSync(layout.originIssuer.certificate)],
    ["a key that others may read", () => chmodSync(layout.stranger.key, 0o640)],
    ["a file that is cut", () => writeFileSync(layout.stranger.certificate, "-----BEGIN")],
    [
      "another's key",
      () => writeFileSync(layout.stranger.key, readFileSync(layout.originIssuer.key)),
    ],
    [
      "a certificate in the place of another",
      () =>
        writeFileSync(
          join(layout.folder, "BLOG.pem"),
          readFileSync(join(layout.folder, "SHOP.pem")),
        ),
    ],
    [
      "another issuer than the one that signed",
      () => {
        for (const end of ["pem", "key"]) {
          const [from, to] = [`stranger-issuer.${end}`, `issuer.${end}`];
          writeFileSync(join(layout.folder, to), readFileSync(join(layout.folder, from)));
        }
      },
    ],
  ])("nothing beside %s", async (_what, happens) => {
    expect(await reusedAfter(happens)).toBe(false);
  });

  test("nothing that is about to expire, or is not valid yet", async () => {
    expect(await reusedAfter(nothing, later(27))).toBe(true);
    rmSync(layout.folder, { recursive: true });
    expect(await reusedAfter(nothing, later(29))).toBe(false);
    rmSync(layout.folder, { recursive: true });
    expect(await reusedAfter(nothing, later(-1))).toBe(false);
  });

  test("nothing for another mapping", async () => {
    expect(await reusedAfter(nothing, now, TWO_ISSUERS)).toBe(false);
  });

  test("a folder that others could read, after taking it from them", async () => {
    expect(await reusedAfter(() => chmodSync(layout.folder, 0o755))).toBe(true);
    expect(statSync(layout.folder).mode & 0o777).toBe(0o700);
  });
});
