import { describe, expect, test } from "vitest";
import { originProblem, parseOrigin } from "../../shared/origin.ts";

describe("an origin", () => {
  test.each([
    ["https://origin-shop.example.net", "origin-shop.example.net", 443],
    ["https://origin-shop.example.net:8443", "origin-shop.example.net", 8443],
    ["https://localhost:1", "localhost", 1],
    ["https://origin.example.net:65535", "origin.example.net", 65_535],
  ])("%s is %s, port %s", (raw, hostname, port) => {
    expect(parseOrigin(raw)).toEqual({ url: raw, hostname, port });
  });

  test.each([
    ["nothing", ""],
    ["the scheme alone", "https://"],
    ["no scheme", "origin.example.net"],
    ["a scheme-relative form", "//origin.example.net"],
    ["plain http", "http://origin.example.net"],
    ["another scheme", "wss://origin.example.net"],
    ["an upper-case scheme", "HTTPS://origin.example.net"],
    ["one slash", "https:/origin.example.net"],
    ["three slashes", "https:///origin.example.net"],
    ["backslashes", "https:\\\\origin.example.net"],
    ["a trailing slash", "https://origin.example.net/"],
    ["a path", "https://origin.example.net/a"],
    ["a query", "https://origin.example.net?a"],
    ["a fragment", "https://origin.example.net#a"],
    ["userinfo", "https://user@origin.example.net"],
    ["userinfo that looks like the host", "https://origin.example.net@evil.test"],
    ["an empty port", "https://origin.example.net:"],
    ["port 0", "https://origin.example.net:0"],
    ["port 65536", "https://origin.example.net:65536"],
    ["a port with a leading zero", "https://origin.example.net:0443"],
    ["an IPv4 address", "https://192.0.2.1"],
    ["an IPv4 address in hexadecimal", "https://0x7f.1"],
    ["an IPv6 address", "https://[2001:db8::1]"],
    ["a wildcard", "https://*.example.net"],
    ["a space before", " https://origin.example.net"],
    ["a line break after", "https://origin.example.net\n"],
    ["a tab inside", "https://origin\t.example.net"],
    ["the Kelvin sign", "https://\u212aiosk.example.net"],
    ["a percent sign", "https://origin%2eexample.net"],
  ])("has not %s", (_, raw) => {
    expect(parseOrigin(raw)).toBeNull();
  });

  test.each([
    ["its port where it is 443", "https://origin.example.net:443"],
    ["its hostname in upper case", "https://Origin.Example.net"],
    ["its hostname with a trailing dot", "https://origin.example.net."],
    ["all of these", "https://ORIGIN.example.net.:443"],
  ])("is not written with %s: the problem says how to write it", (_, raw) => {
    expect(parseOrigin(raw)).toBeNull();
    expect(originProblem(raw)).toBe("write it as https://origin.example.net");
  });

  test("of plain http is told that a pull is always https", () => {
    expect(originProblem("http://origin.example.net")).toContain("always https");
    expect(originProblem("HTTP://origin.example.net")).toContain("always https");
  });

  test.each(["/", "/a", "?a", "#a"])("with %s after it is told so", (after) => {
    expect(originProblem(`https://origin.example.net${after}`)).toContain("nothing may follow");
  });

  test.each([
    "",
    "origin.example.net",
    "https://",
    "https://192.0.2.1",
    "https://a b",
    "xhttp://a",
  ])("unlike %j gets an example", (raw) => {
    expect(originProblem(raw)).toContain("https://origin-shop.example.net");
  });
});
