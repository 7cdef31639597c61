import { describe, expect, test } from "vitest";
import { parseMapping } from "../../shared/mapping.ts";
import {
  access,
  accept,
  entry,
  fingerprint,
  mapping,
  messagesAt,
  pathsOf,
  shopWith,
} from "./written-mapping.ts";

const shop = 'hosts["shop.example.com"]';
const edge = (level: string): object => ({ by: "edge", level });

const two = (first: object, second: object, more: object = {}): object =>
  mapping({ "a.test": entry({ accept: first }), "b.test": entry({ accept: second, ...more }) });
const list = (...digits: string[]): object =>
  accept({ certificates: digits.map((digit) => fingerprint(digit)) });
const issued = (...names: string[]): object => accept({ certificates: "issued", names });

describe("what is accepted cannot be none, nor all", () => {
  test.each([
    ["an empty list", { certificates: [] }, "certificates"],
    ["a word that is not issued", { certificates: "any" }, "certificates"],
    ["a wildcard", { certificates: ["*"] }, "certificates[0]"],
    ["issued without names", { certificates: "issued" }, "names"],
    ["issued with no name", { certificates: "issued", names: [] }, "names"],
    ["issued with a wildcard", { certificates: "issued", names: ["*.a.test"] }, "names[0]"],
    ["issued with another writing", { certificates: "issued", names: ["A.test"] }, "names[0]"],
    ["names beside a list", { names: ["a.test"] }, "names"],
  ])("%s", (_, keys, place) => {
    expect(pathsOf(shopWith({ accept: accept(keys) }))).toEqual([`${shop}.accept.${place}`]);
  });

  test.each(["issuer", "certificates"])("%s must be there", (key) => {
    const { [key]: _gone, ...rest } = accept() as Record<string, unknown>;
    expect(messagesAt(shopWith({ accept: rest }), `${shop}.accept.${key}`)).toEqual(["missing"]);
  });
});

describe("nothing is listed twice", () => {
  test("no fingerprint, wherever it stands in the list", () => {
    const [a, b] = [fingerprint("a"), fingerprint("b")];
    const input = shopWith({ accept: accept({ certificates: [a, b, a, b, a] }) });
    expect(pathsOf(input)).toEqual([2, 3, 4].map((at) => `${shop}.accept.certificates[${at}]`));
    expect(messagesAt(input, `${shop}.accept.certificates[4]`)).toEqual([
      "the same as [0]: list it once",
    ]);
  });

  test("but what is no fingerprint is that alone", () => {
    const input = shopWith({ accept: accept({ certificates: [5, 5, null, null] }) });
    expect(pathsOf(input)).toHaveLength(4);
    expect(messagesAt(input, `${shop}.accept.certificates[1]`)).toHaveLength(1);
  });

  test("and no name", () => {
    const names = ["a.test", "b.test", "a.test"];
    expect(pathsOf(shopWith({ accept: accept({ certificates: "issued", names }) }))).toEqual([
      `${shop}.accept.names[2]`,
    ]);
  });
});

describe("the issuer of an entry", () => {
  test("is one of the issuers, and the problem says which there are", () => {
    const input = shopWith({ accept: accept({ issuer: "onw" }) });
    expect(messagesAt(input, `${shop}.accept.issuer`)).toEqual([
      'no issuer of this name in issuers (there are: "own", "cloudflare")',
    ]);
    expect(messagesAt({ ...input, issuers: {} }, `${shop}.accept.issuer`)).toEqual([
      "no issuer of this name in issuers (there are none)",
    ]);
  });

  test("is known by its name even where the issuer itself is broken", () => {
    const input = mapping({ "shop.example.com": entry() }, { issuers: { own: {} } });
    expect(pathsOf(input)).toEqual(["issuers.own.certificates"]);
  });

  test("that does not exist brings no further rules down", () => {
    const input = shopWith({
      present: edge("shared"),
      accept: { issuer: "cloudflaer", certificates: "issued" },
    });
    expect(pathsOf(input)).toEqual([`${shop}.accept.issuer`]);
  });
});

