import { describe, expect, it, test } from "vitest";
import type {
  AcceptedPull,
  JudgedPull,
  ReportedPull,
} from "../../../origin-verifier/judge/verdict.ts";
import { applicationHeaders } from "../../../origin-verifier/request/application-headers.ts";
import { readRequestHead } from "../../../origin-verifier/request/request-head.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { Hostname } from "../../../shared/hostname.ts";

const HOST = "origin-shop.example.net";
const PULL: AcceptedPull = {
  verdict: "accepted",
  hostname: "shop.example.com" as Hostname,
  originHostname: HOST as Hostname,
  fingerprint: `sha256:${"a".repeat(64)}` as Fingerprint,
};

/** What the verifier says, whatever came. */
const OURS = [
  ["X-Forwarded-Host", "shop.example.com"],
  ["X-Pull-Hostname", "shop.example.com"],
  ["X-Pull-Fingerprint", PULL.fingerprint],
  ["X-Pull-Verdict", "accepted"],
];

/** What is handed on of these lines, without what is always said. */
const handedOn = (...lines: readonly (readonly [string, string])[]) => handedOnWith(lines, false);

function handedOnWith(lines: readonly (readonly [string, string])[], hasToken: boolean) {
  const rawHeaders = [["Host", HOST], ...lines].flat();
  const head = readRequestHead({ httpVersion: "1.1", method: "POST", target: "/", rawHeaders }, 99);
  if (!head.ok) throw new Error(head.refusal.detail);
  const flat = applicationHeaders(rawHeaders, head.value, PULL, `${HOST}:8443`, hasToken);
  const pairs = flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]]] : []));
  expect(pairs[0]).toEqual(["Host", `${HOST}:8443`]);
  expect(pairs.slice(-OURS.length)).toEqual(OURS);
  return pairs.slice(1, -OURS.length);
}

/** A header name in every form in which an application may read it. */
const written = (name: string) => [
  name,
  name.toUpperCase(),
  name.toLowerCase(),
  name.replaceAll("-", "_"),
  name.replace("-", "."),
];

it("hands on what is nobody's identity, in its order and as it is written", () => {
  const lines = [
    ["Accept", "*/*"],
    ["COOKIE", "a=1"],
    ["cookie", "b=2"],
    ["X-Client-Info", "sdk"],
    ["Sec-WebSocket-Key", "x"],
    ["Authorization", "Bearer x"],
    ["constructor", "1"],
    ["__proto__", "2"],
  ] as const;
  expect(handedOn(...lines)).toEqual(lines);
});

describe("keeps what the Worker and the edge say of the visitor", () => {
  test.each(["X-Forwarded-For", "X-Forwarded-Proto", "CF-Connecting-IP"])("%s", (name) => {
    expect(handedOn([name, "203.0.113.7"])).toEqual([[name, "203.0.113.7"]]);
  });

  test.each(["X-Forwarded-For", "X-Forwarded-Proto", "CF-Connecting-IP"])(
    "but no %s that is said twice",
    (name) => {
      const [one, other] = [
        [name, "203.0.113.7"],
        [name.toUpperCase(), "198.51.100.1"],
      ] as const;
      expect(handedOn(one, other)).toEqual([]);
    },
  );

  test.each(["X_Forwarded_For", "x-forwarded_proto", "CF_Connecting_IP", "X.Forwarded.For"])(
    "and not what an application may take for it: %s",
    (name) => {
      expect(handedOn([name, "203.0.113.7"])).toEqual([]);
    },
  );

  it("and not what Connection takes away", () => {
    const line = ["X-Forwarded-For", "203.0.113.7"] as const;
    expect(handedOn(line, ["Connection", "x-forwarded-for"])).toEqual([]);
  });
});

describe("hands on nothing that claims who somebody is", () => {
  const names = [
    "X-Pull-Hostname",
    "X-Pull-Fingerprint",
    "X-Pull-Verdict",
    "X-Pull-Anything",
    "Pull-Refusal",
    "Client-Cert",
    "Client-Cert-Chain",
    "X-Client-Cert",
    "Cf-Client-Cert-Der-Base64",
    "X-Forwarded-Client-Cert",
    "X-Forwarded-Port",
    "X-Forwarded-Server",
    "Forwarded",
    "X-Real-IP",
    "True-Client-IP",
    "CF-Connecting-IPv6",
    "X-SSL-Client-Verify",
    "SSL-Client-S-DN",
    "Remote-User",
  ];
  test.each(names)("%s", (name) => {
    for (const form of written(name)) {
      expect([form, handedOn([form, "x"])]).toEqual([form, []]);
      expect([form, handedOn([form, "x"], [form, "y"])]).toEqual([form, []]);
      expect([form, handedOn([form, "x"], ["Connection", form])]).toEqual([form, []]);
    }
  });
});

