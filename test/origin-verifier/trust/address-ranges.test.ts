import { describe, expect, test } from "vitest";
import { parseAddressRanges } from "../../../origin-verifier/trust/address-ranges.ts";

const pathsOf = (text: string): readonly string[] => {
  const read = parseAddressRanges(text);
  return read.ok ? [] : read.problems.map(({ path }) => path);
};

describe("a file of address ranges is refused", () => {
  test.each(["", "\n\n", "# nobody\n", "  # 192.0.2.0/24"])("with nobody in it (%j)", (text) => {
    expect(pathsOf(text)).toEqual([""]);
  });

  test.each(["10.0.0.0/8", "fc00::/7", "::ffff:192.0.2.0/120"])(
    "not for %s, which is wide",
    (range) => {
      expect(pathsOf(range)).toEqual([]);
    },
  );

  test.each([
    "0.0.0.0/0",
    "::/0",
    // Two of these are everybody.
    "0.0.0.0/1",
    "128.0.0.0/1",
    "64.0.0.0/7",
    "8000::/1",
    // Every IPv4 address, as IPv6 writes it.
    "::ffff:0:0/96",
    "::/8",
    "::/64",
  ])("with everybody in it (%s)", (range) => {
    expect(pathsOf(`192.0.2.0/24\n${range}\n`)).toEqual(["line 2"]);
  });

  test.each([
    "192.0.2.0/33",
    "192.0.2.0/",
    "192.0.2.0/-1",
    "192.0.2/24",
    "192.0.2.0-192.0.2.9",
    "2001:db8::/129",
    "fe80::1%eth0",
    "example.com",
    "192.0.2.1, 192.0.2.2",
    "192.0.2.0/24/8",
  ])("with %s in it, which is no range", (range) => {
    expect(pathsOf(range)).toEqual(["line 1"]);
  });

  test("with every line that is wrong, at once", () => {
    expect(pathsOf("a\n192.0.2.0/24\nb\n")).toEqual(["line 1", "line 3"]);
  });

  test("with more ranges than anybody means", () => {
    expect(pathsOf("192.0.2.1\n".repeat(1_001))).toEqual([""]);
  });
});

describe("an address", () => {
  const read = parseAddressRanges(
    "# ours\r\n192.0.2.0/24 # an office\r\n\r\n2001:DB8::/32\r\n198.51.100.7",
  );
  const includes = (address: string): boolean => read.ok && read.value.includes(address);

  test.each(["192.0.3.1", "198.51.100.8", "2001:db9::1", "::1", "", "shop", "192.0.2.1\n"])(
    "outside is outside (%j)",
    (address) => {
      expect(includes(address)).toBe(false);
    },
  );

  test.each(["192.0.2.0", "192.0.2.255", "198.51.100.7", "2001:db8::1", "::ffff:192.0.2.7"])(
    "inside is inside, as a listener on :: writes it too (%s)",
    (address) => {
      expect(includes(address)).toBe(true);
    },
  );

  test("of IPv6's writing that is outside stays outside", () => {
    expect(includes("::ffff:192.0.3.7")).toBe(false);
  });
});