describe("the locks beside the certificate", () => {
  test.each([
    ["none at all", {}, "also"],
    ["one that is not known", { address: "a.txt" }, "also.address"],
    ["no file", { addresses: "" }, "also.addresses"],
    ["a header without a secret", { header: [] }, "also.header"],
    ["more than two secrets", { header: ["A", "B", "C"].map((env) => ({ env })) }, "also.header"],
    ["a secret that is written down", { header: ["s3cret"] }, "also.header[0]"],
    ["a variable that is none", { header: [{ env: "not a name" }] }, "also.header[0].env"],
    ["a header that the entry's Worker does not send", { header: [{ env: "A" }] }, "also.header"],
    [
      "an address for a team",
      { access: { ...access, team: "acme.cloudflareaccess.com" } },
      "also.access.team",
    ],
    ["a team in capitals", { access: { ...access, team: "Acme" } }, "also.access.team"],
    ["a team with a slash", { access: { ...access, team: "acme/x" } }, "also.access.team"],
    ["no audience", { access: { ...access, audiences: [] } }, "also.access.audiences"],
    ["any audience", { access: { ...access, audiences: "*" } }, "also.access.audiences"],
    ["a cut audience", { access: { ...access, audiences: ["0a"] } }, "also.access.audiences[0]"],
    [
      "an audience twice",
      { access: { ...access, audiences: [...access.audiences, ...access.audiences] } },
      "also.access.audiences[1]",
    ],
    ["no file of keys", { access: { ...access, keys: undefined } }, "also.access.keys"],
    ["a place of keys", { access: { ...access, jwks: "https://evil.test" } }, "also.access.jwks"],
    ["a list in place of a file", { addresses: ["192.0.2.0/24"] }, "also.addresses"],
  ])("are not %s", (_, also, place) => {
    expect(pathsOf(shopWith({ accept: accept({ also }) }))).toContain(`${shop}.accept.${place}`);
  });

  test.each([
    ["addresses", { addresses: "a.txt" }],
    ["a token", { access }],
    ["a secret", { header: [{ env: "PULL_SECRET" }] }],
  ])("(%s) differ between no two entries with one origin hostname", (_, also) => {
    // Whoever sends a secret that nobody asks for breaks no rule: what is left is that the two differ.
    const present = { by: "worker", binding: "PULL_CERT_SHOP", header: { env: "SENT" } };
    const other = entry({ present, accept: accept({ also }) });
    expect(pathsOf(mapping({ "a.test": entry(), "b.test": other }))).toEqual([
      'hosts["b.test"].accept',
    ]);
  });

  test("with a secret among them leave the shared certificate not alone", () => {
    const also = { header: [{ env: "PULL_SECRET" }] };
    const accepts = { issuer: "cloudflare", certificates: "issued", also };
    expect(pathsOf(shopWith({ present: edge("shared"), accept: accepts }))).toEqual([]);
    const both = { ...accepts, alone: true };
    const place = `${shop}.accept.alone`;
    expect(pathsOf(shopWith({ present: edge("shared"), accept: both }))).toEqual([place]);
  });

  test("with a secret among them are for Workers that send one", () => {
    const also = { header: [{ env: "PULL_SECRET" }] };
    const worker = { by: "worker", binding: "PULL_CERT_SHOP" };
    const sends = { ...worker, header: { env: "SENT" } };
    expect(pathsOf(shopWith({ present: sends, accept: accept({ also }) }))).toEqual([]);
    // First it is sent, then it is asked for.
    expect(pathsOf(shopWith({ present: sends }))).toEqual([]);
    for (const header of ["s3cret", [{ env: "SENT" }], { env: "not a name" }, { env: "" }]) {
      const [place] = pathsOf(shopWith({ present: { ...worker, header } }));
      expect(place).toMatch(/\.present\.header(?:\.env)?$/);
    }
    const edgeSends = { ...edge("zone"), header: { env: "SENT" } };
    expect(pathsOf(shopWith({ present: edgeSends }))).toEqual([`${shop}.present.header`]);
  });

  test("with a token among them do not say that the shared certificate may be alone: a visitor has it", () => {
    const accepts = { issuer: "cloudflare", certificates: "issued", also: { access } };
    const input = shopWith({ present: edge("shared"), accept: accepts });
    expect(pathsOf(input)).toEqual([`${shop}.accept.alone`]);
    const said = { ...accepts, alone: true };
    expect(pathsOf(shopWith({ present: edge("shared"), accept: said }))).toEqual([]);
  });

  test("with a secret among them are for the edge, on every level", () => {
    const also = { header: [{ env: "PULL_SECRET" }, { env: "PULL_SECRET_NEXT" }] };
    for (const level of ["hostname", "zone"]) {
      const input = shopWith({ present: edge(level), accept: accept({ also }) });
      expect(pathsOf(input)).toEqual([]);
    }
  });

  test("of addresses alone do not say that the shared certificate may be alone: they prove no more than it", () => {
    const accepts = { issuer: "cloudflare", certificates: "issued", also: { addresses: "a.txt" } };
    const input = shopWith({ present: edge("shared"), accept: accepts });
    expect(pathsOf(input)).toEqual([`${shop}.accept.alone`]);
  });
});

