import { describe, expect, it } from "vitest";
import type { RenderFacts } from "../../cli/render/facts.ts";
import { ALB } from "../../cli/render/alb/alb.ts";
import { ENVOY } from "../../cli/render/envoy/envoy.ts";
import { GATEWAY_API } from "../../cli/render/gateway-api/gateway-api.ts";
import { SERVER_PROMISES } from "../../cli/render/promises.ts";
import type { Target } from "../../cli/render/rendering.ts";
import { TRAEFIK } from "../../cli/render/traefik/traefik.ts";
import { FULL, ISSUED, PLAIN } from "./made-up-facts.ts";

/*
 * Servers without a binary here. Nothing below says that they take what is rendered: only that it is what was meant, by
 * what their own documentation and sources say of each field.
 */

const PRUDENT: RenderFacts = { ...PLAIN, anyOfIssuer: true };

/** The documents behind the comments. */
function read(target: Target, facts: RenderFacts): readonly unknown[] {
  const rendering = target.render(facts);
  if (!rendering.ok) throw new Error(JSON.stringify(rendering.problems));
  const [, ...parts] = rendering.value[0].text.split(/^---$/m);
  return parts.map((part) => JSON.parse(part) as unknown);
}

/** Every value under a key, wherever it stands. */
function all(value: unknown, key: string): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  return entries.flatMap(([name, child]) => [...(name === key ? [child] : []), ...all(child, key)]);
}

function problemsOf(target: Target, facts: RenderFacts): readonly string[] {
  const rendering = target.render(facts);
  return rendering.ok ? [] : rendering.problems.map(({ path }) => path);
}

describe.each([ENVOY, TRAEFIK, GATEWAY_API, ALB])("$name", (target) => {
  it("says that nothing was measured, and claims nothing", () => {
    const rendering = target.render(PRUDENT);
    const text = rendering.ok ? rendering.value[0].text : "";
    expect(text).toContain("NOTHING of this was measured");
    expect(text).not.toContain("It keeps");
    expect(target.isMeasured).toBe(false);
  });

  it("has a word for every promise, and one alone", () => {
    const words = [...target.shortcomings(PRUDENT), ...(target.untried ?? [])];
    const told = words.flatMap(({ promises }) => promises);
    expect(told.toSorted()).toEqual([...SERVER_PROMISES].toSorted());
    expect(words.every(({ why }) => why.length > 10)).toBe(true);
    const rendering = target.render(PRUDENT);
    const text = rendering.ok ? rendering.value[0].text : "";
    const top = text.slice(0, text.indexOf("\n---\n"));
    expect(SERVER_PROMISES.filter((number) => !new RegExp(`${number}\\b`).test(top))).toEqual([]);
  });

  it("refuses report mode, which nothing would end", () => {
    expect(problemsOf(target, { ...FULL, anyOfIssuer: true })).toContain(
      'hosts["blog.example.com"].accept.mode',
    );
  });
});

describe("envoy", () => {
  const chains = all(read(ENVOY, PLAIN), "filter_chains").flat();

  it("has a chain for each name, and none without", () => {
    expect(all(chains, "server_names")).toEqual([
      ["origin-shop.example.net"],
      ["origin-blog.example.net"],
    ]);
    expect(chains).toHaveLength(2);
  });

  it("asks for a certificate, resumes nothing, and takes the listed hash alone", () => {
    for (const key of [
      "require_client_certificate",
      "disable_stateless_session_resumption",
      "disable_stateful_session_resumption",
    ])
      expect(all(chains, key)).toEqual([true, true]);
    const listed = PLAIN.origins.map(({ accepts }) =>
      accepts.by === "list"
        ? accepts.certificates.map(({ fingerprint }) => fingerprint.slice(7))
        : [],
    );
    expect(all(chains, "verify_certificate_hash")).toEqual(listed);
  });

  it("holds Host against the name of the chain: everything else is misdirected", () => {
    expect(all(chains, "domains")).toEqual([
      ["origin-shop.example.net", "origin-shop.example.net:*"],
      ["*"],
      ["origin-blog.example.net", "origin-blog.example.net:*"],
      ["*"],
    ]);
  });

  it("takes an issued certificate by an exact name, a wildcard's own never", () => {
    const regexes = all(read(ENVOY, ISSUED), "safe_regex");
    expect(regexes).toContainEqual({ regex: String.raw`tenant\.example\.com` });
    expect(all(read(ENVOY, ISSUED), "exact")).toEqual([]);
  });
});

describe("traefik", () => {
  it("has the listed certificates for anchors, and no session tickets", () => {
    const options = all(read(TRAEFIK, PLAIN), "options").find((value) => typeof value === "object");
    expect(all(options, "clientAuthType")).toEqual([
      "RequireAndVerifyClientCert",
      "RequireAndVerifyClientCert",
    ]);
    expect(all(options, "disableSessionTickets")).toEqual([true, true]);
    const [first] = all(options, "caFiles") as readonly string[][];
    expect(first).toEqual([expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/)]);
  });
});

describe.each([GATEWAY_API, ALB])("$name", (target) => {
  it("accepts every certificate of an issuer only where the operator says so", () => {
    expect(problemsOf(target, PLAIN)).toEqual([
      'hosts["shop.example.com"].accept.certificates',
      'hosts["blog.example.com"].accept.certificates',
    ]);
    expect(problemsOf(target, PRUDENT)).toEqual([]);
  });
});

describe("alb", () => {
  it("verifies, with expiry, and answers what no rule takes", () => {
    const template = read(ALB, PRUDENT);
    expect(all(template, "MutualAuthentication")).toMatchObject([
      { Mode: "verify", IgnoreClientCertificateExpiry: false },
    ]);
    expect(all(template, "FixedResponseConfig")).toEqual([{ StatusCode: "421" }]);
  });

  it("refuses two issuers at one listener", () => {
    const [shop, blog] = PRUDENT.origins;
    const other = { ...shop.issuer, name: "other" as typeof shop.issuer.name };
    const facts: RenderFacts = {
      ...PRUDENT,
      origins: [shop, { ...(blog ?? shop), issuer: other }],
    };
    expect(problemsOf(ALB, facts)).toEqual(['hosts["blog.example.com"].accept.issuer']);
  });
});
