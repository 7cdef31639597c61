import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAuthority } from "../../shared/hostname.ts";
import { parsePublicUrl } from "../../worker/public-url.ts";

describe("a public URL has one writing", () => {
  test.each([
    "https://shop.example.com/a?b=c",
    "https://SHOP.Example.COM/a?b=c",
    "https://shop.example.com./a?b=c",
    "https://shop.example.com:443/a?b=c",
    "https://user:secret@shop.example.com/a?b=c",
    "https://shop.example.com/a?b=c#fragment",
    "https://shop.example.com/x/../a?b=c",
  ])("%s", (raw) => {
    expect(parsePublicUrl(raw)).toEqual({
      hostname: "shop.example.com",
      href: "https://shop.example.com/a?b=c",
      protocol: "https",
      path: "/a",
      search: "?b=c",
    });
  });

  test("in which scheme, port, path and query are parts of the key", () => {
    const hrefs = ["http://a.example/", "https://a.example/", "https://a.example:8443/"].map(
      (raw) => parsePublicUrl(raw)?.href,
    );
    expect(hrefs).toEqual(["http://a.example/", "https://a.example/", "https://a.example:8443/"]);
  });
});

describe("is null where the host is no hostname", () => {
  test.each([
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://0x7f.1/",
    "https://under_score.example.com/",
    "https://a..example.com/",
    "https://-a.example.com/",
    "https://shop.example.com../",
    `https://${"a".repeat(64)}.example.com/`,
  ])("%s", (raw) => {
    expect(parsePublicUrl(raw)).toBeNull();
  });
});

/** What a parser makes of it, whatever way was taken. */
function byParser(raw: string): object | null {
  if (!URL.canParse(raw)) return null;
  const { host, protocol, pathname, search, port } = new URL(raw);
  const authority = parseAuthority(host);
  if (authority === null) return null;
  const { hostname } = authority;
  const own = port === "" ? hostname : `${hostname}:${port}`;
  return {
    hostname,
    href: `${protocol}//${own}${pathname}${search}`,
    protocol: protocol.slice(0, -1),
    path: pathname,
    search,
  };
}

describe("is what a parser reads, whether or not it needs one", () => {
  test.each([
    "https://shop.example.com",
    "https://shop.example.com?",
    "https://shop.example.com/?",
    "https://shop.example.com/a/./b/../c",
    "https://shop.example.com/.a",
    "https://shop.example.com/a/%2e%2E/b",
    "https://shop.example.com//a//b/",
    "https://shop.example.com/a?b='c'",
    "https://shop.example.com/a?b=%2f&c=|",
    "https://shop.example.com/a\\b",
    "https://shop.example.com/a\tb",
    "https://shop.example.com/a#",
    "https://shop.example.com/\u00e9",
    "https://shop.example.com/a?\u00e9",
    "https://xn--bcher-kva.example.com/",
    "https://shop.xn--p1ai/",
    "https://shop.example.com:443/",
    "https://shop.example.com:80/",
    "http://shop.example.com:80/",
    "https://user@shop.example.com/",
    "https://1.2.3/",
    "https://a.0x1/",
    "https://-a.example.com/",
    "https://a-.example.com/",
    "https://example/",
    "https://shop.example.com/ ",
    "https://shop.example.com/\n",
  ])("%j", (raw) => {
    expect(parsePublicUrl(raw)).toEqual(byParser(raw));
  });

  test("whatever of these characters it is made of", () => {
    const label = fc.stringMatching(/^(?:xn--)?[a-z0-9-]{1,4}$/);
    const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
    const some = fc.stringMatching(/^[\w!$&'()*+,;=:@~.%\\/?#^`{}|"<> -]{0,12}$/);
    fc.assert(
      fc.property(
        fc.constantFrom("http", "https"),
        host,
        fc.constantFrom("", "/", "/a", "/.", "/..", "/a/", "//"),
        some,
        (scheme, hostname, path, rest) => {
          const raw = `${scheme}://${hostname}${path}${rest}`;
          expect(parsePublicUrl(raw)).toEqual(byParser(raw));
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

test("the key never loses the path or the query, and never leaves the hostname", () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (raw) => {
      const parsed = parsePublicUrl(raw);
      fc.pre(parsed !== null);
      const url = new URL(raw);
      expect(new URL(parsed.href).host).toBe(url.host.replace(/\.(?=$|:)/, ""));
      expect(parsed.href.endsWith(`${url.pathname}${url.search}`)).toBe(true);
    }),
  );
});
