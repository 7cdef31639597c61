import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { addressBytes } from "../../../origin-verifier/proxy-protocol/address-bytes.ts";
import { crc32c } from "../../../origin-verifier/proxy-protocol/crc32c.ts";
import {
  proxyHeader,
  type ProxyHeader,
} from "../../../origin-verifier/proxy-protocol/write-header.ts";
import { readProxyHeader } from "../../support/proxy-header-reader.ts";

const HEADER: ProxyHeader = {
  source: { address: "192.0.2.1", port: 40_112 },
  destination: { address: "203.0.113.9", port: 443 },
  authority: "origin-shop.example.net",
  tlsVersion: "TLSv1.3",
  accepted: true,
};
const text = (bytes: Buffer | undefined) => bytes?.toString("latin1");

describe("a PROXY protocol header", () => {
  it("is these bytes, for IPv4", () => {
    expect(proxyHeader(HEADER).toString("hex")).toBe(
      [
        "0d0a0d0a000d0a515549540a", // the signature
        "21", // version 2, PROXY
        "11", // TCP over IPv4
        "004a", // 74 bytes follow
        "c0000201cb0071099cb001bb", // the addresses and the ports
        "010008687474702f312e31", // ALPN http/1.1
        "0200176f726967696e2d73686f702e6578616d706c652e6e6574", // the authority
        "20000f0700000000", // TLS, a certificate, and a good one
        "210007544c5376312e33", // its version
        "030004d391be26", // CRC-32C
      ].join(""),
    );
  });

  it("says the same to an independent reader, for both families", () => {
    const v6 = {
      ...HEADER,
      source: { address: "2001:db8::1", port: 1 },
      destination: { address: "fe80::2%eth0", port: 65_535 },
    };
    expect(readProxyHeader(proxyHeader(HEADER))).toMatchObject({
      command: "PROXY",
      family: "TCP4",
      source: "192.0.2.1 40112",
      destination: "203.0.113.9 443",
      ssl: { client: 0x07, verify: 0 },
    });
    const read = readProxyHeader(proxyHeader(v6));
    expect(read).toMatchObject({
      family: "TCP6",
      source: "2001:0db8:0000:0000:0000:0000:0000:0001 1",
      destination: "fe80:0000:0000:0000:0000:0000:0000:0002 65535",
    });
    expect([0x01, 0x02, 0x21].map((type) => text(read?.tlvs.get(type)))).toEqual([
      "http/1.1",
      "origin-shop.example.net",
      "TLSv1.3",
    ]);
    expect(read?.length).toBe(proxyHeader(v6).length);
  });

  it("says nothing of a certificate that was not accepted", () => {
    const read = readProxyHeader(proxyHeader({ ...HEADER, accepted: false }));
    expect(read?.ssl).toEqual({ client: 0x01, verify: 1 });
  });

  it("takes an IPv4 address for one, where the socket is of both families", () => {
    const mapped = {
      ...HEADER,
      source: { address: "::ffff:192.0.2.1", port: 40_112 },
      destination: { address: "::ffff:203.0.113.9", port: 443 },
    };
    expect(proxyHeader(mapped)).toEqual(proxyHeader(HEADER));
  });

  it("says no address where one is not known", () => {
    for (const address of ["unknown", "", "2001:db8::1"]) {
      const read = readProxyHeader(proxyHeader({ ...HEADER, source: { address, port: 0 } }));
      expect(read).toMatchObject({ command: "PROXY", family: "UNSPEC", source: null });
      expect(text(read?.tlvs.get(0x02))).toBe("origin-shop.example.net");
    }
  });
});

test.each([
  ["192.0.2.1", "c0000201"],
  ["::ffff:192.0.2.1", "c0000201"],
  ["::", "00000000000000000000000000000000"],
  ["::1", "00000000000000000000000000000001"],
  ["2001:db8:1:2:3:4:5:6", "20010db8000100020003000400050006"],
  ["2001:db8::6", "20010db8000000000000000000000006"],
  ["64:ff9b::192.0.2.1", "0064ff9b0000000000000000c0000201"],
  ["fe80::1%eth0", "fe800000000000000000000000000001"],
  ["192.0.2", null],
  ["example.net", null],
  ["", null],
])("the address %j is %s", (written, hex) => {
  expect(addressBytes(written)?.toString("hex") ?? null).toBe(hex);
});

it("the bytes of an IPv6 address are the same in each of its writings", () => {
  const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  });
  fc.assert(
    fc.property(groups, (values) => {
      const full = values.map((value) => value.toString(16)).join(":");
      // An independent writer: the URL parser's shortest form.
      const shortest = new URL(`http://[${full}]`).hostname.slice(1, -1);
      const hex = values.map((value) => value.toString(16).padStart(4, "0")).join("");
      expect(addressBytes(full)?.toString("hex")).toBe(hex);
      expect(hex.endsWith(addressBytes(shortest)?.toString("hex") ?? "none")).toBe(true);
    }),
  );
});

// RFC 3720 B.4.
test.each([
  ["00".repeat(32), 0x8a9136aa],
  ["ff".repeat(32), 0x62a8ab43],
  [Buffer.from("123456789").toString("hex"), 0xe3069283],
])("CRC-32C of %s", (hex, sum) => {
  expect(crc32c(Buffer.from(hex, "hex"))).toBe(sum);
});