describe("a token of Cloudflare Access", () => {
  const line = ["CF-Access-JWT-Assertion", "a.b.c"] as const;

  it("is handed on where the judge has looked at it, in its one writing", () => {
    expect(handedOnWith([line], true)).toEqual([line]);
    for (const form of ["Cf_Access_Jwt_Assertion", "cf-access.jwt-assertion"])
      expect(handedOnWith([line, [form, "d.e.f"]], true)).toEqual([line]);
  });

  it("is not taken away by Connection where it was judged: its application would see somebody without one", () => {
    const nominating = ["Connection", "Cf-Access-Jwt-Assertion"] as const;
    expect(handedOnWith([nominating, line], true)).toEqual([line]);
    expect(handedOnWith([nominating, line], false)).toEqual([]);
  });

  it("is handed on nowhere else: nobody has checked it", () => {
    for (const form of written(line[0])) expect(handedOn([form, "a.b.c"])).toEqual([]);
  });
});

it("says of a name what it said of it before, however many others came in between", () => {
  for (let round = 0; round < 3; round += 1) {
    for (let at = 0; at < 2_500; at += 1) {
      const long = at % 100 === 0 ? "x".repeat(100) : "";
      const [plain, claim] = [`X-Plain-${at}${long}`, `X-Pull-${at}${long}`];
      const kept = handedOn([plain, "1"], [claim, "1"], ["X-Forwarded-For", "1"]);
      expect(kept).toEqual([
        [plain, "1"],
        ["X-Forwarded-For", "1"],
      ]);
    }
  }
});

describe("hands on nothing that is the next hop's", () => {
  test.each([
    ["Connection", "close"],
    ["Keep-Alive", "timeout=5"],
    ["Proxy-Connection", "keep-alive"],
    ["Proxy-Authorization", "x"],
    ["TE", "trailers"],
    ["Trailer", "X-A"],
    ["Transfer-Encoding", "chunked"],
    ["Content-Length", "5"],
    ["Content_Length", "5"],
    ["Transfer_Encoding", "chunked"],
    ["Transfer.Encoding", "chunked"],
    ["Expect", "100-continue"],
    ["Upgrade", "h2c"],
    ["Proxy", "http://evil.test/"],
    ["PROXY", "x"],
    ["X-Forwarded-Host", "evil.test"],
    ["X_Forwarded_Host", "evil.test"],
    ["HOST_", "x"],
  ] as const)("%s: %s", (name, text) => {
    const kept = name === "HOST_" ? [[name, text]] : [];
    expect(handedOn([name, text])).toEqual(kept);
  });

  it("and nothing that Connection nominates", () => {
    const secret = ["X-Hop", "1"] as const;
    expect(handedOn(secret, ["Connection", "x-HOP, keep-alive"])).toEqual([]);
  });

  it("but nominating what is ours takes nothing away", () => {
    const all = "host, content-length, transfer-encoding, content-type, x-pull-hostname";
    const type = ["Content-Type", "text/plain"] as const;
    expect(handedOn(["Connection", all], type)).toEqual([type]);
  });
});

it("keeps nothing long of what Connection says", () => {
  for (const [nominated, isKept] of [
    ["x-a", true],
    [Array.from({ length: 40 }, (_, at) => `x-${at}`).join(), false],
  ] as const) {
    const rawHeaders = ["Host", HOST, "Connection", nominated, "X-A", "1", `X-Of-${isKept}`, "2"];
    const head = readRequestHead(
      { httpVersion: "1.1", method: "GET", target: "/", rawHeaders },
      99,
    );
    if (!head.ok) throw new Error(head.refusal.detail);
    applicationHeaders(rawHeaders, head.value, PULL, HOST, false);
    expect(head.value.names.forwarded !== null).toBe(isKept);
  }
});

/** All that the application sees of a pull that was judged so. */
function seenBy(pull: JudgedPull, lines: readonly string[]): readonly string[] {
  const rawHeaders = ["Host", HOST, ...lines];
  const head = readRequestHead({ httpVersion: "1.1", method: "GET", target: "/", rawHeaders }, 99);
  if (!head.ok) throw new Error(head.refusal.detail);
  return applicationHeaders(rawHeaders, head.value, pull, HOST, false);
}

describe("what the pull before saw says nothing of the next one with the same names:", () => {
  const reported: ReportedPull = {
    verdict: "refused",
    reason: "unknown-issuer",
    hostname: PULL.hostname,
    originHostname: PULL.originHostname,
    reportUntil: 1,
  };

  test.each([
    ["a stranger in report mode keeps nothing of the visitor behind an accepted pull", "first"],
    ["an accepted pull keeps it behind a stranger", "second"],
  ])("%s", (_, place) => {
    const lines = [`X-Comes-${place}`, "1", "X-Forwarded-For", "203.0.113.7"];
    const pulls = place === "first" ? [PULL, reported] : [reported, PULL];
    for (const pull of [...pulls, ...pulls]) {
      const seen = seenBy(pull, lines);
      expect(seen).toContain(`X-Comes-${place}`);
      expect([pull.verdict, seen.includes("203.0.113.7")]).toEqual([pull.verdict, pull === PULL]);
    }
  });

  it("Connection takes away what it names now, and not what it named before", () => {
    for (const nominated of ["X-One", "X-Other", "close", "X-One"]) {
      const seen = seenBy(PULL, ["Connection", nominated, "X-One", "1", "X-Other", "2"]);
      const left = ["X-One", "X-Other"].filter((name) => name !== nominated);
      expect(seen.filter((text) => text.startsWith("X-O"))).toEqual(left);
    }
  });
});
