import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { signerOf } from "../../cli/certificates/certificate-and-key.ts";
import { issueIssuer } from "../../cli/certificates/issue-issuer.ts";
import { issuePullCertificate } from "../../cli/certificates/issue-leaf.ts";
import { parseHostname } from "../../shared/hostname.ts";
import { keySet, mintAccessKey } from "../support/access.ts";
import {
  LOCAL,
  localBinding,
  mappingText,
  WRANGLER,
  writeProject,
  type Files,
} from "./support/project.ts";
import { runIn, runPullproof } from "./support/run-pullproof.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

interface Problem {
  readonly file: string;
  readonly path: string;
  readonly message: string;
  readonly next: string;
}

const withShared = (certificates: string): string =>
  mappingText((mapping) => ({
    ...mapping,
    issuers: { ...mapping.issuers, cloudflare: { certificates, shared: true } },
  }));

const sending = (env: string): string =>
  mappingText((mapping) => {
    const { "shop.example.com": shop, ...others } = mapping.hosts;
    const present = { ...shop.present, header: { env } };
    return { ...mapping, hosts: { ...others, "shop.example.com": { ...shop, present } } };
  });

const newFolder = useTemporaryFolders();
let folder = "";
beforeEach(() => {
  folder = newFolder();
});

/** Where the problems of a project are, as `file: path`. */
async function problemsOf(changes: Files, ...flags: string[]): Promise<readonly Problem[]> {
  await writeProject(folder, changes);
  const { status, stdout } = await runIn(folder, "check", "--json", ...flags);
  const { ok, problems } = JSON.parse(stdout) as { ok: boolean; problems: Problem[] };
  expect(ok).toBe(problems.length === 0);
  expect(status).toBe(problems.length === 0 ? 0 : 1);
  for (const { next } of problems) expect(next).not.toBe("");
  return problems;
}

async function placesOf(changes: Files, ...flags: string[]): Promise<readonly string[]> {
  return (await problemsOf(changes, ...flags)).map(({ file, path }) => `${file}: ${path}`);
}

const edge = (mapping: { hosts: Record<string, unknown> }) => ({
  ...mapping,
  hosts: {
    ...mapping.hosts,
    "blog.example.com": {
      origin: "https://blog.example.com",
      present: { by: "edge", level: "hostname" },
      accept: { issuer: "own", certificates: [`sha256:${"b".repeat(64)}`] },
    },
  },
});
const shopAt = (origin: string): string =>
  mappingText((mapping) => {
    mapping.hosts["shop.example.com"].origin = origin;
    return mapping;
  });

describe("finds", () => {
  test("five mistakes at once, each with its place and what to do", async () => {
    const problems = await problemsOf({
      "wrangler.toml": WRANGLER.replace('["enable_request_signal"]', "[]")
        .replace('"PULL_CERT_BLOG"', '"PULL_CERT_BLOB"')
        .replace("1111-4111", "1111-X111"),
      "wrangler.local.toml": LOCAL.replace(
        'host = "origin-blog.example.net"',
        'host = "origin-shop.example.net"',
      ),
      "pki/issuer.pem": null,
    });
    const places = problems.map(({ file, path }) => `${file}: ${path}`);
    expect(places).toEqual([
      "wrangler.toml: compatibility_flags",
      "wrangler.toml: mtls_certificates",
      "wrangler.toml: mtls_certificates[0].certificate_id",
      "wrangler.toml: mtls_certificates[1].binding",
      "worker/generated/env.d.ts: ",
      "wrangler.local.toml: services[1].dev.options.host",
      "wrangler.local.toml: compatibility_flags",
      "pki/issuer.pem: ",
    ]);
    expect(problems[1]?.message).toContain('hosts["blog.example.com"]');
    expect(problems[7]?.next).toBe('pullproof issue --new-issuer "Own pulls" --out pki/issuer');
  });

  test("five mistakes of the mapping at once, with the places within it", async () => {
    const places = await placesOf({
      "mapping.json": mappingText((mapping) => {
        mapping.hosts["shop.example.com"].origin = "http://origin-shop.example.net";
        mapping.hosts["shop.example.com"].present.binding = "2-FAST";
        mapping.hosts["blog.example.com"].accept.certificates = ["sha256:cut"];
        mapping.hosts["blog.example.com"].accept.issuer = "owm";
        return { ...mapping, extra: 1 };
      }),
    });
    expect(places.toSorted()).toEqual([
      "mapping.json: extra",
      'mapping.json: hosts["blog.example.com"].accept.certificates[0]',
      'mapping.json: hosts["blog.example.com"].accept.issuer',
      'mapping.json: hosts["shop.example.com"].origin',
      'mapping.json: hosts["shop.example.com"].present.binding',
    ]);
  });

  test.each(["mapping.json", "wrangler.toml", "wrangler.local.toml"])(
    "that %s is not there",
    async (file) => {
      const problems = await problemsOf({ [file]: null });
      expect(problems).toMatchObject([{ file, path: "", message: "is not there" }]);
    },
  );

  test("where a configuration is no TOML", async () => {
    const places = await placesOf({ "wrangler.toml": 'name = "x"\nmain = \n' });
    expect(places).toEqual([expect.stringMatching(/^wrangler\.toml: line 2, column \d+$/)]);
  });
});

