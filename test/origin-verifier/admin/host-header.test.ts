import { describe, expect, test } from "vitest";
import { isAnsweredHost } from "../../../origin-verifier/admin/host-header.ts";
import type { Hostname } from "../../../shared/hostname.ts";

const here = { loopback: true, hosts: [] } as const;
const everywhere = { loopback: false, hosts: ["admin.example.com" as Hostname] } as const;

describe("on this machine alone", () => {
  test.each([
    "",
    "evil.example.com",
    "evil.example.com:9464",
    "127.0.0.1.example.com",
    "localhost.example.com",
    "127.0.0.1@evil.example.com",
    "evil.example.com#localhost",
    "localhost:9464:9464",
    "localhost, evil.example.com",
    "localhost ",
    "10.0.0.5",
    "0.0.0.0:9464",
    "[::]",
    "[fe80::1]",
    "::1",
    "0x7f.1",
    "2130706433",
    "[localhost]",
    "admin.example.com",
    "x".repeat(10_000),
  ])("does not answer %j", (host) => {
    expect(isAnsweredHost(host, here)).toBe(false);
  });

  test.each([
    "localhost",
    "LOCALHOST:9464",
    "localhost.",
    "127.0.0.1",
    "127.0.0.1:9464",
    "127.9.9.9",
    "[::1]",
    "[::1]:9464",
  ])("answers %s", (host) => {
    expect(isAnsweredHost(host, here)).toBe(true);
  });
});

describe("reachable from elsewhere", () => {
  test.each(["", "evil.example.com", "x.admin.example.com", "example.com:9464", "[::1", "10.0.0"])(
    "does not answer the name %j, which a web page could lead here",
    (host) => {
      expect(isAnsweredHost(host, everywhere)).toBe(false);
    },
  );

  test.each([
    "admin.example.com",
    "Admin.Example.com:9464",
    "10.0.0.5:9464",
    "[2001:db8::5]:9464",
    "localhost",
  ])("answers %s", (host) => {
    expect(isAnsweredHost(host, everywhere)).toBe(true);
  });
});