describe("Cloudflare's shared issuer", () => {
  const shared = { issuer: "cloudflare", certificates: "issued", alone: true };

  test("fits the edge's shared level, with issued and no names", () => {
    expect(pathsOf(shopWith({ present: edge("shared"), accept: shared }))).toEqual([]);
  });

  test.each([
    ["names", { present: edge("shared"), accept: { ...shared, names: ["a.test"] } }, "names"],
    [
      "a list of fingerprints",
      { present: edge("shared"), accept: { ...shared, certificates: [fingerprint("a")] } },
      "certificates",
    ],
    ["a pull by the Worker", { accept: shared }, "issuer"],
    ["the hostname level", { present: edge("hostname"), accept: shared }, "issuer"],
    ["the zone level", { present: edge("zone"), accept: shared }, "issuer"],
  ])("takes not %s", (_, parts, place) => {
    expect(pathsOf(shopWith(parts))).toEqual([`${shop}.accept.${place}`]);
  });

  test("is no guard by itself, but where the mapping says so in words", () => {
    const { alone: _, ...silent } = shared;
    const place = `${shop}.accept.alone`;
    expect(pathsOf(shopWith({ present: edge("shared"), accept: silent }))).toEqual([place]);
    for (const alone of [false, "true", 1, null]) {
      const accepts = { ...shared, alone };
      expect(pathsOf(shopWith({ present: edge("shared"), accept: accepts }))).toEqual([place]);
    }
  });

  test("alone can be alone: an issuer of your own is a guard by itself", () => {
    expect(pathsOf(shopWith({ accept: accept({ alone: true }) }))).toEqual([
      `${shop}.accept.alone`,
    ]);
  });

  test("is the only one for the shared level", () => {
    expect(pathsOf(shopWith({ present: edge("shared") }))).toEqual([`${shop}.accept.issuer`]);
  });
});

describe("entries with one origin hostname", () => {
  test.each([
    ["another fingerprint", list("a"), list("b"), {}],
    ["one fingerprint more", list("a"), list("a", "b"), {}],
    ["another first", list("a", "b"), list("b", "a"), {}],
    ["issued for a list", list("a"), issued("a.test"), {}],
    ["another name", issued("a.test"), issued("b.test"), {}],
    ["another mode", list("a"), accept({ mode: { report: "2027-03-01" } }), {}],
    [
      "another day",
      accept({ mode: { report: "2027-03-02" } }),
      accept({ mode: { report: "2027-03-01" } }),
      {},
    ],
    [
      "another fingerprint on another port",
      list("a"),
      list("b"),
      { origin: "https://origin-shop.example.net:8443" },
    ],
    ["another fingerprint by the edge", list("a"), list("b"), { present: edge("zone") }],
  ])("may not differ: %s", (_, first, second, more) => {
    expect(pathsOf(two(first, second, more))).toEqual(['hosts["b.test"].accept']);
  });

  test("may not differ by their issuer", () => {
    const input = mapping(
      { "a.test": entry(), "b.test": entry({ accept: accept({ issuer: "other" }) }) },
      { issuers: { own: { certificates: "a.pem" }, other: { certificates: "b.pem" } } },
    );
    expect(pathsOf(input)).toEqual(['hosts["b.test"].accept']);
    expect(messagesAt(input, 'hosts["b.test"].accept')).toEqual([
      expect.stringContaining('differs from hosts["a.test"].accept'),
    ]);
  });

  test("are each held against the first", () => {
    const input = mapping({
      "a.test": entry(),
      "b.test": entry({ accept: list("b") }),
      "c.test": entry(),
      "*.d.test": entry({ accept: list("c") }),
    });
    expect(pathsOf(input)).toEqual(['hosts["b.test"].accept', 'hosts["*.d.test"].accept']);
  });

  test("may be written with and without the default mode, and by any order of keys", () => {
    const turned = { mode: "enforce", certificates: [fingerprint("a")], issuer: "own" };
    expect(pathsOf(two(accept(), turned))).toEqual([]);
  });

  test("may differ in everything but accept", () => {
    const more = { present: { by: "worker", binding: "B" }, health: "/health" };
    expect(pathsOf(two(accept(), accept(), more))).toEqual([]);
  });

  test("that differ may have each an origin hostname", () => {
    expect(pathsOf(two(list("a"), list("b"), { origin: "https://origin-b.example.net" }))).toEqual(
      [],
    );
  });
});

