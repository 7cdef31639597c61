import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mintCa, mintLeaf } from "../support/certificates.ts";
import {
  startFakeCloudflare,
  type FakeCloudflare,
} from "../support/cloudflare/start-fake-cloudflare.ts";
import type { Grant } from "../support/cloudflare/token.ts";
import { callApi, type Answered } from "./support/call-api.ts";

const issuer = mintCa();
let cloudflare: FakeCloudflare;
let store: string;

beforeEach(async () => {
  cloudflare = await startFakeCloudflare();
  store = `/accounts/${cloudflare.accountId}/mtls_certificates`;
});

afterEach(async () => await cloudflare.close());

async function upload(name: string, leaf = mintLeaf(issuer)): Promise<Answered> {
  const body = { name, certificates: leaf.pem, private_key: leaf.keyPem, ca: false };
  return await callApi(cloudflare, "POST", store, body);
}

describe("a token", () => {
  it.each<[string, string | null, number, number]>([
    ["none", null, 400, 9106],
    ["two words", "two words", 400, 6003],
    ["nobody's", "nobody-s", 403, 9109],
  ])("is refused: %s", async (_, token, status, code) => {
    const answer = await callApi(cloudflare, "GET", "/zones", undefined, token);
    expect(answer).toMatchObject({ status, code });
  });

  it.each<[string, string, Grant, boolean]>([
    ["GET", "", "Zone SSL and Certificates Read", true],
    ["POST", "", "Zone SSL and Certificates Read", false],
    ["GET", "", "Zone SSL and Certificates Write", true],
    ["GET", "", "Account SSL and Certificates Write", false],
    ["GET", "/settings", "Zone Settings Write", false],
  ])("does %s%s of origin pulls with %s: %s", async (method, path, grant, isDone) => {
    const { id } = cloudflare.addZone("example.com");
    cloudflare.state.tokens.set("some", { grants: [grant] });
    const all = `/zones/${id}/origin_tls_client_auth${path}`;
    const { status, code } = await callApi(cloudflare, method, all, undefined, "some");
    expect({ status, code }).toEqual(
      isDone ? { status: 200, code: null } : { status: 403, code: 10_000 },
    );
  });

  it("is for its zones and its account alone", async () => {
    const { id } = cloudflare.addZone("example.com");
    cloudflare.state.tokens.set("other", { zones: ["example.org"] });
    const refused = { status: 403, code: 9109 };
    const ssl = `/zones/${id}/settings/ssl`;
    expect(await callApi(cloudflare, "GET", ssl, undefined, "other")).toMatchObject(refused);
    const theirs = `/accounts/${"0".repeat(32)}/mtls_certificates`;
    expect(await callApi(cloudflare, "GET", theirs)).toMatchObject(refused);
  });
});

describe("the account's store", () => {
  it("refuses the same content under any name, and takes another under the same name", async () => {
    const leaf = mintLeaf(issuer);
    expect((await upload("shop", leaf)).status).toBe(200);
    expect(await upload("other", leaf)).toMatchObject({ code: 1471 });
    expect((await upload("shop")).status).toBe(200);
    const named = await callApi(cloudflare, "GET", `${store}?ca=false&name=shop`);
    expect(named.result).toHaveLength(2);
    expect((await callApi(cloudflare, "GET", `${store}?name=nobody`)).result).toBe(null);
    expect((await callApi(cloudflare, "GET", `${store}?ca=true`)).result).toBe(null);
  });

  it("takes a leaf with its intermediates, and no CA or other key in its place", async () => {
    const leaf = mintLeaf(issuer);
    const body = { certificates: leaf.pem, private_key: leaf.keyPem, ca: false };
    const wrong = [
      { ...body, certificates: issuer.pem, private_key: issuer.keyPem },
      { ...body, certificates: issuer.pem + leaf.pem },
      { ...body, private_key: issuer.keyPem },
      { ...body, private_key: undefined },
      { ...body, certificates: leaf.pem + leaf.keyPem },
    ];
    for (const one of wrong) {
      expect((await callApi(cloudflare, "POST", store, one)).status).toBe(400);
    }
    const chain = { ...body, certificates: leaf.pem + issuer.pem };
    expect((await callApi(cloudflare, "POST", store, chain)).status).toBe(200);
  });

  it("knows no way to change what is in it", async () => {
    const { result } = await upload("shop");
    const path = `${store}/${(result as { id: string }).id}`;
    for (const method of ["PUT", "PATCH"]) {
      expect((await callApi(cloudflare, method, path, {})).status).toBe(404);
    }
  });
});

describe("what is not there", () => {
  it.each(["/nothing", "/accounts", "/zones/0/dns_records/../../../user"])(
    "is no route: POST %s",
    async (path) => {
      expect(await callApi(cloudflare, "POST", path, {})).toMatchObject({
        status: 404,
        code: 7000,
      });
    },
  );

  it("is a zone nobody has", async () => {
    const path = `/zones/${"0".repeat(32)}/settings/ssl`;
    expect(await callApi(cloudflare, "GET", path)).toMatchObject({ status: 404, code: 7003 });
  });
});

describe("faults", () => {
  it("meet what they are for, as often as they say, and then are over", async () => {
    const fault = { fault: "answer", status: 429, retryAfterSeconds: 3 } as const;
    cloudflare.inject({ ...fault, method: "GET", path: /^\/zones$/, times: 2 });
    expect((await callApi(cloudflare, "GET", "/user")).status).toBe(200);
    for (const status of [429, 429, 200]) {
      const answer = await callApi(cloudflare, "GET", "/zones");
      expect(answer.status).toBe(status);
      expect(answer.retryAfter).toBe(status === 429 ? "3" : null);
    }
  });

  it("break the connection, before or after the work", async () => {
    cloudflare.inject({ fault: "hang-up", method: "POST" });
    await expect(upload("shop")).rejects.toThrow("fetch failed");
    expect(cloudflare.state.accountCertificates.size).toBe(0);
    cloudflare.inject({ fault: "lose-answer", method: "POST" });
    await expect(upload("shop")).rejects.toThrow("fetch failed");
    expect(cloudflare.state.accountCertificates.size).toBe(1);
  });

  it("make it slow", async () => {
    cloudflare.inject({ fault: "slow", ms: 50 });
    const start = performance.now();
    await callApi(cloudflare, "GET", "/user");
    expect(performance.now() - start).toBeGreaterThanOrEqual(45);
  });
});
