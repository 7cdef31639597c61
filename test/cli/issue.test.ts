import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runIn, runPullproof, type Ran } from "./support/run-pullproof.ts";
import { openssl, skipOpenssl } from "./support/openssl.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const newFolder = useTemporaryFolders();
let folder = "";
beforeEach(() => {
  folder = newFolder();
});

const issue = async (...args: string[]): Promise<Ran> => await runIn(folder, "issue", ...args);
const read = (path: string): X509Certificate =>
  new X509Certificate(readFileSync(join(folder, path)));

interface Told {
  readonly certificate: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly notAfter: string;
  readonly next: readonly string[];
}

test("an issuer of origins is not sent into the mapping, where it could mint pulls", async () => {
  const { stderr } = await issue("--new-issuer", "Own origins", "--out", "pki/origins/issuer");
  expect(stderr).not.toContain("mapping.json");
  expect(stderr).toContain(
    "next: pullproof issue origin-shop.example.net --origin --issuer pki/origins/issuer",
  );
  expect(stderr).toContain("trust pki/origins/issuer.pem");
});

describe("refuses", () => {
  test.each([
    ["no hostname", [], "which hostname?"],
    ["a wildcard", ["*.example.com"], "pullproof issue example.com"],
    ["a URL", ["https://shop.example.com/"], "pullproof issue shop.example.com"],
    ["an address", ["192.0.2.1"], "is not a hostname"],
    ["a key type that is none", ["shop.example.com", "--key-type", "rsa1024"], "rsa2048"],
    ["no days", ["shop.example.com", "--days", "0"], "1 to"],
    ["days that are no number", ["shop.example.com", "--days", "1e3"], "1 to"],
    ["an issuer and a hostname at once", ["a.example.com", "--new-issuer", "x"], "run both"],
    ["an issuer without a name", ["--new-issuer", ""], "1 to 64"],
    ["an origin certificate's request", ["a.example.com", "--origin", "--csr"], "--csr"],
    ["an origin that is an issuer", ["--origin", "--new-issuer", "x"], "--new-issuer"],
    ["an unknown flag", ["shop.example.com", "--keytype", "p256"], "--key-type"],
  ])("%s, as a wrong command line", async (_what, args, said) => {
    const { status, stdout, stderr } = await issue(...args);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(said);
    expect(stderr).toContain("next: ");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("an origin certificate that would outlive its issuer, and names what makes one that does not", async () => {
    await issue("--new-issuer", "Own origins", "--out", "pki/origins/issuer", "--days", "5");
    const { status, stderr } = await issue("origin-shop.example.net", "--origin", "--days", "30");
    expect(status).toBe(1);
    expect(stderr).toMatch(/pullproof issue origin-shop\.example\.net --origin .*--days \d/);
  });

  test("without an issuer, and says how to make one", async () => {
    const { status, stderr } = await issue("shop.example.com");
    expect(status).toBe(1);
    expect(stderr).toContain("pki/issuer.pem: is not there");
    expect(stderr).toContain('pullproof issue --new-issuer "Own pulls" --out pki/issuer');
    expect(readdirSync(folder)).toEqual([]);
  });

  test("an origin certificate without an issuer of origins: that of pull certificates is another", async () => {
    await issue("--new-issuer", "Own pulls");
    const { status, stderr } = await issue("origin-shop.example.net", "--origin");
    expect(status).toBe(1);
    expect(stderr).toContain("pki/origins/issuer.pem: is not there");
    expect(stderr).toContain('--new-issuer "Own origins" --out pki/origins/issuer');
  });

  test("an issuer whose certificate is a leaf's", async () => {
    await issue("--new-issuer", "Own pulls");
    await issue("shop.example.com");
    const { status, stderr } = await issue("blog.example.com", "--issuer", "pki/shop.example.com");
    expect(status).toBe(1);
    expect(stderr).toContain("pki/shop.example.com.pem");
    expect(existsSync(join(folder, "pki/blog.example.com.pem"))).toBe(false);
  });

  test("an issuer whose key is another's", async () => {
    await issue("--new-issuer", "one");
    await issue("--new-issuer", "two", "--out", "two");
    writeFileSync(join(folder, "two.key"), readFileSync(join(folder, "pki/issuer.key")));
    const { status, stderr } = await issue("shop.example.com", "--issuer", "two");
    expect(status).toBe(1);
    expect(stderr).toContain("two.key: is not the key of two.pem");
  });

  test.each([
    ["key", "pem"],
    ["pem", "key"],
  ])("an issuer whose .%s lies where its .%s belongs", async (from, to) => {
    await issue("--new-issuer", "own");
    const swapped = join(folder, `pki/issuer.${to}`);
    writeFileSync(swapped, readFileSync(join(folder, `pki/issuer.${from}`)));
    const { status, stderr } = await issue("shop.example.com");
    expect(status).toBe(1);
    expect(stderr).toContain(`pki/issuer.${to}: `);
    expect(existsSync(join(folder, "pki/shop.example.com.pem"))).toBe(false);
  });

  test("to outlive its issuer, and says how long it may", async () => {
    await issue("--new-issuer", "short", "--days", "30");
    const { status, stderr } = await issue("shop.example.com");
    expect(status).toBe(1);
    expect(stderr).toContain("--days 30");
    expect((await issue("shop.example.com", "--days", "30")).status).toBe(0);
  });

  test("to overwrite, and changes nothing", async () => {
    await issue("--new-issuer", "own");
    await issue("shop.example.com");
    const before = readFileSync(join(folder, "pki/shop.example.com.pem"), "utf8");
    const { status, stdout, stderr } = await issue("shop.example.com");
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("is there already");
    expect(readFileSync(join(folder, "pki/shop.example.com.pem"), "utf8")).toBe(before);
    expect(readdirSync(join(folder, "pki")).toSorted()).toEqual([
      "issuer.key",
      "issuer.pem",
      "shop.example.com.key",
      "shop.example.com.pem",
    ]);
  });

  test("as data too, where data was asked for", async () => {
    const { status, stdout } = await issue("shop.example.com", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{ file: "pki/issuer.pem" }] });
  });
});

