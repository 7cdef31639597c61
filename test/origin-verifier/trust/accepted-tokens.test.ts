import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import * as jose from "jose";
import { describe, expect, it, test } from "vitest";
import { acceptTokens } from "../../../origin-verifier/trust/accepted-tokens.ts";
import {
  AUDIENCE,
  BASE64URL,
  encoded,
  goodClaims,
  ISSUER,
  mintAccessKey,
  signToken,
  TEAM,
} from "../../support/access.ts";

const NOW = 1_800_000_000;
const [key, next, strange] = [mintAccessKey("now"), mintAccessKey("next"), mintAccessKey("now")];
const keys = new Map([key, next].map(({ kid, publicKey }) => [kid, publicKey]));
const tokens = acceptTokens({ team: TEAM, audiences: ["0b".repeat(32), AUDIENCE] }, keys, jose);
const claims = goodClaims(NOW);
const doubtOf = (token: string, now = NOW): string | null => tokens.doubtOf(token, now * 1_000);
const [head = "", body = "", signature = ""] = signToken(key, claims).split(".");
const NO_TOKEN = "is no token";
const NO_KEY = "is signed with a key that is not in the file";
const ALG = "is not signed with RS256";

describe("a token is not taken", () => {
  test.each([
    ["that is empty", ""],
    ["that is a word", "token"],
    ["with a part missing", `${head}.${body}`],
    ["with an empty signature", `${head}.${body}.`],
    ["with an empty payload", `${head}..${signature}`],
    ["with a fourth part", `${head}.${body}.${signature}.x`],
    ["with padding", `${head}.${body}.${signature}==`],
    ["behind another", `${head}.${body}.${signature}, ${head}.${body}.${signature}`],
    ["behind a space", ` ${head}.${body}.${signature}`],
    ["whose header is no JSON", `bm8.${body}.${signature}`],
    ["whose header is a list", `${encoded([])}.${body}.${signature}`],
  ])("%s", (_, token) => {
    expect(doubtOf(token)).toBe(NO_TOKEN);
  });

  test("whose signature is spelled in another way: the last character has bits to spare", () => {
    const octets = Buffer.from(signature, "base64url");
    const spelled = Array.from(BASE64URL, (last) => `${signature.slice(0, -1)}${last}`).filter(
      (other) => Buffer.from(other, "base64url").equals(octets),
    );
    expect(spelled).toHaveLength(16);
    const taken = spelled.filter((other) => doubtOf(`${head}.${body}.${other}`) === null);
    expect(taken).toEqual([signature]);
  });

  test("that is larger than any token, whatever it holds", () => {
    const huge = signToken(key, { ...claims, groups: "x".repeat(8_192) });
    expect(doubtOf(huge)).toBe("is longer than 8192 characters");
  });

  test("without a signature: alg none, in any case, and with whatever stands for one", () => {
    for (const alg of ["none", "None", "NONE", "nOnE"])
      for (const last of ["", "x", signature])
        expect(doubtOf(`${encoded({ alg, kid: "now" })}.${body}.${last}`)).toBe(
          last === "" ? NO_TOKEN : ALG,
        );
  });

  test("under a MAC for whose secret the public key is taken", () => {
    const spki = { type: "spki" } as const;
    const secrets = [
      key.publicKey.export({ ...spki, format: "pem" }),
      key.publicKey.export({ ...spki, format: "der" }),
      JSON.stringify(key.jwk),
    ];
    for (const secret of secrets) {
      const signed = `${encoded({ alg: "HS256", kid: "now" })}.${body}`;
      const mac = createHmac("sha256", secret).update(signed).digest("base64url");
      expect(doubtOf(`${signed}.${mac}`)).toBe(ALG);
    }
  });

  test.each([
    "RS512",
    "RS384",
    "PS256",
    "ES256",
    "EdDSA",
    "rs256",
    undefined,
    null,
    256,
    ["RS256"],
  ])("for another algorithm: %s", (alg) => {
    expect(doubtOf(signToken(key, claims, { alg }))).toBe(ALG);
  });

  test.each(["other", "", undefined, null, 0, "__proto__", ["now"]])(
    "for a key id that is not in the file: %s",
    (kid) => {
      expect(doubtOf(signToken(key, claims, { kid }))).toBe(NO_KEY);
    },
  );

  test("under a key that it brings or names itself", () => {
    const brought = {
      jwk: strange.jwk,
      jku: "https://evil.test/keys",
      x5u: "https://evil.test/certificate",
      x5c: [strange.publicKey.export({ type: "spki", format: "der" }).toString("base64")],
    };
    for (const [member, value] of Object.entries(brought)) {
      expect(doubtOf(signToken(strange, claims, { [member]: value }))).toBe(
        "has a wrong signature",
      );
      expect(doubtOf(signToken(strange, claims, { [member]: value, kid: "evil" }))).toBe(NO_KEY);
    }
    expect(doubtOf(signToken(strange, claims, brought))).toBe("has a wrong signature");
  });

  test("under the other key of the file than it names", () => {
    expect(doubtOf(signToken(next, claims, { kid: "now" }))).toBe("has a wrong signature");
  });

  test("with a part of another", () => {
    const other = signToken(key, { ...claims, aud: ["f".repeat(64)] }).split(".");
    expect(doubtOf(`${head}.${body}.${other[2]}`)).toBe("has a wrong signature");
    expect(doubtOf(`${head}.${other[1]}.${signature}`)).toBe("has a wrong signature");
  });

  test("that asks for what is not understood", () => {
    for (const crit of [["exp"], ["b64"], []])
      expect(doubtOf(signToken(key, claims, { crit, b64: true }))).not.toBeNull();
  });

  test.each([
    "https://other.cloudflareaccess.com",
    `${ISSUER}/`,
    ISSUER.toUpperCase(),
    ISSUER.replace("https", "http"),
    `${ISSUER}.evil.test`,
    TEAM,
    undefined,
    null,
    [ISSUER],
  ])("of another team: %s", (iss) => {
    expect(doubtOf(signToken(key, { ...claims, iss }))).toBe("is another team's");
  });

  test.each([
    [["f".repeat(64)]],
    [AUDIENCE.toUpperCase()],
    [AUDIENCE.slice(1)],
    [`${AUDIENCE} `],
    [[]],
    [[[AUDIENCE]]],
    [{ [AUDIENCE]: true }],
    [undefined],
    [null],
    [true],
  ])("for another application: %j", (aud) => {
    expect(doubtOf(signToken(key, { ...claims, aud }))).toBe("is for another application");
  });

  test("from thirty seconds after its end on", () => {
    const token = signToken(key, { ...claims, exp: NOW });
    expect(doubtOf(token, NOW + 29.999)).toBeNull();
    expect(doubtOf(token, NOW + 30)).toBe("has expired");
  });

  test.each(["nbf", "iat"])("until thirty seconds before its %s", (claim) => {
    const token = signToken(key, { ...claims, [claim]: NOW });
    expect(doubtOf(token, NOW - 30)).toBeNull();
    expect(doubtOf(token, NOW - 30.001)).toBe("is not valid yet");
  });

  test.each([
    ["exp", undefined],
    ["exp", null],
    ["exp", String(NOW + 60)],
    ["iat", undefined],
    ["iat", "0"],
    ["nbf", "0"],
    ["nbf", null],
  ])("that does not say when it is valid (%s: %j)", (claim, value) => {
    expect(doubtOf(signToken(key, { ...claims, [claim]: value }))).toBe(
      "does not say when it is valid",
    );
  });

  test("at a time that is none", () => {
    expect(doubtOf(signToken(key, claims), Number.NaN)).not.toBeNull();
  });
});

