import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPage, startBrowser, withoutBrowser, type PageOptions } from "./support/browser.ts";
import {
  startConsoleWorld,
  startGuardedVerifier,
  type ConsoleWorld,
  type GuardedVerifier,
} from "./support/console-world.ts";
import { readability } from "./support/contrast.ts";

const skipped = withoutBrowser();
let browser: Browser;
let running: ConsoleWorld;
let guarded: GuardedVerifier;

beforeAll(async () => {
  if (skipped) return;
  [browser, running, guarded] = await Promise.all([
    startBrowser(),
    startConsoleWorld(),
    startGuardedVerifier(),
  ]);
});

afterAll(async () => {
  if (skipped) return;
  await browser.close();
  await Promise.all([running.close(), guarded.close()]);
});

/** The console, live. */
async function open(options?: PageOptions) {
  const opened = await openPage(browser, running.origin, options);
  await opened.page.goto(`${running.origin}/`);
  await opened.page.getByText("Live", { exact: true }).waitFor();
  return opened;
}

describe.skipIf(skipped)("a name that somebody leads to this machine", () => {
  test("gets no page and no data", async () => {
    const { port } = new URL(running.origin);
    const { page } = await openPage(browser, running.origin);
    for (const path of ["/", "/status", "/metrics"]) {
      const answer = await page.goto(`http://rebound.example.com:${port}${path}`);
      expect([path, answer?.status(), await answer?.text()]).toEqual([path, 421, "not here\n"]);
    }
    await page.context().close();
  });
});

