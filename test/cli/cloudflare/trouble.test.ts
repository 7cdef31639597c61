import { describe, expect, it } from "vitest";
import type { Part } from "../../../cli/cloudflare/endpoint.ts";
import { CloudflareError, troubleOf, type Trouble } from "../../../cli/cloudflare/trouble.ts";
import { wordsOf } from "../../../cli/cloudflare/trouble-words.ts";
import { useCloudflare } from "./support/cloudflare-world.ts";

const startWorld = useCloudflare();

/** What a refusal with this status and number means in this part of the API. */
async function kindOf(part: Part, status: number, code: number): Promise<Trouble["kind"] | null> {
  const { cloudflare, connection } = await startWorld();
  cloudflare.inject({ fault: "answer", status, code });
  try {
    await connection.read(part, (client) => client.zones.list());
    return null;
  } catch (thrown) {
    return troubleOf(thrown)?.kind ?? null;
  }
}

describe("Cloudflare's numbers", () => {
  it.each<[Part, number, number, Trouble["kind"]]>([
    ["hostname associations", 400, 1404, "wrong id"],
    ["hostname certificates", 409, 1406, "same certificate"],
    ["zone certificates", 400, 1406, "same certificate"],
    ["hostname certificates", 400, 1408, "unreadable"],
    ["hostname certificates", 400, 1412, "not a leaf"],
    ["hostname certificates", 400, 1414, "pending deletion"],
    ["hostname associations", 400, 1415, "wrong id"],
    ["hostname certificates", 400, 1433, "in use"],
    ["hostname certificates", 400, 1434, "pending deployment"],
    ["hostname certificates", 404, 1551, "not there"],
    ["zone certificates", 400, 1552, "not there"],
    ["hostname associations", 404, 1553, "not there"],
    ["account store", 400, 1471, "same certificate"],
    ["Workers", 404, 10_007, "not there"],
    ["zones", 400, 6003, "token refused"],
    ["zones", 400, 9106, "token refused"],
    ["zones", 401, 1000, "token refused"],
    ["zones", 403, 9109, "not permitted"],
    ["zones", 403, 10_000, "not permitted"],
  ])("of %s: %d with %d is: %s", async (part, status, code, kind) => {
    expect(await kindOf(part, status, code)).toBe(kind);
  });

  it.each<[Part, number]>([
    ["account store", 1433],
    ["account store", 1406],
    ["hostname certificates", 1471],
    ["zone settings", 1415],
    ["Workers", 1404],
    ["hostname certificates", 7003],
    ["zones", 10_007],
  ])("mean nothing elsewhere: %s, 400 with %d", async (part, code) => {
    expect(await kindOf(part, 400, code)).toBe("refused");
  });
});

describe("the words for a trouble", () => {
  const every: readonly Trouble[] = [
    { kind: "same certificate" },
    { kind: "unreadable", said: "x" },
    { kind: "not a leaf" },
    { kind: "pending deletion" },
    { kind: "wrong id" },
    { kind: "in use", said: "" },
    { kind: "pending deployment" },
    { kind: "not there", said: "" },
    { kind: "zone is busy" },
    { kind: "too many requests" },
    { kind: "unavailable", status: 503 },
    { kind: "token refused", said: "x" },
    { kind: "not permitted", said: "x" },
    { kind: "unreachable", why: "x" },
    { kind: "odd answer", what: "x" },
    { kind: "refused", status: 400, code: null, said: "x" },
  ];

  it.each(every)("$kind: what it is and what to do", (trouble) => {
    const endpoint = { part: "hostname certificates", access: "write" } as const;
    const { message, next } = wordsOf(new CloudflareError(trouble, endpoint));
    expect(message.length).toBeGreaterThan(20);
    expect(next.length).toBeGreaterThan(20);
  });

  it.each<[Part, "read" | "write", string]>([
    ["account store", "write", "Account > SSL and Certificates: Edit"],
    ["hostname associations", "read", "Zone > SSL and Certificates: Read"],
    ["zone settings", "read", "Zone > Zone Settings: Read"],
    ["zones", "read", "Zone > Zone: Read"],
    ["Workers", "read", "Account > Workers Scripts: Read"],
    ["notifications", "write", "Account > Notifications: Edit"],
  ])("name the permission that is missing: %s, to %s", (part, access, permission) => {
    const error = new CloudflareError({ kind: "not permitted", said: "" }, { part, access });
    expect(wordsOf(error).next).toContain(`"${permission}"`);
  });
});

describe("what Cloudflare says", () => {
  it("comes to the terminal without its control characters", async () => {
    const { cloudflare, connection } = await startWorld();
    const message = "no\u001b[2J\u202Ereally\r\n\u0007";
    cloudflare.inject({ fault: "answer", status: 403, message });
    const call = connection.read("zones", (client) => client.zones.list());
    const trouble = troubleOf(await call.catch((thrown: unknown) => thrown));
    expect(trouble).toMatchObject({ said: expect.stringMatching(/^no[\x20-\x7e]*$/) as string });
  });
});
