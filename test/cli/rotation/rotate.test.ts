import { readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { connect } from "node:tls";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { spawnPullproof } from "../support/run-pullproof.ts";
import { useTemporaryFoldersOfFile } from "./support/folder.ts";
import { NEWS, SHOP, startRotationWorld, type RotationWorld } from "./support/rotation-world.ts";

/*
 * The whole way against a fake Cloudflare that the real wrangler deploys to, with the real verifier at the origin. The
 * tests of a block go on from each other: a rotation is one story.
 */

const newFolder = useTemporaryFoldersOfFile();
let world: RotationWorld;
beforeAll(async () => {
  world = await startRotationWorld(newFolder());
}, 60_000);
afterAll(async () => {
  await world.close();
});

const TIME = 90_000;

interface Said {
  readonly ended: string;
  readonly lanes: readonly { readonly changes: readonly { readonly kind: string }[] }[];
}

/** Runs a command with `--json --yes`; its exit code, how it ended, and what is left, lane by lane. */
async function ran(
  ...args: readonly string[]
): Promise<readonly [number | null, string, string[]]> {
  const { status, stdout, stderr } = await world.run(...args, "--json", "--yes", "--wait", "1s");
  if (status === 1) return [status, stderr, []];
  const { ended, lanes } = JSON.parse(stdout) as Said;
  return [status, ended, lanes.flatMap(({ changes }) => changes.map(({ kind }) => kind))];
}

/** Pulls with the certificate of a file: the status of the answer, or that there was none. */
async function pullWith(name: string, hostname: string): Promise<string> {
  const file = path.join(world.folder, "pki", name);
  return await new Promise((done) => {
    let answer = "";
    const socket = connect({
      host: "127.0.0.1",
      port: world.verifier.port,
      servername: hostname,
      cert: readFileSync(`${file}.pem`),
      key: readFileSync(`${file}.key`),
      rejectUnauthorized: false,
    });
    socket.on("data", (bytes: Buffer) => (answer += bytes.toString("latin1")));
    socket.on("error", () => done("none"));
    socket.on("close", () => done(answer.split(" ")[1] ?? "none"));
    socket.write(`GET / HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
  });
}

describe("refuses", () => {
  test("to do anything where nobody can be asked", async () => {
    const { status, stderr } = await world.run("apply", ...world.asked);
    expect(status).toBe(2);
    expect(stderr).toContain("--yes");
    expect(world.cloudflare.state.accountCertificates.size).toBe(0);
  });

  test("to assume what a verifier can be asked", async () => {
    const { status } = await world.run("plan", ...world.asked, "--assume-accepted");
    expect(status).toBe(2);
  });

  test(
    "to present anything that no verifier was asked about",
    async () => {
      const { status, stdout } = await world.run("apply", "--yes", "--wait", "0");
      expect(status).toBe(4);
      expect(stdout).toContain("no verifier was named");
      expect(stdout).toContain("--assume-accepted");
      expect(world.cloudflare.state.accountCertificates.size).toBe(0);
    },
    TIME,
  );

  test("a certificate without its key", async () => {
    const { status } = await world.run("rotate", SHOP, "--certificate", "pki/issuer.pem");
    expect(status).toBe(2);
  });

  test("a certificate with another's key", async () => {
    const files = ["--certificate", `pki/${SHOP}.pem`, "--key", `pki/${NEWS}.key`];
    const { status, stderr } = await world.run("rotate", SHOP, ...files);
    expect(status).toBe(1);
    expect(stderr).toContain(`is not the key of pki/${SHOP}.pem`);
  });

  test("to go anywhere without a token", async () => {
    const token = process.env["CLOUDFLARE_API_TOKEN"];
    delete process.env["CLOUDFLARE_API_TOKEN"];
    const { status, stderr } = await world.run("plan");
    process.env["CLOUDFLARE_API_TOKEN"] = token;
    expect(status).toBe(1);
    expect(stderr).toContain("CLOUDFLARE_API_TOKEN is not set");
  });
});

describe("a first apply", () => {
  test(
    "says that there is something to do, and does nothing",
    async () => {
      const { status, stdout } = await world.run("plan", ...world.asked, "--detailed-exitcode");
      expect(status).toBe(5);
      expect(stdout).toContain("npx wrangler deploy --config wrangler.toml");
      expect(world.cloudflare.state.accountCertificates.size).toBe(0);
    },
    TIME,
  );

  test(
    "does everything but deploy, and says the command",
    async () => {
      const { status, stdout, stderr } = await world.run(
        "apply",
        ...world.asked,
        "--yes",
        "--wait",
        "5s",
      );
      expect(status, stderr).toBe(4);
      expect(stdout).toContain("deploy pulls");
      expect(stderr).toContain("next: npx wrangler deploy --config wrangler.toml");
      const [id] = world.cloudflare.state.accountCertificates.keys();
      const configuration = readFileSync(path.join(world.folder, "wrangler.toml"), "utf8");
      expect(configuration).toContain(`certificate_id = "${id ?? ""}"`);
      expect(configuration).toContain("# The Worker of our pulls.");
      expect(world.cloudflare.state.workers.size).toBe(0);
    },
    TIME,
  );

  test(
    "deploys nothing that check would not",
    async () => {
      const file = path.join(world.folder, "wrangler.toml");
      const text = readFileSync(file, "utf8");
      writeFileSync(file, text.replace("enable_request_signal", "global_fetch_strictly_public"));
      const [status, said] = await ran("apply", ...world.asked, "--deploy");
      writeFileSync(file, text);
      expect(status).toBe(1);
      expect(said).toContain("global_fetch_strictly_public");
      expect(world.cloudflare.state.workers.size).toBe(0);
    },
    TIME,
  );

  test(
    "deploys with the real wrangler where it is told to",
    async () => {
      expect(await ran("apply", ...world.asked, "--deploy")).toEqual([0, "done", []]);
      expect(world.cloudflare.workerPresents("pulls", "PULL_CERT_SHOP")).toEqual(
        world.listed(SHOP),
      );
      expect(world.cloudflare.edgePresents(world.zone, NEWS)).toEqual([
        { level: "hostname", fingerprint: world.listed(NEWS)[0] },
      ]);
    },
    TIME,
  );

  test(
    "leaves nothing to do",
    async () => {
      const { status, stdout } = await world.run("plan", ...world.asked, "--detailed-exitcode");
      expect(stdout).toContain("nothing to do");
      expect(status).toBe(0);
    },
    TIME,
  );
});

describe("what is and the mapping", () => {
  test("are found to agree, and a certificate to be due", async () => {
    expect((await world.run("check", "--remote", ...world.asked)).status).toBe(0);
    const due = await world.run("check", "--remote", ...world.asked, "--renew-before", "150d");
    expect(due.status).toBe(6);
    expect(due.stderr).toContain(`next: pullproof rotate ${SHOP}`);
  });

  test("are found to differ, in a store and at a verifier", async () => {
    const { associations } = world.zone;
    const before = associations.get(NEWS);
    associations.delete(NEWS);
    const { status, stdout } = await world.run("check", "--remote", ...world.asked, "--json");
    if (before !== undefined) associations.set(NEWS, before);
    expect(status).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      drift: { lanes: [{ hostnames: [NEWS], changes: [{ kind: "associate-hostname" }] }] },
    });
    const nobody = ["--verifier", "http://127.0.0.1:1"];
    const silent = await world.run("check", "--remote", ...nobody, "--json");
    expect(silent.status).toBe(5);
    expect(JSON.parse(silent.stdout)).toMatchObject({
      verifiers: [{ file: "http://127.0.0.1:1/" }],
    });
  });
});

describe("a rotation of a binding", () => {
  let old = "";

  test(
    "does not begin by itself before it is due",
    async () => {
      expect(await ran("rotate", SHOP, ...world.asked)).toEqual([0, "done", []]);
      expect(world.listed(SHOP).length).toBe(1);
    },
    TIME,
  );

  test(
    "issues and lists the new one second, and waits for the verifier",
    async () => {
      [old = ""] = world.listed(SHOP);
      const [status, ended, left] = await ran("rotate", SHOP, ...world.asked, "--new", "--deploy");
      expect([status, ended, left[0]]).toEqual([4, "waiting", "wait-for-verifiers"]);
      expect(world.listed(SHOP)[0]).toBe(old);
      expect(world.listed(SHOP).length).toBe(2);
      expect(world.cloudflare.workerPresents("pulls", "PULL_CERT_SHOP")).toEqual([old]);
    },
    TIME,
  );

  test(
    "is interrupted while it waits, and says so",
    async () => {
      const args = ["rotate", SHOP, ...world.asked, "--yes", "--wait", "10m"];
      const child = spawnPullproof(args, world.folder, { ...world.cloudflare.environment });
      let said = "";
      child.stdout?.resume();
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (!child.killed && said.includes("wait until every verifier accepts"))
          child.kill("SIGINT");
      });
      const [status] = (await once(child, "close")) as [number | null];
      expect(said).toContain("Stopping when the call");
      expect(status).toBe(4);
    },
    TIME,
  );

  test(
    "goes on where it was, issues no second one, and presents what the verifier accepts",
    async () => {
      await world.copyMapping();
      const [status, ended, left] = await ran("rotate", SHOP, ...world.asked, "--new", "--deploy");
      expect([status, ended, left]).toEqual([
        4,
        "waiting",
        [
          "wait-for-quiet",
          "remove-from-mapping",
          "wait-for-verifiers",
          "delete-account-certificate",
        ],
      ]);
      const [presented = "", listed = ""] = world.listed(SHOP);
      expect(listed).toBe(old);
      expect(world.cloudflare.workerPresents("pulls", "PULL_CERT_SHOP")).toEqual([presented]);
    },
    TIME,
  );

  test(
    "does not retire what was just seen",
    async () => {
      expect(await pullWith(SHOP, "origin-shop.example.net")).toBe("200");
      const { status, stdout } = await world.run(
        "rotate",
        SHOP,
        ...world.asked,
        "--yes",
        "--wait",
        "0",
      );
      expect(status).toBe(4);
      expect(stdout).toMatch(/last saw it \d+ s ago/);
      expect(world.listed(SHOP)).toContain(old);
    },
    TIME,
  );

  test(
    "retires the old one after the quiet time, and waits until the verifier knows",
    async () => {
      const [status, ended, left] = await ran("rotate", SHOP, ...world.asked, "--quiet", "1s");
      expect([status, ended, left[0]]).toEqual([4, "waiting", "wait-for-verifiers"]);
      expect(world.listed(SHOP)).not.toContain(old);
    },
    TIME,
  );

  test(
    "deletes it when nobody accepts it any more, and is done; the old one is refused",
    async () => {
      await world.copyMapping();
      expect(await ran("rotate", SHOP, ...world.asked)).toEqual([0, "done", []]);
      expect(world.cloudflare.state.accountCertificates.size).toBe(1);
      expect(await pullWith(SHOP, "origin-shop.example.net")).toBe("403");
      const day = new Date().toISOString().slice(0, 10);
      expect(await pullWith(`${SHOP}-${day}`, "origin-shop.example.net")).toBe("200");
      expect(await ran("rotate", SHOP, ...world.asked)).toEqual([0, "done", []]);
    },
    TIME,
  );
});

describe("a rotation at the edge", () => {
  test(
    "goes the same way, by the hostname's association",
    async () => {
      const [old] = world.listed(NEWS);
      await ran("rotate", NEWS, ...world.asked, "--new");
      await world.copyMapping();
      const [, , left] = await ran("rotate", NEWS, ...world.asked, "--wait", "5s");
      expect(left).toEqual([
        "wait-for-quiet",
        "remove-from-mapping",
        "wait-for-verifiers",
        "delete-hostname-certificate",
      ]);
      const [presented] = world.listed(NEWS);
      expect(presented).not.toBe(old);
      expect(world.cloudflare.edgePresents(world.zone, NEWS)).toEqual([
        { level: "hostname", fingerprint: presented },
      ]);
      await ran("rotate", NEWS, ...world.asked, "--quiet", "0");
      await world.copyMapping();
      expect(await ran("rotate", NEWS, ...world.asked)).toEqual([0, "done", []]);
      const living = [...world.zone.hostnameCertificates.values()].map(
        ({ fingerprint }) => fingerprint,
      );
      expect(living).toContain(presented);
    },
    TIME,
  );
});

describe("two operators at once", () => {
  test("bring about what one would, whoever comes first", async () => {
    const { associations } = world.zone;
    associations.delete(NEWS);
    const args = ["apply", ...world.asked, "--yes", "--wait", "20s"];
    const both = [0, 1].map(async () => {
      const child = spawnPullproof(args, world.folder, { ...world.cloudflare.environment });
      child.stdout?.resume();
      child.stderr?.resume();
      const [status] = (await once(child, "close")) as [number | null];
      return status;
    });
    expect(await Promise.all(both)).toEqual([0, 0]);
    expect(associations.get(NEWS)?.enabled).toBe(true);
    const { stdout } = await world.run("plan", ...world.asked);
    expect(stdout).toContain("nothing to do");
  }, 90_000);
});
