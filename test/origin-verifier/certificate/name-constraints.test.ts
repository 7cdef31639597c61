import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from "@peculiar/asn1-x509";
import type { Name } from "@peculiar/asn1-x509";
import { describe, expect, it } from "vitest";
import { readAlternativeNames } from "../../../origin-verifier/certificate/alternative-names.ts";
import {
  brokenConstraint,
  nameConstraintProblems,
} from "../../../origin-verifier/certificate/name-constraints.ts";
import { name } from "../../support/certificate-parts.ts";

type Names = readonly (string | Partial<GeneralName>)[];

function general(names: Names): readonly GeneralName[] {
  return names.map((one) => new GeneralName(typeof one === "string" ? { dNSName: one } : one));
}

function constraints(limits: {
  readonly permitted?: Names;
  readonly excluded?: Names;
}): NameConstraints {
  const subtrees = (names: Names): GeneralSubtrees =>
    new GeneralSubtrees(general(names).map((base) => new GeneralSubtree({ base })));
  return new NameConstraints({
    ...(limits.permitted === undefined ? {} : { permittedSubtrees: subtrees(limits.permitted) }),
    ...(limits.excluded === undefined ? {} : { excludedSubtrees: subtrees(limits.excluded) }),
  });
}

function broken(
  limits: { readonly permitted?: Names; readonly excluded?: Names },
  names: Names,
  subjectName: Name = name(),
): string | null {
  const facts = { names: readAlternativeNames(general(names)), subjectName };
  return brokenConstraint(constraints(limits), facts);
}

function of(subtree: GeneralSubtree): NameConstraints {
  return new NameConstraints({ permittedSubtrees: new GeneralSubtrees([subtree]) });
}

describe("a permitted dNSName", () => {
  it.each([
    ["example.com", "example.com"],
    ["example.com", "a.b.example.com"],
    ["example.com", "*.example.com"],
    ["example.com", "SHOP.EXAMPLE.COM."],
    ["EXAMPLE.com", "shop.example.com"],
    ["", "anything.test"],
  ])("%j holds %s", (base, host) => {
    expect(broken({ permitted: [base] }, [host])).toBeNull();
  });

  it.each([
    ["example.com", "notexample.com"],
    ["example.com", "example.com.evil.test"],
    ["example.com", "com"],
    ["foo.example.com", "*.example.com"],
    ["example.com", ".example.com"],
    ["example.com", "*.*.example.com"],
    ["example.com", "sh*p.example.com"],
    ["example.com", "a b.example.com"],
    ["", "not a name"],
  ])("%j does not hold %s", (base, host) => {
    expect(broken({ permitted: [base] }, [host])).toBe("a dNSName that is not permitted");
  });

  it("is one of several, and every name needs one", () => {
    const permitted = ["a.test", "b.test"];
    expect(broken({ permitted }, ["x.a.test", "x.b.test"])).toBeNull();
    expect(broken({ permitted }, ["x.a.test", "x.c.test"])).not.toBeNull();
  });

  it("says nothing about names of other forms", () => {
    expect(broken({ permitted: ["a.test"] }, [{ iPAddress: "192.0.2.1" }], name("x"))).toBeNull();
  });
});

describe("an excluded dNSName", () => {
  it.each([
    ["example.com", "example.com"],
    ["example.com", "a.example.com"],
    ["bar.example.com", "*.example.com"],
    ["example.com", "*.example.com"],
    ["example.com", "EXAMPLE.COM."],
    ["example.com", "not a name"],
    ["example.com", "*"],
    ["", "anything.test"],
  ])("%j touches %s", (base, host) => {
    expect(broken({ excluded: [base] }, [host])).toBe("an excluded dNSName");
  });

  it.each([
    ["example.com", "example.net"],
    ["example.com", "notexample.com"],
    ["a.example.com", "example.com"],
    ["example.com", "*.example.net"],
  ])("%j does not touch %s", (base, host) => {
    expect(broken({ excluded: [base] }, [host])).toBeNull();
  });

  it("weighs more than a permitted one", () => {
    expect(broken({ permitted: ["a.test"], excluded: ["b.a.test"] }, ["b.a.test"])).toBe(
      "an excluded dNSName",
    );
  });
});

describe("an iPAddress", () => {
  const v4 = { iPAddress: "192.0.2.0/24" };
  const v6 = { iPAddress: "2001:db8::/32" };

  it.each([
    [v4, "192.0.2.1", null],
    [v4, "192.0.3.1", "a iPAddress that is not permitted"],
    [v6, "2001:db8:1::1", null],
    [v6, "2001:db9::1", "a iPAddress that is not permitted"],
    [v4, "2001:db8::1", "a iPAddress that is not permitted"],
    [v4, "::ffff:c000:201", "a iPAddress that is not permitted"],
    [v4, "192.0.2.0/24", "a iPAddress that is not permitted"],
  ])("permitted %j, held by %s: %s", (base, address, result) => {
    expect(broken({ permitted: [base] }, [{ iPAddress: address }])).toBe(result);
  });

  it.each([
    [v4, "192.0.2.1", "an excluded iPAddress"],
    [v4, "198.51.100.1", null],
    [v4, "192.0.2.0/24", "an excluded iPAddress"],
    [v6, "192.0.2.1", null],
  ])("excluded %j, touched by %s: %s", (base, address, result) => {
    expect(broken({ excluded: [base] }, [{ iPAddress: address }])).toBe(result);
  });
});

