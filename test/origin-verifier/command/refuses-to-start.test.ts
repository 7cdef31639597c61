import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withoutTypeStripper } from "../../support/compile-cache.ts";
import { mintCa, mintLeaf } from "../../support/certificates.ts";
import { BLOG, SHOP } from "../../support/verifier-world.ts";
import { runBin } from "./support/bin.ts";
import {
  makeVerifierFiles,
  type MappingText,
  type VerifierFiles,
} from "./support/verifier-files.ts";

const YESTERDAY = Date.now() - 86_400_000;
const LAST_YEAR = Date.now() - 365 * 86_400_000;

let files: VerifierFiles;
beforeAll(withoutTypeStripper);
beforeEach(async () => {
  files = await makeVerifierFiles();
});
afterEach(async () => await files.remove());

/** Starts it, which it refuses: exit code 1, nothing on stdout, and on stderr the problems, of which each is a line. */
async function problemsOf(args: readonly string[] = files.flags()): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runBin(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  // No stack: what is wrong is the operator's to correct, and the last line says how to go on.
  expect(stderr).not.toMatch(/^\s+at /m);
  const lines = stderr.trimEnd().split("\n");
  expect(lines.at(-1)).toMatch(/^next: \S/);
  return lines;
}

/** The lines that name a file. */
const about = (lines: readonly string[], name: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${files.path(name)}: `));

async function changeMapping(change: (mapping: MappingText) => void): Promise<void> {
  const mapping = JSON.parse(await files.read("mapping.json")) as MappingText;
  change(mapping);
  await files.write("mapping.json", JSON.stringify(mapping));
}

describe("a mapping", () => {
  it("with five mistakes: all five, each with its path", async () => {
    await changeMapping(({ issuers, hosts }) => {
      issuers["other"] = { certificates: "" };
      hosts["shop.example.com"] = {
        ...hosts["shop.example.com"],
        origin: "http://origin-shop.example.net",
        accept: { issuer: "nobody", certificates: [`sha256:${"0".repeat(63)}`] },
      };
      hosts["not a hostname"] = hosts["blog.example.com"] ?? {};
    });
    const lines = about(await problemsOf(), "mapping.json");
    const paths = lines.map((line) => line.slice(files.path("mapping.json").length + 2));
    for (const path of [
      "issuers.other.certificates: ",
      'hosts["shop.example.com"].origin: ',
      'hosts["shop.example.com"].accept.issuer: ',
      'hosts["shop.example.com"].accept.certificates[0]: ',
      'hosts["not a hostname"]',
    ]) {
      expect(paths).toContainEqual(expect.stringContaining(path));
    }
    expect(paths).toHaveLength(5);
  });

  it.each([
    ["that is cut", '{ "version": 1, "hosts": {'],
    ["that is empty", ""],
    ["that says a member twice", '{ "version": 1, "version": 1, "issuers": {}, "hosts": {} }'],
    ["of a version that is yet to come", '{ "version": 2, "issuers": {}, "hosts": {} }'],
  ])("%s: the file is named", async (_what, text) => {
    await files.write("mapping.json", text);
    const lines = await problemsOf();
    expect(about(lines, "mapping.json")).not.toEqual([]);
    expect(lines.at(-1)).toMatch(/^next: pullproof check/);
  });

  it("that is not there: the file is named, and who named it", async () => {
    await rm(files.path("mapping.json"));
    expect(about(await problemsOf(), "mapping.json")).toEqual([
      expect.stringMatching(/no such file.*--mapping/),
    ]);
  });
});

it("a certificate that is not there: what is next is not what looks into the mapping alone", async () => {
  await rm(files.path(`${SHOP}.pem`));
  const lines = await problemsOf();
  expect(about(lines, `${SHOP}.pem`)).toEqual([expect.stringMatching(/no such file/)]);
  expect(lines.at(-1)).not.toMatch(/pullproof check/);
});

describe("an issuer file", () => {
  it("that is missing: it is named, and the place in the mapping that names it", async () => {
    await rm(files.path("issuer.pem"));
    expect(about(await problemsOf(), "issuer.pem")).toEqual([
      expect.stringMatching(/no such file.*issuers\.own\.certificates/),
    ]);
  });

  it.each<[string, () => string | Promise<string>, RegExp]>([
    ["that is empty", () => "", /empty/],
    ["of blank lines", () => "\n\n", /empty/],
    ["with a key in its place", () => files.read(`${SHOP}.key`), /private key/],
    ["that is expired", () => mintCa({ notBefore: LAST_YEAR, notAfter: YESTERDAY }).pem, /expired/],
    ["with a leaf in its place", () => mintLeaf(mintCa()).pem, /CA/],
    ["that is cut", async () => (await files.read("issuer.pem")).slice(0, 200), /END|cut/],
    [
      "of which the second certificate is expired",
      async () =>
        (await files.read("issuer.pem")) +
        mintCa({ notBefore: LAST_YEAR, notAfter: YESTERDAY }).pem,
      /certificates\[1\]: .*expired/,
    ],
  ])("%s: it is named", async (_what, text, why) => {
    await files.write("issuer.pem", await text());
    const lines = about(await problemsOf(), "issuer.pem");
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join("\n")).toMatch(why);
  });
});

describe("an origin certificate", () => {
  it("whose key is another's: the key's file is named", async () => {
    await files.write(`${SHOP}.key`, await files.read(`${BLOG}.key`));
    expect(about(await problemsOf(), `${SHOP}.key`)).toHaveLength(1);
  });

  it("that is for no origin hostname of the mapping", async () => {
    await changeMapping(({ hosts }) => {
      hosts["shop.example.com"] = {
        ...hosts["shop.example.com"],
        origin: "https://other.example.net",
      };
    });
    expect(about(await problemsOf(), `${SHOP}.pem`)).toEqual([
      expect.stringContaining("other.example.net"),
    ]);
  });

  it("for another name than the one that the configuration gives it to", async () => {
    await files.write("verifier.json", await configuration(BLOG));
    expect(
      about(await problemsOf(["--config", files.path("verifier.json")]), `${BLOG}.pem`),
    ).toEqual([expect.stringContaining(SHOP)]);
  });

  it("that is expired", async () => {
    const ca = mintCa();
    const expired = mintLeaf(ca, { names: [SHOP], notBefore: LAST_YEAR, notAfter: YESTERDAY });
    await files.write(`${SHOP}.pem`, expired.pem);
    await files.write(`${SHOP}.key`, expired.keyPem);
    expect(about(await problemsOf(), `${SHOP}.pem`).join("\n")).toMatch(/expired/);
  });

  it("that is missing, and its key, and an issuer: all are named at once", async () => {
    await rm(files.path(`${SHOP}.pem`));
    await rm(files.path("issuer.pem"));
    const lines = await problemsOf();
    expect(about(lines, `${SHOP}.pem`)).toHaveLength(1);
    expect(about(lines, "issuer.pem")).toHaveLength(1);
  });
});

/** A configuration file's text, in which shop is served with somebody's certificate. */
async function configuration(certificateOf: string, more: object = {}): Promise<string> {
  const application = "http://127.0.0.1:9";
  return JSON.stringify({
    mapping: "mapping.json",
    listen: "127.0.0.1:0",
    origins: {
      [SHOP]: { certificate: `${certificateOf}.pem`, key: `${certificateOf}.key`, application },
    },
    ...more,
  });
}

describe("a configuration file", () => {
  it.each<[string, () => string | Promise<string>, RegExp]>([
    ["that is not JSON", () => "{", /not JSON/],
    [
      "with a member that nobody knows",
      () => configuration(SHOP, { refused: "silence" }),
      /refused/,
    ],
    ["with an unknown way to refuse", () => configuration(SHOP, { refuse: "politely" }), /refuse/],
    [
      "with an address that is a name",
      () => configuration(SHOP, { listen: "localhost:1" }),
      /listen/,
    ],
    [
      "with an origin hostname that stands twice",
      async () => {
        const text = await configuration(SHOP);
        const { [SHOP]: origin } = (JSON.parse(text) as { origins: Record<string, object> })
          .origins;
        const entry = `"${SHOP}":${JSON.stringify(origin)}`;
        return text.replace(entry, `${entry},${entry}`);
      },
      /origins\["origin-shop\.example\.net"\]: this key stands twice/,
    ],
    ["without origins", () => configuration(SHOP, { origins: {} }), /origins/],
  ])("%s: the file is named, and the place", async (_what, text, where) => {
    await files.write("verifier.json", await text());
    const lines = await problemsOf(["--config", files.path("verifier.json")]);
    expect(about(lines, "verifier.json").join("\n")).toMatch(where);
  });

  it("that is not there: the file is named", async () => {
    const lines = await problemsOf(["--config", files.path("verifier.json")]);
    expect(about(lines, "verifier.json")).toEqual([expect.stringContaining("no such file")]);
  });
});

describe("a port that is taken", () => {
  let taken: Server;
  let address: string;
  beforeAll(async () => {
    taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
  });
  afterAll(() => taken.close());

  it.each(["--listen", "--admin"])("by another process, for %s: it is named", async (flag) => {
    const { code, stdout, stderr } = await runBin([...files.flags(), flag, address]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`${address} is taken.*\nnext: `));
    // Nothing else of it listens either.
    expect(stdout).not.toContain('"listener":"origin"');
  });
});

it("an environment that takes a lock out of the engine: what it is", async () => {
  const weak = { nodeOptions: ["--tls-keylog=/dev/null"] };
  const { code, stderr } = await runBin(files.flags(), weak);
  expect(code).toBe(1);
  expect(stderr).toContain("--tls-keylog");
});