describe("a binding", () => {
  test("must be an mTLS certificate, and not a service of the same name", async () => {
    const asService = '[[services]]\nbinding = "PULL_CERT_BLOG"\nservice = "other"';
    const problems = await problemsOf({
      "wrangler.toml": WRANGLER.replace(
        /\[\[mtls_certificates\]\]\nbinding = "PULL_CERT_BLOG"\n.*\n/,
        asService,
      ),
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain("is a service binding (services[0])");
  });

  test("must be declared in each environment again", async () => {
    const staging = `${WRANGLER}
[env.staging]
name = "staging"
[[env.staging.mtls_certificates]]
binding = "PULL_CERT_SHOP"
certificate_id = "33333333-3333-4333-8333-333333333333"
`;
    const problems = await problemsOf({ "wrangler.toml": staging });
    expect(problems).toMatchObject([{ path: "env.staging.mtls_certificates" }]);
    expect(problems[0]?.message).toContain("PULL_CERT_BLOG");
    expect(problems[0]?.message).toContain("do not inherit");
  });

  test("must not be left over, nor declared twice", async () => {
    const again = `${WRANGLER}\n${WRANGLER.slice(WRANGLER.indexOf("[[mtls"))}`;
    expect(await placesOf({ "wrangler.toml": again })).toEqual([
      "wrangler.toml: mtls_certificates[2].binding",
      "wrangler.toml: mtls_certificates[3].binding",
    ]);
  });

  test("that no entry presents is left over in all three files", async () => {
    const places = await placesOf({ "mapping.json": mappingText(edge) });
    expect(places).toEqual([
      "wrangler.toml: mtls_certificates[1].binding",
      "worker/generated/mapping-bindings.ts: ",
      "wrangler.local.toml: services[1].binding",
    ]);
  });

  test.each([
    ["", 1],
    ["22222222222242228222222222222222", 1],
    ["22222222-2222-4222-8222-22222222222", 1],
    ["22222222-2222-4222-8222-222222222222", 0],
  ])("has a certificate id that is a UUID: %j", async (id, count) => {
    const changed = WRANGLER.replace("22222222-2222-4222-8222-222222222222", id);
    expect(await placesOf({ "wrangler.toml": changed })).toHaveLength(count);
  });

  test("may hold the place of one until it is deployed", async () => {
    const changed = WRANGLER.replace("22222222-2222-4222-8222", "00000000-0000-0000-0000");
    expect(await placesOf({ "wrangler.toml": changed })).toEqual([]);
    expect(await placesOf({ "wrangler.toml": changed }, "--deploy")).toEqual([
      "wrangler.toml: mtls_certificates[1].certificate_id",
    ]);
  });
});

/** Both of wrangler's configurations with the same change. */
function both(from: string, to: string): Files {
  return {
    "wrangler.toml": WRANGLER.replace(from, to),
    "wrangler.local.toml": LOCAL.replace(from, to),
  };
}

describe("the runtime", () => {
  test("must not send the global fetch back to the Worker itself", async () => {
    const flags = '["enable_request_signal", "global_fetch_strictly_public"]';
    const problems = await problemsOf(both('["enable_request_signal"]', flags));
    expect(problems).toMatchObject([{ path: "compatibility_flags" }]);
  });

  test("must have ctx.exports, by its date or by a flag", async () => {
    expect(await placesOf(both("2026-10-01", "2025-11-16"))).toEqual([
      "wrangler.toml: compatibility_date",
    ]);
    expect(await placesOf(both("2026-10-01", "2025-11-17"))).toEqual([]);
    const flag = both(
      '["enable_request_signal"]',
      '["enable_request_signal", "enable_ctx_exports"]',
    );
    const early = Object.entries(flag).map(([file, text]) => [
      file,
      text?.replace("2026-10-01", "2025-01-01") ?? null,
    ]);
    expect(await placesOf(Object.fromEntries(early) as Files)).toEqual([]);
  });

  test("may be another in an environment, and is looked at there", async () => {
    const staging = `${WRANGLER}
[env.staging]
compatibility_flags = []
${WRANGLER.slice(WRANGLER.indexOf("[[mtls")).replaceAll("[[mtls", "[[env.staging.mtls")}`;
    expect(await placesOf({ "wrangler.toml": staging })).toEqual([
      "wrangler.toml: env.staging.compatibility_flags",
    ]);
  });
});

describe("an origin", () => {
  test("with a port needs a runtime that dials it", async () => {
    const custom = {
      "mapping.json": shopAt("https://origin-shop.example.net:8443"),
    };
    expect(await placesOf(custom)).toEqual([]);
    const ignoring = both(
      '["enable_request_signal"]',
      '["enable_request_signal", "ignore_custom_ports"]',
    );
    const problems = await problemsOf({ ...custom, ...ignoring });
    expect(problems).toMatchObject([
      { file: "mapping.json", path: 'hosts["shop.example.com"].origin' },
    ]);
    expect(problems[0]?.message).toContain("8443");
  });

  test.each([
    ["its own hostname", "https://shop.example.com"],
    ["another hostname of the mapping", "https://blog.example.com"],
  ])("must not be %s, which ends in 520", async (_what, origin) => {
    const host = new URL(origin).hostname;
    const problems = await problemsOf({
      "mapping.json": shopAt(origin),
      "wrangler.local.toml": LOCAL.replace("origin-shop.example.net", host),
    });
    expect(problems).toMatchObject([{ path: 'hosts["shop.example.com"].origin' }]);
    expect(problems[0]?.message).toContain("520");
  });

  test("that the edge pulls from may well be the hostname", async () => {
    await writeProject(folder, {
      "mapping.json": mappingText(edge),
      "wrangler.toml": WRANGLER.slice(0, WRANGLER.lastIndexOf("[[mtls")),
      "wrangler.local.toml": LOCAL.slice(0, LOCAL.lastIndexOf("[[services]]")),
      "worker/generated/mapping-bindings.ts": 'type A = "PULL_CERT_SHOP";',
      "worker/generated/env.d.ts": "interface A {\n\tPULL_CERT_SHOP: Fetcher;\n}",
    });
    expect((await runIn(folder, "check")).status).toBe(0);
  });
});

describe("the local twin", () => {
  test.each([
    ["certificate", "PULL_CERT_BLOG.pem", "PULL_CERT_SHOP.pem"],
    ["key", "PULL_CERT_BLOG.key", "PULL_CERT_SHOP.key"],
    ["trust", "origin-issuer.pem", "issuer.pem"],
  ])("presents each binding's own %s", async (key, from, to) => {
    const at = LOCAL.lastIndexOf(from);
    const changed = LOCAL.slice(0, at) + to + LOCAL.slice(at + from.length);
    expect(await placesOf({ "wrangler.local.toml": changed })).toEqual([
      `wrangler.local.toml: services[1].dev.options.${key}`,
    ]);
  });

  test("may dial any address", async () => {
    const changed = LOCAL.replaceAll("127.0.0.1:8443", "127.0.0.1:9443");
    expect(await placesOf({ "wrangler.local.toml": changed })).toEqual([]);
  });

  test("names every binding, by the stand-in", async () => {
    const cut = LOCAL.slice(0, LOCAL.lastIndexOf("[[services]]"));
    expect(await placesOf({ "wrangler.local.toml": cut })).toEqual([
      "wrangler.local.toml: services",
    ]);
    const plain = `${cut}\n[[services]]\nbinding = "PULL_CERT_BLOG"\nservice = "other"\n`;
    expect(await placesOf({ "wrangler.local.toml": plain })).toEqual([
      "wrangler.local.toml: services[1].dev",
    ]);
  });

  test("has no routes, and no certificates that nobody presents", async () => {
    const routes = LOCAL.replace("main =", 'routes = ["shop.example.com/*"]\nmain =');
    const more = `${routes}\n${WRANGLER.slice(WRANGLER.indexOf("[[mtls"), WRANGLER.lastIndexOf("[[mtls"))}`;
    expect(await placesOf({ "wrangler.local.toml": more })).toEqual([
      "wrangler.local.toml: routes",
      "wrangler.local.toml: mtls_certificates[0]",
    ]);
  });

  test("runs the same code, of the same date, under the same flags", async () => {
    const other = LOCAL.replace("worker/index.ts", "worker/other.ts")
      .replace("2026-10-01", "2026-09-01")
      .replace('["enable_request_signal"]', '["enable_request_signal", "nodejs_compat"]');
    expect(await placesOf({ "wrangler.local.toml": other })).toEqual([
      "wrangler.local.toml: main",
      "wrangler.local.toml: compatibility_date",
      "wrangler.local.toml: compatibility_flags",
    ]);
  });

  test("dials every origin of a binding, and says what to write where it does not", async () => {
    const files = {
      "mapping.json": mappingText().replaceAll("PULL_CERT_BLOG", "PULL_CERT_SHOP"),
      "wrangler.toml": WRANGLER.slice(0, WRANGLER.lastIndexOf("[[mtls")),
      "wrangler.local.toml": LOCAL.slice(0, LOCAL.lastIndexOf("[[services]]")),
      "worker/generated/mapping-bindings.ts": 'type A = "PULL_CERT_SHOP";',
      "worker/generated/env.d.ts": "interface A {\n\tPULL_CERT_SHOP: Fetcher;\n}",
    };
    const problems = await problemsOf(files);
    expect(problems).toMatchObject([{ path: "services[0].dev.options.host" }]);
    const host = 'host = ["origin-shop.example.net","origin-blog.example.net"]';
    expect(problems[0]?.next).toBe(`write ${host}`);
    const twin = LOCAL.slice(0, LOCAL.lastIndexOf("[[services]]"));
    expect(
      await placesOf({ ...files, "wrangler.local.toml": twin.replace(/host = .*/, host) }),
    ).toEqual([]);
  });

  test("is not asked for more than the mapping: a service of another kind is no matter", async () => {
    const more = `${LOCAL}\n[[services]]\nbinding = "OTHER"\nservice = "other"\n`;
    expect(await placesOf({ "wrangler.local.toml": more })).toEqual([]);
    expect(
      await placesOf({
        "wrangler.local.toml": LOCAL + localBinding("PULL_CERT_X", "x.example.net"),
      }),
    ).toEqual(["wrangler.local.toml: services[2].binding"]);
  });
});

describe("the generated types", () => {
  test.each([
    [
      "worker/generated/mapping-bindings.ts",
      'type A = "PULL_CERT_SHOP";',
      "PULL_CERT_BLOG is missing",
    ],
    ["worker/generated/env.d.ts", "interface A {}", "PULL_CERT_SHOP is missing"],
    [
      "worker/generated/env.d.ts",
      "interface A {\n\tPULL_CERT_SHOP: Fetcher;\n\tPULL_CERT_BLOG: Fetcher;\n\tOLD: Fetcher;\n}",
      "OLD is left over",
    ],
    ["worker/generated/env.d.ts", null, "is not there"],
  ])("%s must not be stale", async (file, text, said) => {
    const problems = await problemsOf({ [file]: text });
    expect(problems).toMatchObject([{ file, next: "npm run types" }]);
    expect(problems[0]?.message).toContain(said);
  });
});

describe("an issuer file", () => {
  const now = new Date();
  const own = async (days: number, from = now) =>
    await issueIssuer({ name: "own", keyType: "p256", days, now: from });

  test.each([
    ["is empty", async () => ""],
    ["holds a key in its place", async () => (await own(30)).key],
    ["holds a leaf in its place", async () => await leaf()],
    ["holds a key beside it", async () => (await own(30)).certificate + (await own(30)).key],
    [
      "has expired",
      async () => (await own(1, new Date(now.getTime() - 3 * 86_400_000))).certificate,
    ],
    ["is cut", async () => (await own(30)).certificate.slice(0, 200)],
  ])("that %s is named", async (_what, text) => {
    const problems = await problemsOf({ "pki/issuer.pem": await text() });
    expect(problems.length).toBeGreaterThan(0);
    for (const { file } of problems) expect(file).toBe("pki/issuer.pem");
  });

  test("is looked for beside the mapping, wherever that is", async () => {
    await writeProject(folder);
    const inside = `${folder}/worker`;
    const flags = ["--config", "../wrangler.toml", "--local", "../wrangler.local.toml"];
    const { status } = await runIn(inside, "check", "--mapping", "../mapping.json", ...flags);
    expect(status).toBe(0);
  });

  test("needs its revocation list where the mapping names one", async () => {
    const withCrl = mappingText((mapping) => ({
      ...mapping,
      issuers: { own: { certificates: "pki/issuer.pem", crl: "pki/issuer.crl" } },
    }));
    expect(await placesOf({ "mapping.json": withCrl })).toEqual(["pki/issuer.crl: "]);
    expect(await placesOf({ "mapping.json": withCrl, "pki/issuer.crl": "no list" })).toEqual([
      "pki/issuer.crl: ",
    ]);
  });

  async function leaf(): Promise<string> {
    const hostname = parseHostname("shop.example.com");
    if (hostname === null) throw new Error("no hostname");
    const signer = signerOf(await own(30));
    const made = await issuePullCertificate({ hostname, signer, keyType: "p256", days: 9, now });
    return made.certificate;
  }
});

test.each(["--verifier=http://127.0.0.1:9464", "--renew-before=30d"])(
  "%s is for --remote alone, and without it is no silence",
  async (flag) => {
    const { status, stderr } = await runIn(folder, "check", flag);
    expect(status).toBe(2);
    expect(stderr).toMatch(/without --remote[^]*next: pullproof check --remote/);
  },
);

describe("says", () => {
  test("that all is well, in one line, and writes nothing", async () => {
    await writeProject(folder);
    const before = readdirSync(folder, { recursive: true });
    const { status, stdout, stderr } = await runIn(folder, "check");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(
      "✓ 2 hostnames: mapping.json, wrangler.toml and wrangler.local.toml agree\n",
    );
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });

  test("to people on stderr, and to programs on stdout, and exits 1", async () => {
    await writeProject(folder, { "pki/issuer.pem": null });
    const { status, stdout, stderr } = await runPullproof(["check"], folder);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe(
      "✗ pki/issuer.pem: is not there (mapping.json, issuers.own.certificates)\n" +
        '  next: pullproof issue --new-issuer "Own pulls" --out pki/issuer\n' +
        "1 problem.\n",
    );
  });

  test("each time what the shared certificate is worth, beside what is wrong with its file", async () => {
    await writeProject(folder, { "mapping.json": withShared("pki/issuer.pem") });
    const { status, stderr } = await runIn(folder, "check");
    expect(status).toBe(1);
    expect(stderr).toContain("✗ pki/issuer.pem: certificates[0]: ");
    expect(stderr).toContain("next: move it away, then: pullproof fetch shared-issuer");
  });

  test("of files of address ranges: not there, and with a line that is none", async () => {
    const asking = mappingText((mapping) => {
      const { "shop.example.com": shop, ...others } = mapping.hosts;
      const accept = { ...shop.accept, also: { addresses: "pki/ranges.txt" } };
      return { ...mapping, hosts: { ...others, "shop.example.com": { ...shop, accept } } };
    });
    await writeProject(folder, { "mapping.json": asking });
    const { status, stderr } = await runIn(folder, "check");
    expect(status).toBe(1);
    expect(stderr).toContain("✗ pki/ranges.txt: is not there");
    expect(stderr).toContain("pullproof fetch addresses --out pki/ranges.txt");
    await writeProject(folder, { "mapping.json": asking, "pki/ranges.txt": "192.0.2.0/24\nx\n" });
    expect((await runIn(folder, "check")).stderr).toContain("✗ pki/ranges.txt: line 2: ");
    await writeProject(folder, { "mapping.json": asking, "pki/ranges.txt": "192.0.2.0/24\n" });
    expect((await runIn(folder, "check")).status).toBe(0);
  });

  test("of the keys of an Access team: how to fetch them", async () => {
    const file = "pki/access-acme.json";
    const asking = mappingText((mapping) => {
      const { "shop.example.com": shop, ...others } = mapping.hosts;
      const access = { team: "acme", audiences: ["0a".repeat(32)], keys: file };
      const accept = { ...shop.accept, also: { access } };
      return { ...mapping, hosts: { ...others, "shop.example.com": { ...shop, accept } } };
    });
    await writeProject(folder, { "mapping.json": asking });
    const { status, stderr } = await runIn(folder, "check");
    expect(status).toBe(1);
    expect(stderr).toContain(`pullproof fetch access acme --out ${file}`);
    const set = keySet([mintAccessKey("one")]);
    await writeProject(folder, { "mapping.json": asking, [file]: set.replace("RSA", "EC") });
    expect((await runIn(folder, "check")).stderr).toContain(`✗ ${file}: keys[0].kty: `);
    await writeProject(folder, { "mapping.json": asking, [file]: set });
    expect((await runIn(folder, "check")).status).toBe(0);
  });

  test("of a secret that a Worker sends: where it stands for everybody to read, and what else has its name", async () => {
    const named = sending("PULL_SECRET");
    expect(await problemsOf({ "mapping.json": named })).toEqual([]);
    const vars = `${WRANGLER}\n[vars]\nPULL_SECRET = "in everybody's clone"\n`;
    expect(await problemsOf({ "mapping.json": named, "wrangler.toml": vars })).toMatchObject([
      {
        path: "vars.PULL_SECRET",
        next: expect.stringContaining("wrangler secret put PULL_SECRET"),
      },
    ]);
    expect(await problemsOf({ "mapping.json": sending("PULL_CERT_BLOG") })).toMatchObject([
      { path: "mtls_certificates[1].binding" },
    ]);
    expect(await problemsOf({ "mapping.json": sending("not-a-name") })).toMatchObject([
      { path: 'hosts["shop.example.com"].present.header.env' },
    ]);
  });

  test("of a shared issuer's file that is not there: how to fetch it", async () => {
    await writeProject(folder, { "mapping.json": withShared("pki/cloudflare-shared.pem") });
    const { status, stderr } = await runIn(folder, "check");
    expect(status).toBe(1);
    expect(stderr).toContain("next: pullproof fetch shared-issuer --out pki/cloudflare-shared.pem");
  });
});

describe("warns, without failing", () => {
  test("of report mode that lasts for more than a year", async () => {
    const far = mappingText(({ hosts, ...rest }) => {
      const shop = hosts["shop.example.com"];
      const accept = { ...shop.accept, mode: { report: "9999-12-31" } };
      return { ...rest, hosts: { ...hosts, "shop.example.com": { ...shop, accept } } };
    });
    await writeProject(folder, { "mapping.json": far });
    const { status, stderr } = await runIn(folder, "check");
    expect(status).toBe(0);
    expect(stderr).toContain('! mapping.json: hosts["shop.example.com"].accept.mode: more than');
  });
});

describe("the repository", () => {
  const root = join(import.meta.dirname, "../..");
  const placesIn = async (...flags: readonly string[]): Promise<readonly string[]> => {
    const { stdout } = await runIn(root, "check", "--json", ...flags);
    const { problems } = JSON.parse(stdout) as { problems: readonly Problem[] };
    return problems.map(({ file, path }) => `${file}: ${path}`);
  };
  // What is each operator's own to make is not committed; where somebody has made it, it is not missing.
  const made = existsSync(join(root, "pki/issuer.pem"));
  const issuer = made ? [] : ["pki/issuer.pem: "];

  test("agrees with itself", async () => {
    expect(await placesIn()).toEqual(issuer);
  });

  test("is not to be deployed as it is: its certificate ids hold the place of real ones", async () => {
    expect(await placesIn("--deploy")).toEqual([
      "wrangler.toml: mtls_certificates[0].certificate_id",
      "wrangler.toml: mtls_certificates[1].certificate_id",
      ...issuer,
    ]);
  });
});