describe("a directoryName", () => {
  const prefix = { directoryName: name(["2.5.4.10", "Example"]) };

  it("permitted, must begin the subject byte for byte", () => {
    const permitted = [prefix];
    expect(broken({ permitted }, [], name(["2.5.4.10", "Example"], "shop"))).toBeNull();
    expect(broken({ permitted }, [], name(["2.5.4.10", "example"], "shop"))).not.toBeNull();
    expect(broken({ permitted }, [], name("shop", ["2.5.4.10", "Example"]))).not.toBeNull();
    expect(broken({ permitted }, [], name())).toBeNull();
  });

  it("permitted, must begin it with all its parts", () => {
    const directoryName = name(["2.5.4.6", "DE"], ["2.5.4.10", "Example"]);
    const permitted = [{ directoryName }];
    const within = name(["2.5.4.6", "DE"], ["2.5.4.10", "Example"], "shop");
    expect(broken({ permitted }, [], within)).toBeNull();
    expect(broken({ permitted }, [], directoryName)).toBeNull();
    expect(broken({ permitted }, [], name(["2.5.4.6", "DE"]))).not.toBeNull();
    const other = name(["2.5.4.6", "DE"], ["2.5.4.10", "Other"], "shop");
    expect(broken({ permitted }, [], other)).not.toBeNull();
  });

  it("permitted, must begin those of subjectAltName too", () => {
    const own = name(["2.5.4.10", "Example"], "shop");
    expect(broken({ permitted: [prefix] }, [{ directoryName: own }], own)).toBeNull();
    expect(broken({ permitted: [prefix] }, [{ directoryName: name("x") }], own)).not.toBeNull();
  });

  it("excluded, excludes every subject, for names that look different may be the same", () => {
    expect(broken({ excluded: [prefix] }, [], name("another"))).toBe("an excluded directoryName");
    expect(broken({ excluded: [prefix] }, [], name())).toBeNull();
  });
});

describe("any other form", () => {
  it.each([
    ["mail", { rfc822Name: "example.com" }, { rfc822Name: "a@example.com" }],
    [
      "URI",
      { uniformResourceIdentifier: "example.com" },
      { uniformResourceIdentifier: "spiffe://example.com/a" },
    ],
  ])("of constraint refuses a certificate with such a name: %s", (_, base, one) => {
    expect(broken({ permitted: [base] }, [one])).not.toBeNull();
    expect(broken({ excluded: [base] }, [one])).not.toBeNull();
    expect(broken({ permitted: [base], excluded: [base] }, ["shop.example.com"])).toBeNull();
  });

  it("of mail counts a mail address within the subject", () => {
    const subject = name(["1.2.840.113549.1.9.1", "a@example.com"]);
    expect(broken({ permitted: [{ rfc822Name: "example.com" }] }, [], subject)).not.toBeNull();
  });
});

describe("too many names and constraints", () => {
  it("are refused, not compared", () => {
    const names = Array.from({ length: 600 }, (_, index) => `h${index}.example.com`);
    const excluded = Array.from({ length: 600 }, (_, index) => `h${index}.example.net`);
    expect(broken({ excluded }, names)).toBe("more names and name constraints than are compared");
    expect(broken({ excluded: excluded.slice(0, 100) }, names)).toBeNull();
  });
});

describe("constraints by themselves", () => {
  it("are fine as ordinary tools make them", () => {
    const limits = constraints({
      permitted: [
        "example.com",
        "internal",
        { rfc822Name: "@example.com" },
        { directoryName: name("x") },
      ],
      excluded: ["", { iPAddress: "0.0.0.0/0" }, { iPAddress: "::/0" }],
    });
    expect(nameConstraintProblems(limits)).toEqual([]);
  });

  it("are a problem with a minimum or a maximum", () => {
    const base = new GeneralName({ dNSName: "example.com" });
    expect(nameConstraintProblems(of(new GeneralSubtree({ base })))).toEqual([]);
    expect(nameConstraintProblems(of(new GeneralSubtree({ base, minimum: 1 })))).toHaveLength(1);
    expect(nameConstraintProblems(of(new GeneralSubtree({ base, maximum: 0 })))).toHaveLength(1);
  });

  it("are a problem when there are none", () => {
    expect(nameConstraintProblems(constraints({}))).toHaveLength(1);
    expect(nameConstraintProblems(constraints({ permitted: [], excluded: [] }))).toHaveLength(1);
  });
});
