import { describe, expect, test } from "vitest";
import { parseMapping } from "../../shared/mapping.ts";
import {
  access,
  accept,
  entry,
  everyForm,
  fingerprint,
  issuers,
  mapping,
  messagesAt,
  pathsOf,
  shopWith,
} from "./written-mapping.ts";

const shop = 'hosts["shop.example.com"]';

describe("every problem at once, each with its path", () => {
  test("across a document that is wrong everywhere", () => {
    const input = {
      version: 2,
      verison: 1,
      hots: {},
      issuers: { own: { certificates: "" }, "no name!": issuers.own, gone: null },
      hosts: {
        "Shop.example.com": entry({ origin: "http://origin.example.net", healt: "/", help: 1 }),
        "192.0.2.1": entry({ accept: accept({ issuer: "onw" }) }),
        "blog.example.com": entry({
          present: { by: "worker", binding: "1ST", deadlineSeconds: 0, level: "zone" },
          accept: accept({
            certificates: [fingerprint("a"), "sha256:abc", 7],
            names: ["Blog.example.com"],
            mode: { report: "2027-02-29" },
          }),
          health: "health",
        }),
      },
    };
    expect(pathsOf(input).toSorted()).toEqual(
      [
        "version",
        "verison",
        "hots",
        "issuers.own.certificates",
        'issuers["no name!"]',
        "issuers.gone",
        'hosts["Shop.example.com"]',
        'hosts["Shop.example.com"].origin',
        'hosts["Shop.example.com"].healt',
        'hosts["Shop.example.com"].help',
        'hosts["192.0.2.1"]',
        'hosts["192.0.2.1"].accept.issuer',
        'hosts["blog.example.com"].present.binding',
        'hosts["blog.example.com"].present.deadlineSeconds',
        'hosts["blog.example.com"].present.level',
        'hosts["blog.example.com"].accept.certificates[1]',
        'hosts["blog.example.com"].accept.certificates[2]',
        'hosts["blog.example.com"].accept.names',
        'hosts["blog.example.com"].accept.names[0]',
        'hosts["blog.example.com"].accept.mode.report',
        'hosts["blog.example.com"].health',
      ].toSorted(),
    );
  });

  test("however many keys of one object are unknown", () => {
    const keys = Array.from({ length: 50 }, (_, index) => `key${index}`);
    const unknown = Object.fromEntries(keys.map((key) => [key, null]));
    expect(pathsOf(shopWith({ accept: accept(unknown) }))).toEqual(
      keys.map((key) => `${shop}.accept.${key}`),
    );
  });

  test("and one mistake is one problem", () => {
    expect(pathsOf(shopWith({ accept: accept({ mode: { report: "tomorrow" } }) }))).toHaveLength(1);
    expect(pathsOf(shopWith({ accept: [] }))).toEqual([`${shop}.accept`]);
    expect(pathsOf(shopWith({ present: [] }))).toEqual([`${shop}.present`]);
    expect(pathsOf(mapping([entry()]))).toEqual(["hosts"]);
  });
});

