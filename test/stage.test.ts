import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  chown,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { signerOf } from "../cli/certificates/certificate-and-key.ts";
import { issueIssuer } from "../cli/certificates/issue-issuer.ts";
import { issueOriginCertificate } from "../cli/certificates/issue-leaf.ts";
import { attempt, dial, pki, plainMapping, SHOP, statusOf } from "./support/verifier-world.ts";

const ROOT = resolve(import.meta.dirname, "..");
const run = promisify(execFile);
const stage = (...args: readonly string[]) =>
  run(process.execPath, [join(ROOT, "scripts/stage-verifier.ts"), ...args]);
/** Nobody of this machine: the image's own user. */
const NOBODY = { uid: 65_532, gid: 65_532 };
const asNobody = process.getuid?.() === 0 ? NOBODY : {};

let folder: string;
let staged: string;
beforeAll(async () => {
  await run(join(ROOT, "node_modules/.bin/tsc"), ["-b", "origin-verifier"], { cwd: ROOT });
  folder = await mkdtemp(join(tmpdir(), "pullproof-stage-"));
  await chmod(folder, 0o755);
  staged = join(folder, "opt/pullproof");
  await stage(staged);
  // As the Dockerfile does: what runs it lies beside it.
  await copyFile(process.execPath, join(folder, "node"));
  await chmod(join(folder, "node"), 0o755);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("what is laid out for a machine that runs the verifier", () => {
  it("is its own modules, and none of those that make certificates or ask Cloudflare", async () => {
    const files = await readdir(join(staged, "dist"), { recursive: true, withFileTypes: true });
    const names = files
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(staged.length + 1));
    expect(names).toContain("dist/origin-verifier/main.js");
    for (const name of names) expect(name).toMatch(/^dist\/(?:origin-verifier|shared)\/.+\.js$/);
    for (const name of names) expect(name).not.toContain("/adapters/");
  });

  it("has the packages that those name, and a list of exactly these", async () => {
    const list = JSON.parse(await readFile(join(staged, "sbom.cdx.json"), "utf8")) as {
      readonly bomFormat: string;
      readonly components: readonly { readonly name: string; readonly version: string }[];
      readonly metadata: { readonly component: { readonly name: string } };
    };
    expect(list.bomFormat).toBe("CycloneDX");
    expect(list.metadata.component.name).toBe("pullproof");
    const listed = list.components.map(({ name, version }) => `${name}@${version}`);
    const manifests = (
      await readdir(join(staged, "node_modules"), { recursive: true, withFileTypes: true })
    ).filter(
      ({ name, parentPath }) =>
        name === "package.json" && /node_modules\/(?:@[^/]+\/)?[^/]+$/.test(parentPath),
    );
    const there = await Promise.all(
      manifests.map(async ({ parentPath }) => {
        const text = await readFile(join(parentPath, "package.json"), "utf8");
        const { name, version } = JSON.parse(text) as { name: string; version: string };
        return `${name}@${version}`;
      }),
    );
    expect(listed.toSorted()).toEqual(there.toSorted());
    const names = list.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["pino", "prom-client", "valibot"]));
    for (const never of ["@peculiar/x509", "commander", "cloudflare", "@clack/prompts", "wrangler"])
      expect(names).not.toContain(never);
  });

  it("is laid out into a folder of its own, or not at all", async () => {
    await expect(stage()).rejects.toMatchObject({ code: 2 });
    await expect(stage(staged)).rejects.toMatchObject({ code: 1 });
  });
});

/** A volume as kubelet writes it: files are links into a folder that is swapped whole. */
async function volume(at: string, version: string, files: Readonly<Record<string, string>>) {
  const whole = join(at, `..${version}`);
  await mkdir(whole, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(whole, name), text);
    await chmod(join(whole, name), 0o440);
    if (asNobody === NOBODY) await chown(join(whole, name), 0, NOBODY.gid);
    const link = join(at, name);
    if (!(await lstat(link).catch(() => null))) await symlink(`..data/${name}`, link);
  }
  await symlink(`..${version}`, join(at, "..next"));
  await rename(join(at, "..next"), join(at, "..data"));
}