const listed = (origin: readonly unknown[], parts: object = {}) => ({
  "shop.example.com": entry({ origin, ...parts }),
});
const originsOf = (origin: unknown): readonly string[] => {
  const result = parseMapping(mapping({ "shop.example.com": entry({ origin }) }));
  return result.ok ? result.value.entries[0].origins.map(({ url }) => url) : [];
};

describe("a list of origins", () => {
  const [a, b] = ["https://origin-a.example.net", "https://origin-b.example.net"];

  test.each([
    ["nothing", [], `${shop}.origin`],
    [
      "more than four",
      [a, b, "https://c.test", "https://d.test", "https://e.test"],
      `${shop}.origin`,
    ],
    ["what is no origin", [a, "http://origin-b.example.net"], `${shop}.origin[1]`],
    ["a list in the list", [a, [b]], `${shop}.origin[1]`],
    ["one twice", [a, b, a], `${shop}.origin[2]`],
    ["one hostname at two ports", [a, `${a}:8443`], `${shop}.origin[1]`],
  ])("does not hold %s", (_, origin, path) => {
    expect(pathsOf(mapping(listed(origin)))).toEqual([path]);
  });

  test("is no matter of the edge's, which pulls from one name", () => {
    const present = { by: "edge", level: "hostname" };
    expect(pathsOf(mapping(listed([a, b], { present })))).toEqual([`${shop}.origin`]);
    expect(pathsOf(mapping(listed([a], { present })))).toEqual([]);
  });

  test.each([
    ["the first", a],
    ["the second", b],
    ["one of another list", ["https://origin-c.example.net", b]],
  ])("shares its accept with an entry that has %s too", (_, origin) => {
    const other = (parts: object) => ({ "blog.example.com": entry({ origin, ...parts }) });
    expect(pathsOf(mapping({ ...listed([a, b]), ...other({}) }))).toEqual([]);
    expect(pathsOf(mapping({ ...listed([a, b]), ...other({ accept: list("b") }) }))).toEqual([
      'hosts["blog.example.com"].accept',
    ]);
  });

  test("is the entry's origins in their order, and one origin is a list of one", () => {
    expect(originsOf([b, a])).toEqual([b, a]);
    expect(originsOf([a])).toEqual([a]);
    expect(originsOf(a)).toEqual([a]);
  });
});

test("a mistake in one part of an entry hides no broken rule of another", () => {
  const input = mapping({
    "a.test": entry({ origin: "x", accept: accept({ names: ["a.test"] }) }),
    "b.test": entry({
      origin: "https://b.test",
      present: null,
      accept: accept({ issuer: "gone" }),
    }),
    "c.test": entry({ health: 1 }),
    "d.test": entry({ health: 1, accept: accept({ certificates: [fingerprint("b")] }) }),
    "e.test": entry({ health: 1, present: { by: "worker" }, accept: { issuer: "cloudflare" } }),
    "f.test": entry({
      origin: "https://f.test",
      accept: accept({ certificates: [fingerprint("b"), fingerprint("b"), "sha256:"] }),
    }),
  });
  expect(pathsOf(input).toSorted()).toEqual(
    [
      'hosts["a.test"].origin',
      'hosts["a.test"].accept.names',
      'hosts["b.test"].present',
      'hosts["b.test"].accept.issuer',
      'hosts["c.test"].health',
      'hosts["d.test"].health',
      'hosts["d.test"].accept',
      'hosts["e.test"].health',
      'hosts["e.test"].present.binding',
      'hosts["e.test"].accept.certificates',
      'hosts["e.test"].accept.alone',
      'hosts["e.test"].accept.issuer',
      'hosts["f.test"].accept.certificates[1]',
      'hosts["f.test"].accept.certificates[2]',
    ].toSorted(),
  );
});