describe("issues", () => {
  test("an origin certificate, which lets nobody pull, and says how to start with it", async () => {
    await issue("--new-issuer", "Own origins", "--out", "pki/origins/issuer");
    const { status, stderr } = await issue("origin-shop.example.net", "--origin");
    expect(status).toBe(0);
    const made = read("pki/origins/origin-shop.example.net.pem");
    expect(made.checkHost("origin-shop.example.net")).toBe("origin-shop.example.net");
    expect(made.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(stderr).toContain("--certificate pki/origins/origin-shop.example.net.pem");
    expect(stderr).not.toContain("--profile");
  });

  test("an issuer, then a pull certificate of it, and tells the rest of the way", async () => {
    const made = await issue("--new-issuer", "Own pulls");
    expect(made.status).toBe(0);
    expect(made.stderr).toContain("pullproof issue shop.example.com --issuer pki/issuer");
    expect(read("pki/issuer.pem").subject).toBe("CN=Own pulls");

    const { status, stdout, stderr } = await issue(
      "shop.example.com",
      "--issuer",
      "pki/issuer.pem",
    );
    expect(status).toBe(0);
    const leaf = read("pki/shop.example.com.pem");
    expect(leaf.subjectAltName).toBe("DNS:shop.example.com");
    expect(leaf.ca).toBe(false);
    expect(leaf.verify(read("pki/issuer.pem").publicKey)).toBe(true);
    const fingerprint = `sha256:${leaf.fingerprint256.replaceAll(":", "").toLowerCase()}`;
    expect(stdout).toContain(`certificate  pki/shop.example.com.pem\n`);
    expect(stdout).toContain(`key          pki/shop.example.com.key\n`);
    expect(stdout).toContain(`fingerprint  ${fingerprint}\n`);
    expect(stdout).toMatch(/expires {6}\d{4}-\d\d-\d\dT.* \(in 365 days\)\n/);
    expect(stderr).toContain('hosts["shop.example.com"].accept.certificates');
    expect(stderr).toContain(
      "wrangler mtls-certificate upload --cert pki/shop.example.com.pem --key pki/shop.example.com.key",
    );
  });

  test("into the place that --out names, as a path or as a folder", async () => {
    await issue("--new-issuer", "own", "--out", "ca/own");
    await issue("shop.example.com", "--issuer", "ca/own", "--out", "certificates/");
    await issue("shop.example.com", "--issuer", "ca/own", "--out", "certificates/shop-next.pem");
    expect(readdirSync(join(folder, "certificates")).toSorted()).toEqual([
      "shop-next.key",
      "shop-next.pem",
      "shop.example.com.key",
      "shop.example.com.pem",
    ]);
    const keys = ["ca/own.key", "certificates/shop-next.key"].map((path) => join(folder, path));
    expect(keys.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(statSync(join(folder, "ca")).mode & 0o777).toBe(0o700);
  });

  test("the kind of key and the days that were asked for, and says so as data", async () => {
    await issue("--new-issuer", "own", "--key-type", "p384");
    const asked = ["--key-type", "rsa2048", "--days", "90", "--json"];
    const { stdout, stderr } = await issue("Shop.Example.com.", ...asked);
    expect(stderr).toBe("");
    const told = JSON.parse(stdout) as Told;
    const { publicKey, validToDate, fingerprint256 } = read(told.certificate);
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(new Date(told.notAfter)).toEqual(validToDate);
    expect(Math.round((validToDate.getTime() - Date.now()) / 86_400_000)).toBe(90);
    expect(told.fingerprint.slice(7)).toBe(fingerprint256.replaceAll(":", "").toLowerCase());
    expect(told.next.length).toBeGreaterThan(0);
  });

  test.skipIf(skipOpenssl)("what openssl takes, chain and key", async () => {
    await issue("--new-issuer", "own");
    await issue("shop.example.com");
    const [issuer, leaf, key] = ["issuer.pem", "shop.example.com.pem", "shop.example.com.key"].map(
      (name) => join(folder, "pki", name),
    ) as [string, string, string];
    expect(
      openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", issuer, leaf),
    ).toMatchObject({ status: 0 });
    expect(openssl("pkey", "-in", key, "-noout", "-check")).toMatchObject({ status: 0 });
    const ofKey = openssl("pkey", "-in", key, "-pubout").said;
    expect(openssl("x509", "-in", leaf, "-noout", "-pubkey").said).toBe(ofKey);
  });

  test.skipIf(skipOpenssl)("by an issuer that openssl made", async () => {
    const stem = join(folder, "theirs");
    const asked = "req -x509 -newkey rsa:2048 -nodes -days 400 -subj /O=Ours/CN=Pulls";
    const uses = "-addext keyUsage=critical,keyCertSign,cRLSign";
    const files = `-keyout ${stem}.key -out ${stem}.pem`;
    const made = openssl(...`${asked} ${uses} ${files}`.split(" "));
    expect(made.status).toBe(0);
    expect((await issue("shop.example.com", "--issuer", "theirs")).status).toBe(0);
    const leaf = join(folder, "shop.example.com.pem");
    expect(openssl("verify", "-x509_strict", "-CAfile", `${stem}.pem`, leaf)).toMatchObject({
      status: 0,
    });
  });
});

async function painted(environment: NodeJS.ProcessEnv): Promise<boolean> {
  const { stderr } = await runPullproof(["issue", "shop.example.com"], folder, environment);
  return stderr.includes("\u001b[");
}

describe("the bin", () => {
  test("tells its exit codes in its help, on stdout", async () => {
    const { status, stdout, stderr } = await runPullproof(["--help"], folder);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const word of ["issue", "check", "dev", "Exit codes:"]) expect(stdout).toContain(word);
  });

  test.each([[[]], [["nonsense"]], [["issue", "--nonsense"]]])(
    "does not guess: %j is a wrong command line",
    async (args) => {
      const { status, stdout, stderr } = await runIn(folder, ...args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).not.toBe("");
    },
  );

  test("paints only where it is asked to without a terminal, and NO_COLOR decides", async () => {
    expect(await painted({})).toBe(false);
    expect(await painted({ FORCE_COLOR: "1" })).toBe(true);
    expect(await painted({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  });
});

describe("--dry-run", () => {
  test("makes an issuer, tells of it, and writes nothing", async () => {
    const { status, stdout, stderr } = await issue(
      "--new-issuer",
      "Own pulls",
      "--dry-run",
      "--json",
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ written: false, certificate: "pki/issuer.pem" });
    expect(stderr).toContain("nothing was written");
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([[[]], [["--csr"]]])("writes nothing for a hostname, with %j", async (more) => {
    await issue("--new-issuer", "Own pulls");
    const before = readdirSync(join(folder, "pki"));
    const { status, stderr } = await issue("shop.example.com", "--dry-run", ...more);
    expect(status).toBe(0);
    expect(stderr).toContain("nothing was written");
    expect(readdirSync(join(folder, "pki"))).toEqual(before);
  });

  test("finds what would be in the way", async () => {
    await issue("--new-issuer", "Own pulls");
    const { status, stderr } = await issue("--new-issuer", "Own pulls", "--dry-run");
    expect(status).toBe(1);
    expect(stderr).toContain("is there already");
  });
});
