import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { makePki, mappingOf } from "../conformance/support/pki.ts";
import { runIn } from "./support/run-pullproof.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const pki = makePki();
const newFolder = useTemporaryFolders();
const ORIGIN = ["--certificate", "origin.pem", "--key", "origin.pem.key"];

describe("pullproof render", () => {
  let folder: string;
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  beforeEach(() => {
    folder = newFolder();
    write("issuer.pem", pki.issuer.pem);
    write("other.pem", pki.otherIssuer.pem);
    write("shop.pem", pki.shop.pem);
    write("blog.pem", pki.blog.pem);
    write("mapping.json", JSON.stringify(mappingOf(pki)));
  });

  it("refuses a server that it does not know: 2", async () => {
    const { status, stderr } = await runIn(folder, "render", "iis", ...ORIGIN);
    expect(status).toBe(2);
    expect(stderr).toContain("nginx");
  });

  it("refuses to go without an origin certificate: 2", async () => {
    const { status, stdout, stderr } = await runIn(folder, "render", "nginx");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("--certificate");
  });

  it("refuses flags that the configuration file would say otherwise: 2", async () => {
    const { status, stderr } = await runIn(
      folder,
      "render",
      "nginx",
      "--config",
      "a.json",
      ...ORIGIN,
    );
    expect(status).toBe(2);
    expect(stderr).toContain("--certificate stands beside --config");
  });

  it("says which of the two files of the origin certificate is missing: 2", async () => {
    const { status, stderr } = await runIn(folder, "render", "nginx", "--certificate", "a.pem");
    expect(status).toBe(2);
    expect(stderr).toContain("which key");
  });

  it("says where a mapping comes from, where there is none", async () => {
    const { status, stderr } = await runIn(folder, "render", "nginx", ...ORIGIN, "--mapping", "no");
    expect(status).toBe(1);
    expect(stderr).toMatch(/no: .*\n.*pullproof init/);
  });

  it("refuses a configuration that asks for more than other servers are told", async () => {
    const asked = {
      profile: "modern",
      refuse: "always-silent",
      balancers: ["192.0.2.1"],
      proxyProtocol: "v2",
    };
    const [certificate, key, application] = ["a.pem", "a.key", "http://127.0.0.1:3000"];
    const origins = { "origin-shop.example.net": { certificate, key, application } };
    const plain = { mapping: "mapping.json", origins };
    write("plain.json", JSON.stringify(plain));
    expect(await runIn(folder, "render", "nginx", "--config", "plain.json")).toMatchObject({
      status: 0,
    });
    for (const [name, value] of Object.entries(asked)) {
      write("more.json", JSON.stringify({ ...plain, [name]: value }));
      const ran = await runIn(folder, "render", "nginx", "--config", "more.json");
      expect(ran).toMatchObject({ status: 1, stdout: "" });
      expect(ran.stderr).toContain(`more.json: ${name}: `);
    }
  });

  it("refuses a mapping that does not parse, with each path", async () => {
    write(
      "mapping.json",
      JSON.stringify({ version: 1, issuers: {}, hosts: { "a.example.com": {} } }),
    );
    const { status, stderr } = await runIn(folder, "render", "nginx", ...ORIGIN);
    expect(status).toBe(1);
    expect(stderr).toContain('mapping.json: hosts["a.example.com"]');
  });

  it("has an entry at each of its origins, and at none of the others", async () => {
    const { hosts, ...rest } = mappingOf(pki) as unknown as {
      hosts: Record<string, { origin: unknown }>;
    };
    const shop = { ...hosts["shop.example.com"] };
    shop.origin = ["https://origin-a.example.net", "https://origin-b.example.net:8443"];
    const www = { ...shop, origin: "https://origin-b.example.net:8443" };
    const all = { "shop.example.com": shop, "www.example.com": www };
    write("mapping.json", JSON.stringify({ ...rest, hosts: all }));
    const own = { certificate: "o.pem", key: "o.key", application: "http://127.0.0.1:3000" };
    const origins = { "origin-a.example.net": own, "origin-b.example.net": own };
    const listen = "127.0.0.1:8443";
    write("v.json", JSON.stringify({ mapping: "mapping.json", listen, origins }));
    const { status, stdout } = await runIn(folder, "render", "nginx", "--config", "v.json");
    expect(status).toBe(0);
    const servers = stdout.split(/^ {4}server_name /m).slice(2);
    expect(servers.map((text) => text.split(";", 1)[0])).toEqual(Object.keys(origins));
    const [a = "", b = ""] = servers;
    expect(a).toContain("proxy_set_header X-Pull-Hostname shop.example.com;");
    expect(a).not.toContain("www.example.com");
    expect(b).toContain("proxy_set_header Host origin-b.example.net:8443;");
    // Which of the two hostnames a pull at the second is for, a map says.
    expect(stdout).toMatch(/www.{0,4}example/);
  });

  it("refuses an entry with a lock that the other servers would be without", async () => {
    const locks = { addresses: "ranges.txt", header: [{ env: "PULL_SECRET" }] };
    write("ranges.txt", "192.0.2.0/24\n");
    for (const [name, lock] of Object.entries(locks)) {
      const { hosts, ...rest } = mappingOf(pki);
      const { accept, ...shop } = hosts["shop.example.com"];
      const also = { [name]: lock };
      const asking = { ...hosts, "shop.example.com": { ...shop, accept: { ...accept, also } } };
      write("mapping.json", JSON.stringify({ ...rest, hosts: asking }));
      const { status, stdout, stderr } = await runIn(folder, "render", "nginx", ...ORIGIN);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain(`mapping.json: hosts["shop.example.com"].accept.also.${name}`);
    }
  });

  it("refuses a port that the system would choose: 2", async () => {
    const listen = ["--listen", "127.0.0.1:0"];
    const { status, stdout, stderr } = await runIn(folder, "render", "nginx", ...ORIGIN, ...listen);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("--listen");
  });

  it("refuses where a listed certificate is not at hand, and says where it looked", async () => {
    write("shop.pem", pki.unlisted.pem);
    const { status, stdout, stderr } = await runIn(folder, "render", "nginx", ...ORIGIN);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain('mapping.json: hosts["shop.example.com"].accept.certificates[0]');
    expect(stderr).toContain("--pull-certificates");
    const elsewhere = await runIn(
      folder,
      "render",
      "nginx",
      ...ORIGIN,
      "--pull-certificates",
      "nowhere",
    );
    expect(elsewhere.stderr).toContain('in "nowhere"');
  });

  it("finds the listed certificates in another folder", async () => {
    mkdirSync(join(folder, "elsewhere"));
    write("elsewhere/one.pem", pki.shop.pem + pki.blog.pem);
    write("shop.pem", "");
    write("blog.pem", "");
    const args = ["render", "nginx", ...ORIGIN, "--pull-certificates", "elsewhere"];
    expect((await runIn(folder, ...args)).status).toBe(0);
  });

  it("refuses to pass on a header that says who somebody is: 2", async () => {
    for (const name of [
      "X-Pull-Hostname",
      "x-forwarded-user",
      "Cf-Access-Jwt-Assertion",
      "Connection",
      "Host",
      "a b",
      "x_y",
    ]) {
      const { status } = await runIn(folder, "render", "nginx", ...ORIGIN, "--pass", name);
      expect(status).toBe(2);
    }
  });

  it("prints one file, and nothing else, on stdout", async () => {
    const { status, stdout, stderr } = await runIn(folder, "render", "nginx", ...ORIGIN);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^# Rendered by `pullproof render nginx`/);
    expect(stdout).toContain(`ssl_certificate "${folder}/origin.pem";`);
    expect(stdout).toContain(pki.shop.fingerprint);
    expect(stderr).toContain("cannot keep");
  });

  it("writes several files into a folder alone", async () => {
    const refused = await runIn(folder, "render", "haproxy", ...ORIGIN);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("--out");
    const written = await runIn(folder, "render", "haproxy", ...ORIGIN, "--out", "made");
    expect(written).toMatchObject({ status: 0, stdout: "" });
    expect(readFileSync(join(folder, "made/haproxy.cfg"), "utf8")).toContain(
      `crt-list '${folder}/made/pullproof.crt-list'`,
    );
  });

  it("writes over nothing, but with --force", async () => {
    const args = ["render", "nginx", ...ORIGIN, "--out", "made"];
    expect((await runIn(folder, ...args)).status).toBe(0);
    write("made/pullproof.conf", "mine");
    const refused = await runIn(folder, ...args);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("--force");
    expect(readFileSync(join(folder, "made/pullproof.conf"), "utf8")).toBe("mine");
    expect((await runIn(folder, ...args, "--force")).status).toBe(0);
    expect(readFileSync(join(folder, "made/pullproof.conf"), "utf8")).not.toBe("mine");
  });

  it("writes over all of its files, or over none of them", async () => {
    const args = ["render", "haproxy", ...ORIGIN, "--out", "made", "--force"];
    mkdirSync(join(folder, "made/pullproof.crt-list"), { recursive: true });
    write("made/haproxy.cfg", "mine");
    expect((await runIn(folder, ...args)).status).toBe(1);
    expect(readFileSync(join(folder, "made/haproxy.cfg"), "utf8")).toBe("mine");
  });

  it("leaves nothing behind where one file cannot be said", async () => {
    const args = ["--certificate", "or$igin.pem", "--key", "origin.key", "--out", "made"];
    const { status, stderr } = await runIn(folder, "render", "nginx", ...args);
    expect(status).toBe(1);
    expect(stderr).toContain('has "$"');
    expect(existsSync(join(folder, "made"))).toBe(false);
  });

  it("names the files as they are called at the origin", async () => {
    const args = [...ORIGIN, "--at", "/etc/pullproof", "--listen", "0.0.0.0:443"];
    const { stdout, stderr } = await runIn(folder, "render", "nginx", ...args);
    expect(stdout).toContain('ssl_client_certificate "/etc/pullproof/issuer.pem";');
    expect(stdout).toContain("listen 0.0.0.0:443 ssl;");
    expect(stderr).toContain(
      `${folder}/origin.pem, ${folder}/origin.pem.key, /etc/pullproof/issuer.pem`,
    );
  });

  it("gives the same as data", async () => {
    const { status, stdout } = await runIn(folder, "render", "nginx", ...ORIGIN, "--json");
    expect(status).toBe(0);
    const data = JSON.parse(stdout) as {
      files: { name: string; text: string }[];
      cannotKeep: { promises: string[]; why: string }[];
    };
    expect(data.files.map(({ name }) => name)).toEqual(["pullproof.conf"]);
    expect(data.cannotKeep.flatMap(({ promises }) => promises)).toContain("P44");
    const broken = await runIn(folder, "render", "nginx", "--config", "none.json", "--json");
    expect(JSON.parse(broken.stdout)).toMatchObject({ ok: false });
  });
});