it("runs as a user who may write nothing, from volumes that are swapped under it", async () => {
  const keys = await pki();
  const own = keys.origin.get(SHOP);
  const application = createServer((_request, response) => response.end("from the application"));
  application.listen(0, "127.0.0.1");
  await once(application, "listening");
  const etc = (name: string) => join(folder, "etc", name);
  const mapping = (certificate: string) => {
    const text = plainMapping(keys);
    delete text.hosts["blog.example.com"];
    const accept = { issuer: "own", certificates: [certificate] };
    text.hosts["shop.example.com"] = { ...text.hosts["shop.example.com"], accept };
    return JSON.stringify(text);
  };
  const configuration = {
    mapping: "mapping.json",
    listen: "127.0.0.1:0",
    admin: "127.0.0.1:0",
    adminTokenFile: join(etc("admin"), "token"),
    origins: {
      [SHOP]: {
        certificate: join(etc("shop"), "tls.crt"),
        key: join(etc("shop"), "tls.key"),
        application: `http://127.0.0.1:${(application.address() as AddressInfo).port}`,
      },
    },
  };
  const configMap = (certificate: string) => ({
    "origin-verifier.json": JSON.stringify(configuration),
    "mapping.json": mapping(certificate),
    "issuer.pem": keys.issuer.certificate,
    "other.pem": keys.otherIssuer.certificate,
  });
  await volume(etc("pullproof"), "1", configMap(keys.shop.fingerprint));
  await volume(etc("shop"), "1", { "tls.crt": own?.certificate ?? "", "tls.key": own?.key ?? "" });
  await volume(etc("admin"), "1", { token: "a-token-of-twenty-characters" });

  const main = join(staged, "dist/origin-verifier/main.js");
  const child = spawn(
    join(folder, "node"),
    [main, "--config", join(etc("pullproof"), "origin-verifier.json"), "--drain-deadline", "5"],
    { cwd: "/", env: {}, stdio: ["ignore", "pipe", "inherit"], ...asNobody },
  );
  try {
    const lines: Record<string, unknown>[] = [];
    createInterface({ input: child.stdout }).on("line", (line) =>
      lines.push(JSON.parse(line) as Record<string, unknown>),
    );
    const line = (match: object) =>
      vi.waitFor(
        () => {
          const found = lines.find((each) =>
            Object.entries(match).every(([name, value]) => each[name] === value),
          );
          expect(found, JSON.stringify(match)).toBeDefined();
          return found as Record<string, unknown>;
        },
        { timeout: 20_000 },
      );
    const port = Number((await line({ event: "listening", listener: "origin" }))["port"]);
    await line({ event: "watching" });
    const get = `GET / HTTP/1.1\r\nHost: ${SHOP}\r\nConnection: close\r\n\r\n`;
    const status = async (peer: typeof keys.shop) =>
      statusOf(await attempt({ port }, peer, {}, get));
    expect(await status(keys.shop)).toBe(200);
    expect(await status(keys.unlisted)).toBe(403);

    // The ConfigMap: another certificate is accepted from now on.
    await volume(etc("pullproof"), "2", configMap(keys.unlisted.fingerprint));
    await line({ event: "trust-swapped", generation: 2 });
    expect(await status(keys.shop)).toBe(403);
    expect(await status(keys.unlisted)).toBe(200);

    // The Secret: cert-manager has renewed the origin certificate.
    const when = { keyType: "p256", days: 10, now: new Date() } as const;
    const signer = signerOf(await issueIssuer({ name: "origins", ...when }));
    const renewed = await issueOriginCertificate({ hostname: SHOP, signer, ...when });
    await volume(etc("shop"), "2", { "tls.crt": renewed.certificate, "tls.key": renewed.key });
    await line({ event: "trust-swapped", generation: 3 });
    const socket = await dial({ port }, keys.unlisted);
    const shown = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(":", "").toLowerCase();
    socket.destroy();
    expect(`sha256:${shown}`).toBe(renewed.fingerprint);

    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
    application.closeAllConnections();
    application.close();
  }
});