describe("a token is taken", () => {
  it("of either key of a rotation", () => {
    for (const signer of [key, next]) expect(doubtOf(signToken(signer, claims))).toBeNull();
  });

  it("for each of the applications, written as a list or alone", () => {
    for (const aud of [AUDIENCE, [AUDIENCE], ["f".repeat(64), "0b".repeat(32)]])
      expect(doubtOf(signToken(key, { ...claims, aud }))).toBeNull();
  });

  it("of a service, which has no nbf", () => {
    expect(
      doubtOf(signToken(key, { ...claims, nbf: undefined, common_name: "x.access" })),
    ).toBeNull();
  });

  it("as it stands, where it names other keys besides: nobody looks there", () => {
    const header = { jku: "https://evil.test", x5u: "https://evil.test", jwk: strange.jwk };
    expect(doubtOf(signToken(key, claims, header))).toBeNull();
  });

  it("that jose itself has signed", async () => {
    const signer = new jose.SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "now" });
    expect(doubtOf(await signer.sign(key.privateKey))).toBeNull();
  });
});

/** Takes tokens, and counts those whose claims were looked at. */
const counting = (most?: number) => {
  let read = 0;
  const reader = { ...jose, decodeJwt: (token: string) => ((read += 1), jose.decodeJwt(token)) };
  const taking = acceptTokens({ team: TEAM, audiences: [AUDIENCE] }, keys, reader, most);
  return { taking, read: () => read };
};

