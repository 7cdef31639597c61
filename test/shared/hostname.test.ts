import { describe, expect, test } from "vitest";
import {
  isWildcard,
  parseAuthority,
  parseHostname,
  parseHostPattern,
  patternMatches,
  wildcardOver,
  type Hostname,
  type HostPattern,
} from "../../shared/hostname.ts";

const label63 = "a".repeat(63);
// 3 * (63 + 1) + 61 = 253 octets, the most that DNS can carry.
const name253 = `${label63}.${label63}.${label63}.${"b".repeat(61)}`;

describe("what is no hostname", () => {
  test.each([
    ["nothing", ""],
    ["a lone dot", "."],
    ["two trailing dots", "shop.example.com.."],
    ["a leading dot, which is no wildcard", ".wild.test"],
    ["an empty label", "shop..example.com"],
    ["a label of 64 octets", `${"a".repeat(64)}.test`],
    ["254 octets", `c${name253}`],
    ["255 octets of which the last is a dot", `c${name253}.`],
    ["an underscore", "_acme.example.com"],
    ["a hyphen first", "-shop.example.com"],
    ["a hyphen last", "shop-.example.com"],
    ["a lone hyphen", "-"],
    ["an IPv4 address", "192.0.2.1"],
    ["an IPv4 address with a trailing dot", "192.0.2.1."],
    ["an IPv4 address as URL parsers read it", "0x7f.1"],
    ["a hexadecimal number", "0x7f000001"],
    ["a number", "2130706433"],
    ["a bare 0x", "shop.0x"],
    ["an IPv6 address", "[2001:db8::1]"],
    ["an IPv6 address without brackets", "2001:db8::1"],
    ["a port", "shop.example.com:443"],
    ["userinfo", "user@shop.example.com"],
    ["a path", "shop.example.com/"],
    ["a list", "shop.example.com,blog.example.com"],
    ["a space before", " shop.example.com"],
    ["a space after", "shop.example.com "],
    ["a line break after", "shop.example.com\n"],
    ["a NUL inside", "shop.example.com\0.evil.test"],
    ["a percent sign", "shop%2eexample.com"],
    ["a wildcard", "*.example.com"],
    ["the Kelvin sign for a k", "\u212aiosk.example.com"],
    ["a dotless i", "sh\u0131p.example.com"],
    ["a full-width letter", "\uff53hop.example.com"],
    ["an ideographic full stop", "shop\u3002example.com"],
    ["a soft hyphen", "shop\u00ad.example.com"],
    ["an IDN that is not in its ASCII form", "b\u00fccher.example.com"],
  ])("%s is refused", (_, raw) => {
    expect(parseHostname(raw)).toBeNull();
  });
});

describe("the one writing of a hostname", () => {
  test.each([
    ["shop.example.com", "shop.example.com"],
    ["SHOP.Example.COM", "shop.example.com"],
    ["shop.example.com.", "shop.example.com"],
    ["xn--bcher-kva.example.com", "xn--bcher-kva.example.com"],
    ["localhost", "localhost"],
    ["a", "a"],
    ["1.2.3.4.example", "1.2.3.4.example"],
    ["0x7f.test", "0x7f.test"],
    ["shop.0xg", "shop.0xg"],
    ["0.shop0.example9", "0.shop0.example9"],
    ["shop.a0x1", "shop.a0x1"],
    ["constructor", "constructor"],
    [`${label63}.test`, `${label63}.test`],
    [name253, name253],
    [`${name253.toUpperCase()}.`, name253],
  ])("%s is %s", (raw, written) => {
    expect(parseHostname(raw)).toBe(written);
  });
});

