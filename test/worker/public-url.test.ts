import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
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