describe("a token that was taken before", () => {
  it("is not checked anew, but for its time", () => {
    const { taking, read } = counting();
    const token = signToken(key, { ...claims, exp: NOW + 10 });
    for (const at of [NOW, NOW + 1, NOW]) expect(taking.doubtOf(token, at * 1_000)).toBeNull();
    expect(read()).toBe(1);
    expect(taking.doubtOf(token, (NOW + 41) * 1_000)).toBe("has expired");
    expect(taking.doubtOf(token, (NOW - 91) * 1_000)).toBe("is not valid yet");
    expect(read()).toBe(1);
  });

  it("speaks for no other: not for one that differs in its last character", () => {
    const { taking } = counting();
    const token = signToken(key, claims);
    expect(taking.doubtOf(token, NOW * 1_000)).toBeNull();
    for (const other of [`${token}AAAA`, token.slice(0, -4), token.toLowerCase()])
      expect(taking.doubtOf(other, NOW * 1_000)).not.toBeNull();
  });

  it("is forgotten when there are too many, the oldest first; one that was refused is never among them", () => {
    const { taking, read } = counting(2);
    const [a, b, c] = ["a", "b", "c"].map((sub) => signToken(key, { ...claims, sub })) as [
      string,
      string,
      string,
    ];
    const wrong = signToken(key, { ...claims, aud: "x" });
    for (const token of [a, b, wrong, wrong, a, b]) taking.doubtOf(token, NOW * 1_000);
    expect(read()).toBe(4);
    for (const token of [c, b, a]) taking.doubtOf(token, NOW * 1_000);
    expect(read()).toBe(6);
  });
});

it("says nothing of what was sent", () => {
  for (const token of [
    "visible.words.here",
    signToken(key, { iss: "visible" }),
    signToken(key, {}, { kid: "visible" }),
  ])
    expect(doubtOf(token)).not.toContain("visible");
});

it("takes nothing that jose does not take", async () => {
  const good = [signToken(key, claims), signToken(next, claims), signToken(strange, claims)];
  const parts = good.flatMap((token) => token.split("."));
  const other = [
    signToken(key, { ...claims, aud: "x" }),
    signToken(key, { ...claims, iss: "x" }),
    signToken(key, { ...claims, exp: 0 }),
    signToken(key, claims, { alg: "HS256" }),
  ];
  const part = fc.constantFrom(...parts, ...other.flatMap((token) => token.split(".")));
  const changed = fc
    .tuple(part, fc.nat(), fc.constantFrom("", "A", ".", "=", "_"))
    .map(([text, at, put]) => {
      const place = at % (text.length + 1);
      return `${text.slice(0, place)}${put}${text.slice(place + 1)}`;
    });
  const mostly = fc.oneof({ weight: 4, arbitrary: part }, changed);
  const whole = fc.oneof(
    fc.constantFrom(...good, ...other),
    fc.tuple(mostly, mostly, mostly).map((all) => all.join(".")),
  );
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(whole, async (token) => {
      if (doubtOf(token) !== null) return;
      taken += 1;
      await jose.jwtVerify(token, ({ kid }) => keys.get(kid ?? "") ?? strange.publicKey, {
        algorithms: ["RS256"],
        issuer: ISSUER,
        audience: [AUDIENCE, "0b".repeat(32)],
        clockTolerance: 30,
        currentDate: new Date(NOW * 1_000),
        requiredClaims: ["exp", "iat"],
      });
    }),
    { numRuns: 500 },
  );
  expect(taken).toBeGreaterThan(0);
});