describe("whatever stands in a part's place is refused there", () => {
  const odd = [null, true, false, 0, -1, 1.5, "", "\0", [], [null], {}];
  const places: readonly (readonly [string, (value: unknown) => object])[] = [
    ["version", (value) => mapping({ "shop.example.com": entry() }, { version: value })],
    ["issuers", (value) => mapping({ "shop.example.com": entry() }, { issuers: value })],
    ["hosts", (value) => mapping(value)],
    [shop, (value) => mapping({ "shop.example.com": value })],
    [`${shop}.origin`, (value) => shopWith({ origin: value })],
    [`${shop}.present`, (value) => shopWith({ present: value })],
    [`${shop}.accept`, (value) => shopWith({ accept: value })],
    [`${shop}.accept.issuer`, (value) => shopWith({ accept: accept({ issuer: value }) })],
    [
      `${shop}.accept.certificates`,
      (value) => shopWith({ accept: accept({ certificates: value }) }),
    ],
    [`${shop}.accept.mode`, (value) => shopWith({ accept: accept({ mode: value }) })],
    [`${shop}.accept.names`, (value) => shopWith({ accept: accept({ names: value }) })],
    [`${shop}.health`, (value) => shopWith({ health: value })],
    [`${shop}.present.binding`, (value) => shopWith({ present: { by: "worker", binding: value } })],
    [`${shop}.present.level`, (value) => shopWith({ present: { by: "edge", level: value } })],
    [
      `${shop}.present.by`,
      (value) => shopWith({ present: { by: value, binding: "PULL_CERT_SHOP" } }),
    ],
    [
      "issuers.own.certificates",
      (value) =>
        mapping({ "shop.example.com": entry() }, { issuers: { own: { certificates: value } } }),
    ],
    [
      "issuers.own",
      (value) => mapping({ "shop.example.com": entry() }, { issuers: { own: value } }),
    ],
  ];
  const cases = places.flatMap(([path, put]) => odd.map((value) => [path, value, put] as const));

  test.each(cases)("%s: %j", (path, value, put) => {
    const paths = pathsOf(put(value));
    expect(paths.length).toBeGreaterThan(0);
    // An object or a list can be looked into, and an issuers without "own" breaks the entries that name it.
    expect(
      paths.some((found) => found.startsWith(path)) ||
        (path === "issuers" && paths.every((found) => found.endsWith(".issuer"))),
    ).toBe(true);
  });

  test.each([null, undefined, true, 1, "mapping", [], [{}]])("the whole document: %j", (value) => {
    expect(pathsOf(value)).toEqual([""]);
  });

  test.each([0, "30", -1, 0.09, 901, Number.POSITIVE_INFINITY, Number.NaN, null, true, [30]])(
    "a deadline of %s",
    (deadlineSeconds) => {
      const present = { by: "worker", binding: "PULL_CERT_SHOP", deadlineSeconds };
      expect(pathsOf(shopWith({ present }))).toEqual([`${shop}.present.deadlineSeconds`]);
    },
  );
});

describe("a name is not one", () => {
  test.each([
    "",
    "1ST",
    "PULL-CERT",
    "PULL CERT",
    "PULL.CERT",
    "PULL_CERT\n",
    "\u212aEY",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
  ])("a binding called %j", (binding) => {
    expect(pathsOf(shopWith({ present: { by: "worker", binding } }))).toEqual([
      `${shop}.present.binding`,
    ]);
  });

  test.each([
    "",
    "-own",
    "_own",
    "o wn",
    "own\n",
    "../own",
    "\u00f6wn",
    "a".repeat(65),
    "__proto__",
  ])("an issuer called %j", (name) => {
    const input = mapping(
      { "shop.example.com": entry({ accept: accept({ issuer: name }) }) },
      { issuers: Object.fromEntries([[name, issuers.own]]) },
    );
    expect(messagesAt(input, pathsOf(input)[0] ?? "")).toEqual([
      expect.stringContaining("not an issuer's name"),
    ]);
  });

  test.each(["__proto__", "", "*", "_shop.test", "192.0.2.1", "a b", "a.test:443"])(
    "a hostname called %j",
    (name) => {
      const input = mapping(Object.fromEntries([[name, entry()]]));
      expect(messagesAt(input, pathsOf(input)[0] ?? "")).toEqual([
        expect.stringContaining("not a hostname"),
      ]);
    },
  );

  test.each([
    ["SHOP.example.com", "shop.example.com"],
    ["shop.example.com.", "shop.example.com"],
    ["*.Example.com", "*.example.com"],
  ])("and %s is written %s", (key, written) => {
    expect(messagesAt(mapping({ [key]: entry() }), `hosts["${key}"]`)).toEqual([
      `write it as ${written}`,
    ]);
  });

  test.each(["0", "own", "Own-2_b", "a".repeat(64)])("but an issuer may be called %j", (issuer) => {
    const input = mapping(
      { "shop.example.com": entry({ accept: accept({ issuer }) }) },
      { issuers: { [issuer]: issuers.own } },
    );
    expect(pathsOf(input)).toEqual([]);
  });

  test.each(["A", "_", "pull_cert_0", "PULL_CERT_9Z"])(
    "but a binding may be called %j",
    (binding) => {
      expect(pathsOf(shopWith({ present: { by: "worker", binding } }))).toEqual([]);
    },
  );

  test("and a hostname that every object inherits is a hostname like others", () => {
    const input = mapping(
      Object.fromEntries([["constructor", entry({ accept: accept({ issuer: "constructor" }) })]]),
      { issuers: { constructor: issuers.own } },
    );
    expect(pathsOf(input)).toEqual([]);
  });

  test("and an issuer that every object inherits does not exist by that", () => {
    expect(pathsOf(shopWith({ accept: accept({ issuer: "constructor" }) }))).toEqual([
      `${shop}.accept.issuer`,
    ]);
    expect(pathsOf(shopWith({ accept: accept({ issuer: "__proto__" }) }))).toEqual([
      `${shop}.accept.issuer`,
    ]);
  });

  test("and what hides behind __proto__ is not read", () => {
    const hidden = JSON.parse(
      `{"__proto__": ${JSON.stringify(entry())}, "accept": ${JSON.stringify(accept())}}`,
    ) as unknown;
    expect(pathsOf(mapping({ "shop.example.com": hidden })).toSorted()).toEqual([
      `${shop}.__proto__`,
      `${shop}.origin`,
      `${shop}.present`,
    ]);
  });
});