describe.skipIf(skipped)("the console", () => {
  test("shows a refusal of a real pull as it happens, with its reason and what to do", async () => {
    const { page, complaints } = await open();
    const log = page.getByRole("log");
    expect(await running.pull("blog")).toBe("HTTP/1.1 403 Forbidden");
    const line = log.getByRole("listitem").filter({ hasText: "certificate-not-accepted" }).first();
    await line.waitFor();
    expect(await line.innerText()).toContain("a good certificate, but not this hostname's");
    await line.getByText("What now").click();
    expect(await line.innerText()).toContain(running.world.pki.blog.fingerprint);
    expect(await line.getByRole("code").allInnerTexts()).toContain("pullproof check");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("shows an accepted pull, and a stranger who got nothing", async () => {
    const { page, complaints } = await open();
    const log = page.getByRole("log");
    expect(await running.pull("shop")).toBe("HTTP/1.1 200 OK");
    expect(await running.pull("stranger")).toBe("");
    const accepted = log.getByText("accepted", { exact: true }).first();
    const refused = log.getByText("unknown-issuer", { exact: true }).first();
    await accepted.waitFor();
    await refused.waitFor();
    await page.getByLabel("Refusals only").check();
    await accepted.waitFor({ state: "hidden" });
    expect(await refused.isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("stands still while it is paused, and loses nothing of what came", async () => {
    const { page } = await open();
    const lines = page.getByRole("log").getByRole("listitem");
    await page.getByRole("button", { name: "Pause" }).click();
    const before = await lines.count();
    await running.pull("nobody");
    const goOn = page.getByRole("button", { name: /^Go on \(\d+\)$/ });
    await goOn.waitFor();
    expect(await lines.count()).toBe(before);
    expect(await goOn.getAttribute("aria-pressed")).toBe("true");
    await goOn.click();
    await expect.poll(() => lines.count()).toBeGreaterThan(before);
    await page.context().close();
  });

  test("keeps its sections true without taking what is unfolded, or the focus, from the reader", async () => {
    const { page } = await open();
    const row = page.getByRole("row").filter({ hasText: "shop.example.com" }).first();
    const summary = row.getByText(/^Certificates:/);
    await summary.focus();
    await page.keyboard.press("Enter");
    const refused = async () => parseInt(await row.getByRole("cell").nth(4).innerText(), 10);
    const before = await refused();
    await running.pull("blog");
    await expect.poll(refused).toBeGreaterThan(before);
    expect(await row.innerText()).toContain("Refusing");
    expect(await row.getByText(running.world.pki.blog.fingerprint).isVisible()).toBe(true);
    expect(await page.locator(":focus").innerText()).toBe(await summary.innerText());
    await page.context().close();
  });

  test("says that it was cut off, connects again and tells what it missed", async () => {
    const { page } = await open();
    const connection = page.locator("#connection");
    const told = page.getByRole("log").getByText("malformed-request", { exact: true });
    expect(await told.count()).toBe(0);
    running.cut();
    await connection.getByText("Connecting again").waitFor();
    await running.refuseMalformed();
    await connection.getByText("Live", { exact: true }).waitFor();
    await told.waitFor();
    expect(await told.count()).toBe(1);
    await page.context().close();
  });

  test("has a heading for each part, a header for each column, and names for what it has", async () => {
    const { page } = await open();
    for (const role of ["banner", "main", "complementary", "contentinfo"] as const)
      expect([role, await page.getByRole(role).count()]).toEqual([role, 1]);
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    for (const name of ["Hostnames", "Refusals, last hour", "What ends when", "Trust and reloads"])
      expect(await page.getByRole("region", { name }).count()).toBe(1);
    const table = page.getByRole("table", { name: /^Hostnames/ });
    expect(await table.getByRole("columnheader").count()).toBe(6);
    expect(await table.getByRole("rowheader").count()).toBe(2);
    expect(await page.getByRole("img", { name: /refusals? in the last hour/ }).count()).toBe(1);
    const log = page.getByRole("log", { name: "As it happens" });
    expect(await log.getAttribute("aria-live")).toBe("polite");
    await page.context().close();
  });

  test("is walked through by keyboard, the content first", async () => {
    const { page } = await open();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(new URL(page.url()).hash).toBe("#main");
    const reached = new Set<string>();
    for (let n = 0; n < 30; n += 1) {
      await page.keyboard.press("Tab");
      reached.add(
        await page.evaluate("document.activeElement.id || document.activeElement.tagName"),
      );
    }
    for (const one of ["SUMMARY", "refusals-only", "pause", "happenings", "A"])
      expect([...reached]).toContain(one);
    await page.context().close();
  });

  test("is readable in light and dark, and no wider than 360 px where there are no more", async () => {
    const { page, complaints } = await open();
    await running.pull("blog");
    await page.getByText("certificate-not-accepted").first().waitFor();
    for (const width of [1280, 760, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        const { looked, faint } = await readability(page);
        expect([width, colorScheme, looked > 50, faint]).toEqual([width, colorScheme, true, []]);
      }
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("is whole without a script", async () => {
    const { page, complaints } = await openPage(browser, running.origin, {
      javaScriptEnabled: false,
    });
    await page.goto(`${running.origin}/`);
    const text = await page.locator("body").innerText();
    for (const part of ["shop.example.com", "What ends when", "as of", "Generation"])
      expect(text).toContain(part);
    expect(await page.getByRole("button").count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("shows what enforcing would refuse where a reload says report, as it happens, and takes it away with it", async () => {
    const { page, complaints } = await open();
    const wouldHave = page.getByRole("region", { name: "What enforcing now would have refused" });
    expect(await wouldHave.count()).toBe(0);
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    await running.setMode({ report: until });
    await wouldHave.getByText(/enforcing would have refused none/).waitFor();
    expect(await running.pull("nobody")).toBe("HTTP/1.1 200 OK");
    await wouldHave.getByText("no-certificate", { exact: true }).waitFor();
    await page.getByRole("log").getByText("let through", { exact: true }).first().waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect((await readability(page)).faint).toEqual([]);
    }
    await page.setViewportSize({ width: 360, height: 900 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    await running.setMode("enforce");
    await wouldHave.waitFor({ state: "detached" });
    expect(await running.pull("nobody")).toBe("");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("shows a reload that failed with every problem, while the page is open", async () => {
    const { page, complaints } = await open();
    await running.world.writeMapping({ version: 1, hosts: 7 });
    const outcome = await running.world.verifier.reload();
    const problems = outcome.ok ? [] : outcome.problems;
    expect(problems.length).toBeGreaterThan(0);
    const trust = page.getByRole("region", { name: "Trust and reloads" });
    await trust.getByText(/The last reload failed/).waitFor();
    for (const { message } of problems) expect(await trust.innerText()).toContain(message);
    expect(await trust.innerText()).toContain(`kill -HUP ${process.pid}`);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe.skipIf(skipped)("the bin, with a token in a file", () => {
  test("lets a program in by the token alone, under the names that it was given", async () => {
    const bearer = { Authorization: `Bearer ${guarded.token}` };
    expect(await guarded.statusOf("/metrics")).toBe(401);
    expect(await guarded.statusOf("/metrics", bearer)).toBe(200);
    const Host = "admin.example.com";
    expect(await guarded.statusOf("/status", { ...bearer, Host })).toBe(200);
    expect(await guarded.statusOf("/status", { ...bearer, Host: "other.example.com" })).toBe(421);
    expect(await guarded.statusOf("/readyz")).toBe(200);
    expect(guarded.verifier.lines.join("\n")).not.toContain(guarded.token);
  });

  test("lets a browser in by the token alone, and no script can read what lets it in", async () => {
    const { page, complaints } = await openPage(browser, guarded.origin);
    await page.goto(`${guarded.origin}/`);
    expect(await page.locator("body").innerText()).not.toContain("shop.example.com");
    await page.getByLabel("Admin token").fill("not-the-token-at-all");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    expect((await readability(page)).faint).toEqual([]);
    await page.getByLabel("Admin token").fill(guarded.token);
    await page.getByRole("button", { name: "Open the console" }).click();
    await page.getByText("Live", { exact: true }).waitFor();
    expect(page.url()).toBe(`${guarded.origin}/`);
    expect(await page.evaluate("document.cookie")).toBe("");
    // The browser itself says that two answers were 401 and 403: those, and nothing else.
    expect(complaints.filter((complaint) => !/status of 40[13]/.test(complaint))).toEqual([]);
    await page.context().close();
  });
});
