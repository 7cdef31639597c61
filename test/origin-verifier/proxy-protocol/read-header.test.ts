import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  readHeader,
  readHeaderStart,
} from "../../../origin-verifier/proxy-protocol/read-header.ts";
import { proxyHeader } from "../../../origin-verifier/proxy-protocol/write-header.ts";
import { readProxyHeader } from "../../support/proxy-header-reader.ts";

const SIGNATURE = "0d0a0d0a000d0a515549540a";
const hex = (...parts: readonly string[]): Buffer => Buffer.from(parts.join(""), "hex");
const V4 = "c0000201cb0071099cb001bb";
const start = (rest: string) => readHeaderStart(hex(SIGNATURE, rest));
/** As the verifier reads: the first 16 bytes, and then as many as they say. */
function read(bytes: Buffer) {
  const begun = readHeaderStart(bytes.subarray(0, 16));
  return begun.ok ? readHeader(bytes.subarray(0, 16 + begun.rest)) : begun;
}

describe("a header of PROXY protocol version 2 is refused", () => {
  it.each([
    ["with another signature", Buffer.from("PROXY TCP4 192.0", "latin1")],
    ["that is the beginning of a handshake", hex("16030100c8010000c40303000000000000")],
    ["of version 1 in its binary form", hex(SIGNATURE, "11", "11", "000c")],
    ["of a command that nobody knows", hex(SIGNATURE, "22", "11", "000c")],
    ["of UDP", hex(SIGNATURE, "21", "12", "000c")],
    ["of a Unix socket", hex(SIGNATURE, "21", "31", "00d8")],
    ["that is too short for its addresses", hex(SIGNATURE, "21", "11", "000b")],
    ["that is too short for its addresses, in IPv6", hex(SIGNATURE, "21", "21", "0023")],
    ["of more than 4 KiB", hex(SIGNATURE, "21", "11", "0ff1")],
    ["of more than 4 KiB, though nobody would read it", hex(SIGNATURE, "20", "00", "ffff")],
  ])("%s", (_what, bytes) => {
    expect(readHeaderStart(bytes)).toMatchObject({ ok: false });
  });

  it.each([
    ["whose TLV ends too soon", hex(SIGNATURE, "21", "11", "000f", V4, "010001")],
    ["whose TLV has no length", hex(SIGNATURE, "21", "11", "000d", V4, "01")],
    ["whose checksum is wrong", hex(SIGNATURE, "21", "11", "0013", V4, "03000400000000")],
    ["whose checksum is of another size", hex(SIGNATURE, "21", "11", "0012", V4, "030003000000")],
  ])("%s", (_what, bytes) => {
    expect(read(bytes)).toMatchObject({ ok: false });
  });

  it("after a change of any one byte that its checksum covers", () => {
    const whole = proxyHeader({
      source: { address: "192.0.2.1", port: 40_112 },
      destination: { address: "203.0.113.9", port: 443 },
      authority: "origin-shop.example.net",
      tlsVersion: "TLSv1.3",
      accepted: true,
    });
    expect(read(whole)).toMatchObject({ ok: true });
    // Whether there is a checksum at all is said by one byte: its type.
    const checksumType = whole.length - 7;
    for (let at = 0; at < whole.length; at += 1) {
      if (at === checksumType) continue;
      const changed = Buffer.from(whole);
      changed.writeUInt8(whole.readUInt8(at) ^ 0x40, at);
      expect(read(changed), `byte ${at}`).not.toMatchObject({ ok: true, source: { port: 40_112 } });
    }
  });
});

describe("a header of PROXY protocol version 2", () => {
  it("says who connected", () => {
    expect(start(`2111000c`)).toEqual({ ok: true, rest: 12 });
    expect(read(hex(SIGNATURE, "21", "11", "000c", V4))).toEqual({
      ok: true,
      isOwn: false,
      source: { address: "192.0.2.1", port: 40_112 },
    });
    const v6 = `${"20010db8000000000000000000000001".repeat(2)}9cb001bb`;
    expect(read(hex(SIGNATURE, "21", "21", "0024", v6))).toEqual({
      ok: true,
      isOwn: false,
      source: { address: "2001:db8::1", port: 40_112 },
    });
  });

  it("says nobody where the balancer connects for itself, or does not know", () => {
    const nobody = { ok: true, source: null };
    expect(read(hex(SIGNATURE, "20", "00", "0000"))).toEqual({ ...nobody, isOwn: true });
    expect(read(hex(SIGNATURE, "20", "11", "000c", V4))).toEqual({ ...nobody, isOwn: true });
    expect(read(hex(SIGNATURE, "21", "00", "0000"))).toEqual({ ...nobody, isOwn: false });
  });

  it("is read as an independent reader reads it, whoever wrote it", () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    const end = fc.record({ address, port: fc.integer({ min: 0, max: 65_535 }) });
    fc.assert(
      fc.property(end, end, fc.boolean(), (source, destination, accepted) => {
        const header = proxyHeader({
          source,
          destination,
          authority: "origin.example.net",
          tlsVersion: "TLSv1.3",
          accepted,
        });
        const ours = read(header);
        const theirs = readProxyHeader(header)?.source ?? null;
        expect(ours.ok).toBe(true);
        const said = ours.ok ? ours.source : null;
        // Both in the one writing that the system has for an address.
        expect(said === null ? null : said.port).toBe(
          theirs === null ? null : Number(theirs.split(" ")[1]),
        );
        expect(said === null).toBe(theirs === null);
      }),
    );
  });

  it("never keeps a reader from its end: any bytes are an address or a detail", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 200 }), (bytes) => {
        const whole = Buffer.concat([Buffer.from(SIGNATURE, "hex"), Buffer.from(bytes)]);
        const begun = readHeaderStart(whole.subarray(0, 16));
        if (!begun.ok || whole.length < 16 + begun.rest) return;
        expect(typeof read(whole).ok).toBe("boolean");
      }),
    );
  });
});
