import { once } from "node:events";
import { cpSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { NEWS, SHOP } from "../cli/rotation/support/rotation-world.ts";
import { mintCa } from "../support/certificates.ts";
import { acceptOf, editMapping, untilTomorrow } from "./support/mapping-by-hand.ts";
import { commandsOf } from "./support/open-runbook.ts";
import { pullWith } from "./support/pull-with.ts";
import { NOW, ORIGIN_SHOP, TOLD, useRunbook } from "./support/use-runbook.ts";

/*
 * Each runbook from its first command to its last, as it stands in docs/runbooks, in a project of its own: with the real
 * wrangler, a fake Cloudflare and a real verifier. What is not a command there is done by hand here.
 */

const TIME = 120_000;
// A story is told once: what failed in the middle of it does not pass by beginning there.
const STORY = { retry: 0 };
const begun: string[] = [];

const made = vi.hoisted(() => ({ at: "", fingerprint: "" }));
vi.mock("../../origin-verifier/certificate/shared-issuer.ts", () => ({
  get SHARED_ISSUER() {
    return made.fingerprint;
  },
}));
vi.mock("../../cli/fetch/published.ts", async (original) => ({
  ...(await original<object>()),
  get SHARED_ISSUER_URL() {
    return made.at;
  },
}));

/** Takes a runbook in hand, and knows of it. */
function begin(page: string, days?: number): ReturnType<typeof useRunbook> {
  begun.push(page);
  return useRunbook(page, days);
}

describe("rotation.md", STORY, () => {
  const it = begin("rotation.md");

  test(
    "replaces a certificate, with the mapping brought to the verifiers in between",
    async () => {
      const [old] = it.world().listed(SHOP);
      const first = await it.book().run("rotate shop.example.com", "--new", "--deploy", ...NOW);
      expect(first.status).toBe(4);
      await it.world().copyMapping();
      await it.goOn(["rotate", SHOP, ...it.world().asked, "--deploy", "--quiet", "0"]);
      expect(it.world().listed(SHOP)).toHaveLength(1);
      expect(it.world().listed(SHOP)).not.toContain(old);
      const plan = await it.book().run("plan", ...it.world().asked);
      expect(plan).toMatchObject({ status: 0 });
    },
    TIME,
  );

  test("fetches Cloudflare's CA anew", async () => {
    const ca = mintCa({ subject: "made-up shared CA" });
    const server = createServer((_request, response) => response.end(ca.pem));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    made.at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ca.pem`;
    made.fingerprint = ca.fingerprint;
    const { status, stderr } = await it.book().run("fetch shared-issuer");
    server.closeAllConnections();
    server.close();
    expect(status, stderr).toBe(0);
    expect(readdirSync(path.join(it.world().folder, "pki"))).toContain("cloudflare-shared.pem");
  });
});

describe("lost-key.md", STORY, () => {
  const it = begin("lost-key.md");

  test(
    "closes the door to the old certificate at once, and opens it for the next",
    async () => {
      expect(await pullWith(it.world(), SHOP, ORIGIN_SHOP)).toBe("200");
      // Another one of ours: a list cannot be empty.
      await it.world().run("issue", SHOP, "--issuer", "pki/issuer", "--out", "pki/spare");
      const spare = it.fingerprintAt("pki/spare.pem");
      await it.mappingOnVerifiers((mapping) => {
        acceptOf(mapping, SHOP).certificates = [spare];
      });
      expect(await pullWith(it.world(), SHOP, ORIGIN_SHOP)).toBe("403");
      const { status, stderr } = await it.book().run("rotate shop.example.com", ...NOW);
      expect([0, 4], stderr).toContain(status);
      await it.goOn(["rotate", SHOP, ...it.world().asked, "--deploy", "--quiet", "0"]);
      expect(await it.book().run("status")).toMatchObject({ status: 0 });
      const remote = await it.book().run("check --remote");
      expect(remote, remote.stdout + remote.stderr).toMatchObject({ status: 0 });
      expect(await pullWith(it.world(), SHOP, ORIGIN_SHOP)).toBe("403");
    },
    TIME,
  );
});

describe("expired-certificate.md", STORY, () => {
  // Issued a hundred days ago.
  const it = begin("expired-certificate.md", 99);

  test(
    "says what has ended, lets pulls through until tomorrow, and moves to the next certificate",
    async () => {
      expect(await pullWith(it.world(), SHOP, ORIGIN_SHOP)).toBe("403");
      const status = await it.book().run("status");
      expect(status.stdout + status.stderr).toContain("expired");
      await it.mappingOnVerifiers((mapping) => {
        acceptOf(mapping, SHOP).mode = untilTomorrow();
      });
      expect(await pullWith(it.world(), SHOP, ORIGIN_SHOP)).toBe("200");
      const first = await it.book().run("rotate shop.example.com", ...NOW);
      expect(first.status, first.stdout + first.stderr).toBe(4);
      await it.world().copyMapping();
      await it.goOn(["rotate", SHOP, ...it.world().asked, "--deploy", "--quiet", "0"]);
      await it.mappingOnVerifiers((mapping) => {
        delete acceptOf(mapping, SHOP).mode;
      });
      expect(await pullWith(it.world(), SHOP, ORIGIN_SHOP)).toBe("403");
      expect(await pullWith(it.world(), it.newest(), ORIGIN_SHOP)).toBe("200");
      expect((await it.book().run("alerts")).status).toBe(0);
    },
    TIME,
  );
});

describe("compromised-issuer.md", STORY, () => {
  const it = begin("compromised-issuer.md");

  test(
    "moves a hostname to another issuer, and refuses nobody of ours on the way",
    async () => {
      expect((await it.book().run("issue --new-issuer")).status).toBe(0);
      expect((await it.book().run("issue shop.example.com")).status).toBe(0);
      cpSync(
        path.join(it.world().folder, "pki/issuer-2.pem"),
        path.join(it.world().folder, "origin/pki/issuer-2.pem"),
      );
      await it.mappingOnVerifiers((mapping) => {
        mapping.issuers["second"] = { certificates: "pki/issuer-2.pem" };
        const accept = acceptOf(mapping, SHOP);
        accept.issuer = "second";
        accept.certificates = [it.fingerprintAt("pki/shop-2.pem")];
        accept.mode = untilTomorrow();
      });
      expect(await pullWith(it.world(), SHOP, ORIGIN_SHOP)).toBe("200");
      expect(await it.book().run("check --deploy")).toMatchObject({ status: 0 });
      const applied = await it.book().run("apply", ...TOLD);
      expect(applied, applied.stdout + applied.stderr).toMatchObject({ status: 0 });
      expect(await pullWith(it.world(), "shop-2", ORIGIN_SHOP)).toBe("200");
      const status = await it.book().run("status");
      // The pull with the old certificate was a moment ago, and enforcing would have refused it.
      expect(status).toMatchObject({ status: 7 });
      await it.mappingOnVerifiers((mapping) => {
        delete acceptOf(mapping, SHOP).mode;
      });
      expect(await pullWith(it.world(), SHOP, ORIGIN_SHOP)).toBe("403");
      expect(await pullWith(it.world(), "shop-2", ORIGIN_SHOP)).toBe("200");
      editMapping(it.world().folder, (mapping) => {
        delete mapping.issuers["own"];
      });
      const check = await it.book().run("check");
      expect(check.status).toBe(1);
      expect(check.stderr).toContain(NEWS);
    },
    TIME,
  );
});

describe("everything-is-502.md", STORY, () => {
  const it = begin("everything-is-502.md");

  test(
    "finds the Worker that was rolled back, and lets it pull again",
    async () => {
      // Somebody took the old certificate out, and the old version of the Worker came back.
      await it.world().run("issue", SHOP, "--issuer", "pki/issuer", "--out", "pki/spare");
      const spare = it.fingerprintAt("pki/spare.pem");
      const [old = ""] = it.world().listed(SHOP);
      await it.mappingOnVerifiers((mapping) => {
        acceptOf(mapping, SHOP).certificates = [spare];
      });
      expect(await pullWith(it.world(), SHOP, ORIGIN_SHOP)).toBe("403");
      expect((await it.book().run("status")).stdout).toContain("certificate-not-accepted");
      expect(await it.book().run("check --deploy")).toMatchObject({ status: 0 });
      const { stdout } = await it.book().run("doctor shop.example.com", ...(await it.here()));
      expect(stdout).toContain("with its own certificate");
      await it.mappingOnVerifiers((mapping) => {
        acceptOf(mapping, SHOP).certificates = [spare, old];
      });
      expect(await pullWith(it.world(), SHOP, ORIGIN_SHOP)).toBe("200");
    },
    TIME,
  );

  test(
    "finds the association that somebody switched off, and puts it back",
    async () => {
      const standing = it.world().zone.associations.get(NEWS);
      if (standing === undefined) throw new Error("no association");
      it.world().zone.associations.set(NEWS, { ...standing, enabled: false });
      const doctor = await it.book().run("doctor docs.example.com", ...(await it.here()));
      expect(doctor.status).toBe(1);
      expect(doctor.stdout).toContain("enabled: false");
      const plan = await it.book().run("plan");
      expect(plan.stdout).toContain(`have the edge present`);
      const apply = await it.book().run("apply", ...it.world().asked, "--deploy", ...TOLD);
      expect(apply, apply.stdout + apply.stderr).toMatchObject({ status: 0 });
      expect(it.world().cloudflare.edgePresents(it.world().zone, NEWS)).toMatchObject([
        { level: "hostname" },
      ]);
      const straight = await it.book().run("doctor shop.example.com", ...(await it.here()));
      expect(straight.stdout).toContain("answered 200");
    },
    TIME,
  );
});

test("every runbook is run here", () => {
  const folder = path.resolve(import.meta.dirname, "../../docs/runbooks");
  const pages = readdirSync(folder).filter((page) => commandsOf(page).length > 0);
  expect(pages.toSorted()).toEqual([...begun].toSorted());
});