describe("a path", () => {
  test.each(["", "a\0b"])("of a file is not %j", (certificates) => {
    expect(
      pathsOf(mapping({ "shop.example.com": entry() }, { issuers: { own: { certificates } } })),
    ).toEqual(["issuers.own.certificates"]);
    expect(
      pathsOf(
        mapping(
          { "shop.example.com": entry() },
          { issuers: { own: { certificates: "a.pem", crl: certificates } } },
        ),
      ),
    ).toEqual(["issuers.own.crl"]);
  });

  test.each([
    ["without its slash", "health"],
    ["with a query", "/health?a"],
    ["with a fragment", "/health#a"],
    ["with a percent sign: two writings of one path", "/he%61lth"],
    ["with a backslash: URL parsers turn it", "/a\\b"],
    ["with two slashes: another host to a URL parser", "//evil.test"],
    ["with an empty segment", "/a//b"],
    ["with a dot segment", "/a/../health"],
    ["with a dot segment last", "/a/."],
    ["with a space", "/a b"],
    ["with a line break after", "/health\n"],
    ["with a letter outside ASCII", "/h\u00e9alth"],
    ["that is no URL's", "https://shop.example.com/health"],
    ["longer than any", `/${"a".repeat(1024)}`],
  ])("of health is not one %s", (_, health) => {
    expect(pathsOf(shopWith({ health }))).toEqual([`${shop}.health`]);
  });

  test.each([
    "/",
    "/health",
    "/a/b/",
    "/.well-known/x",
    "/..a",
    "/a.b-c_d~e",
    "/@a:b;c=1,(d)",
    `/${"a".repeat(1023)}`,
  ])("of health can be %s, which a URL parser leaves as it is", (health) => {
    expect(pathsOf(shopWith({ health }))).toEqual([]);
    expect(new URL(health, "https://shop.example.com").href).toBe(
      `https://shop.example.com${health}`,
    );
  });
});

