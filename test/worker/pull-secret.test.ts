import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Hostname } from "../../shared/hostname.ts";
import { createWorkerEntryFinder, type WorkerEntry } from "../../worker/find-worker-entry.ts";
import { loadMapping } from "../../worker/load-mapping.ts";
import { parsePublicUrl, type PublicUrl } from "../../worker/public-url.ts";
import { readVisit } from "../../worker/visit.ts";
import { findPullSecret } from "../../worker/pull-secret.ts";
import { createPuller } from "../../worker/pull.ts";

const NAME = "PULL_SECRET_SHOP";
const SECRET = "the-secret-of-this-test";
const SHOP = "shop.example.com" as Hostname;
const BLOG = "blog.example.com" as Hostname;

describe("a secret", () => {
  test("is the one of its name", () => {
    expect(findPullSecret({ [NAME]: SECRET, OTHER: `${SECRET}x` }, NAME)).toBe(SECRET);
  });

  test.each<[string, object]>([
    ["is not there", {}],
    ["is empty", { [NAME]: "" }],
    ["is shorter than a verifier takes", { [NAME]: "nineteen-characters" }],
    ["is longer than a verifier takes", { [NAME]: "x".repeat(513) }],
    ["has a line break at its end, as a file has", { [NAME]: `${SECRET}\n` }],
    ["has a space in it", { [NAME]: "the secret of this test" }],
    ["would be two headers", { [NAME]: `${SECRET}\r\nX-Pull-Verdict: accepted` }],
    ["is a binding", { [NAME]: { fetch: async () => new Response() } }],
    ["is a number", { [NAME]: 12_345_678_901_234_567_890n }],
    ["is inherited", Object.create({ [NAME]: SECRET }) as object],
  ])("is missing where what env has %s", (_what, env) => {
    expect(findPullSecret(env, NAME)).toBeNull();
  });
});

describe("a pull", () => {
  const accept = { issuer: "own", certificates: [`sha256:${"a".repeat(64)}`] };
  const entry = (name: string, header?: object) => ({
    origin: `https://origin-${name}.example.net`,
    present: { by: "worker", binding: `PULL_CERT_${name.toUpperCase()}`, ...header },
    accept,
  });
  const mapping = loadMapping("this test's mapping", {
    version: 1,
    issuers: { own: { certificates: "issuer.pem" } },
    hosts: { [SHOP]: entry("shop", { header: { env: NAME } }), [BLOG]: entry("blog") },
  });
  const pulled: Request[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    pulled.push(new Request(url, init));
    return new Response("from the application");
  };
  const env = { PULL_CERT_SHOP: { fetch }, PULL_CERT_BLOG: { fetch }, [NAME]: SECRET };
  const pull = createPuller();
  const find = createWorkerEntryFinder(mapping);
  const visit = (hostname: Hostname, headers: Record<string, string> = {}, its: object = env) => {
    const request = new Request(`https://${hostname}/`, { headers });
    const publicUrl = parsePublicUrl(request.url) as PublicUrl;
    return pull(readVisit(request, publicUrl), find(hostname) as WorkerEntry, its);
  };
  const lines: string[] = [];
  beforeEach(() => {
    pulled.length = 0;
    lines.length = 0;
    vi.spyOn(console, "log").mockImplementation((line: unknown) => void lines.push(String(line)));
    vi.spyOn(console, "error").mockImplementation((line: unknown) => void lines.push(String(line)));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test("without its secret does not happen: 503, and a line that does not hold what is there", async () => {
    for (const value of [undefined, "", "almost the secret of this test"]) {
      const answer = await visit(SHOP, {}, { ...env, [NAME]: value });
      expect(answer.status).toBe(503);
    }
    expect(pulled).toEqual([]);
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).toContain(`wrangler secret put ${NAME}`);
      expect(line).toContain("secret-missing");
    }
    expect(lines.join("")).not.toContain("almost");
  });

  test("carries the secret of its own entry, whatever the visitor sends under that name", async () => {
    for (const headers of [
      {},
      { "X-Pull-Secret": "guessed-by-the-visitor" },
      { "x-pull-secret": SECRET },
    ]) {
      const answer = await visit(SHOP, headers);
      expect(answer.status).toBe(200);
      expect(pulled.at(-1)?.headers.get("X-Pull-Secret")).toBe(SECRET);
      expect(JSON.stringify([...answer.headers])).not.toContain(SECRET);
    }
  });

  test("of another entry carries none", async () => {
    for (const headers of [{}, { "X-Pull-Secret": SECRET }]) {
      expect((await visit(BLOG, headers)).status).toBe(200);
      expect(pulled.at(-1)?.headers.has("X-Pull-Secret")).toBe(false);
    }
  });

  test("passes a token of Access on as it came: the verifier looks at it", async () => {
    await visit(BLOG, { "Cf-Access-Jwt-Assertion": "a.b.c" });
    expect(pulled.at(-1)?.headers.get("Cf-Access-Jwt-Assertion")).toBe("a.b.c");
  });
});