describe("a pattern of the mapping", () => {
  test.each([
    ["two wildcards", "*.*.example.com"],
    ["a wildcard over one label", "*.test"],
    ["a wildcard over nothing", "*."],
    ["a bare wildcard", "*"],
    ["a wildcard within a label", "shop*.example.com"],
    ["a wildcard that is not first", "shop.*.example.com"],
    ["a wildcard over an empty label", "*..example.com"],
    ["a wildcard over an address", "*.192.0.2.1"],
    ["a leading dot", ".wild.test"],
    ["a wildcard that is too long to cover anything", `*.${name253.slice(1)}`],
  ])("cannot be %s", (_, raw) => {
    expect(parseHostPattern(raw)).toBeNull();
  });

  test.each([
    ["shop.example.com", "shop.example.com"],
    ["*.example.com", "*.example.com"],
    ["*.Example.COM.", "*.example.com"],
    [`*.${name253.slice(2)}`, `*.${name253.slice(2)}`],
  ])("%s is read as %s", (raw, written) => {
    expect(parseHostPattern(raw)).toBe(written);
  });

  test("is a wildcard only with its star", () => {
    expect(isWildcard("*.example.com" as HostPattern)).toBe(true);
    expect(isWildcard("shop.example.com" as HostPattern)).toBe(false);
  });

  test.each([
    ["*.wild.test", "wild.test", false],
    ["*.wild.test", "a.wild.test", true],
    ["*.wild.test", "a.b.wild.test", false],
    ["*.wild.test", "awild.test", false],
    ["wild.test", "a.wild.test", false],
    ["wild.test", "wild.test", true],
  ])("%s against %s: %s", (pattern, hostname, matches) => {
    expect(patternMatches(pattern as HostPattern, hostname as Hostname)).toBe(matches);
  });

  test("covers a hostname of three labels or more, by its parent", () => {
    expect(wildcardOver("a.b.test" as Hostname)).toBe("*.b.test");
    expect(wildcardOver("a.b.c.test" as Hostname)).toBe("*.b.c.test");
    expect(wildcardOver("b.test" as Hostname)).toBeNull();
    expect(wildcardOver("test" as Hostname)).toBeNull();
  });
});

describe("a Host header", () => {
  test.each([
    ["nothing", ""],
    ["a port alone", ":443"],
    ["an empty port", "shop.example.com:"],
    ["port 0", "shop.example.com:0"],
    ["port 65536", "shop.example.com:65536"],
    ["a port of six digits", "shop.example.com:100000"],
    ["a port with a leading zero", "shop.example.com:0443"],
    ["a signed port", "shop.example.com:+443"],
    ["a port with a space", "shop.example.com: 443"],
    ["a port in letters", "shop.example.com:https"],
    ["a port in other digits", "shop.example.com:\u0664\u0664\u0663"],
    ["two ports", "shop.example.com:443:443"],
    ["userinfo", "user@shop.example.com"],
    ["userinfo with a password", "user:1@shop.example.com"],
    ["a list", "shop.example.com, blog.example.com"],
    ["a list after a port", "shop.example.com:443, blog.example.com:443"],
    ["a space", "shop.example.com 443"],
    ["a tab after", "shop.example.com:443\t"],
    ["a path", "shop.example.com:443/"],
    ["a scheme", "https://shop.example.com"],
    ["an IPv6 address", "[::1]:443"],
    ["an IPv4 address", "127.0.0.1:443"],
    ["a wildcard", "*.example.com:443"],
  ])("with %s is refused", (_, raw) => {
    expect(parseAuthority(raw)).toBeNull();
  });

  test.each([
    ["shop.example.com", "shop.example.com", null],
    ["Shop.Example.com.", "shop.example.com", null],
    ["shop.example.com:1", "shop.example.com", 1],
    ["SHOP.example.com.:443", "shop.example.com", 443],
    ["shop.example.com:8080", "shop.example.com", 8080],
    ["shop.example.com:65535", "shop.example.com", 65_535],
  ])("%s is %s and port %s", (raw, hostname, port) => {
    expect(parseAuthority(raw)).toEqual({ hostname, port });
  });
});