describe("a day of report mode", () => {
  test.each([
    "2027-02-29",
    "2100-02-29",
    "2027-02-30",
    "2027-02-31",
    "2027-04-31",
    "2027-06-31",
    "2027-09-31",
    "2027-11-31",
    "2027-13-01",
    "2027-00-01",
    "2027-01-00",
    "2027-01-32",
    "2027-1-1",
    "27-01-01",
    "2027-01-01T00:00:00Z",
    " 2027-01-01",
    "2027-01-01\n",
    "01.01.2027",
    "never",
    "",
  ])("is not %j", (report) => {
    expect(pathsOf(shopWith({ accept: accept({ mode: { report } }) }))).toEqual([
      `${shop}.accept.mode.report`,
    ]);
  });

  const lastDays = [
    "01-31",
    "02-28",
    "03-31",
    "04-30",
    "05-31",
    "06-30",
    "07-31",
    "08-31",
    "09-30",
  ];
  const years = ["2028-02-29", "2000-02-29", "2027-10-31", "2027-11-30", "2027-12-31"];
  test.each([...lastDays.map((day) => `2027-${day}`), ...years])("can be %s", (report) => {
    expect(pathsOf(shopWith({ accept: accept({ mode: { report } }) }))).toEqual([]);
  });
});

describe("a mapping that parses", () => {
  test("gives every entry whole, in its order, with its defaults written out", () => {
    const result = parseMapping(mapping({ "shop.example.com": entry(), "b.test": entry() }));
    expect(result).toEqual({
      ok: true,
      value: {
        version: 1,
        issuers: new Map([
          ["own", { name: "own", certificates: "pki/issuer.pem", crl: null, shared: false }],
          [
            "cloudflare",
            {
              name: "cloudflare",
              certificates: "pki/cloudflare-shared.pem",
              crl: null,
              shared: true,
            },
          ],
        ]),
        entries: ["shop.example.com", "b.test"].map((hostname) => ({
          hostname,
          origins: [
            {
              url: "https://origin-shop.example.net",
              hostname: "origin-shop.example.net",
              port: 443,
            },
          ],
          present: { by: "worker", binding: "PULL_CERT_SHOP", deadlineSeconds: 30, header: null },
          accept: {
            issuer: "own",
            certificates: [fingerprint("a")],
            names: [],
            alone: false,
            also: { addresses: null, header: null, access: null },
            mode: "enforce",
          },
          health: null,
        })),
      },
    });
  });

  test("gives what was written where it was written", () => {
    const result = parseMapping(everyForm);
    expect(result.ok && result.value.issuers.get("own" as never)?.crl).toBe("pki/issuer.crl");
    expect(result.ok && result.value.entries).toMatchObject([
      {
        hostname: "shop.example.com",
        origins: [{ url: "https://origin-shop.example.net:8443", port: 8443 }],
        present: { deadlineSeconds: 2.5, header: "PULL_SECRET_SHOP" },
        accept: {
          certificates: [fingerprint("a"), fingerprint("b")],
          also: { addresses: null, header: ["PULL_SECRET_SHOP"], access },
          mode: "enforce",
        },
        health: "/health",
      },
      { present: { by: "edge", level: "hostname" }, accept: { mode: { report: "2028-02-29" } } },
      { present: { by: "edge", level: "zone" } },
      {
        present: { by: "edge", level: "shared" },
        accept: {
          issuer: "cloudflare",
          certificates: "issued",
          names: [],
          alone: false,
          also: {
            addresses: "pki/cloudflare-addresses.txt",
            header: ["PULL_SECRET", "PULL_SECRET_NEXT"],
          },
        },
      },
      {
        hostname: "alone.example.com",
        accept: { alone: true, also: { addresses: null, header: null, access: null } },
      },
      {
        hostname: "two.example.com",
        origins: [
          { hostname: "origin-two-a.example.net", port: 443 },
          { hostname: "origin-two-b.example.net", port: 8443 },
        ],
      },
      {
        hostname: "*.tenant.example.com",
        accept: { certificates: "issued", names: ["tenant.example.com", "t.test"] },
      },
    ]);
  });

  test.each([0.1, 900])("takes a deadline of %s seconds", (deadlineSeconds) => {
    const present = { by: "worker", binding: "PULL_CERT_SHOP", deadlineSeconds };
    expect(pathsOf(shopWith({ present }))).toEqual([]);
  });
});
