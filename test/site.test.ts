import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage, startBrowser, withoutBrowser } from "./console/support/browser.ts";
import { skipUnless } from "./support/loud-skip.ts";

const ROOT = resolve(import.meta.dirname, "..");
const SITE = join(ROOT, "dist/site");
const cannotBuild = skipUnless(
  existsSync(join(ROOT, "docs/site/node_modules")),
  "what builds the site: (cd docs/site && npm ci)",
);
const skipped = withoutBrowser() || cannotBuild;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Any server of static files that knows pages without their ending; what was asked for and is not there is written down. */
function serve(missing: string[]): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const path = join(SITE, decodeURIComponent(pathname));
    const file = [`${path}.html`, join(path, "index.html"), path].find(
      (candidate) => extname(candidate) !== "" && existsSync(candidate),
    );
    if (file === undefined) missing.push(pathname);
    response.statusCode = file === undefined ? 404 : 200;
    response.setHeader("Content-Type", TYPES[extname(file ?? ".html")] ?? "text/plain");
    response.end(readFileSync(file ?? join(SITE, "404.html")));
  });
}

describe.skipIf(skipped)("the documentation as a site", () => {
  let server: Server;
  let browser: Browser;
  let origin: string;
  let built: string;
  const missing: string[] = [];
  beforeAll(async () => {
    const { stderr } = await promisify(execFile)(
      process.execPath,
      [join(ROOT, "scripts/build-site.ts")],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    built = stderr;
    server = serve(missing);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await startBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it("has a page for every document, and one for every export", () => {
    expect(built).toMatch(/pages and the reference in dist\/site/);
    for (const page of ["guide", "SECURITY", "docs/concepts/origin-pull", "docs/runbooks/rotation"])
      expect(existsSync(join(SITE, `${page}.html`)), page).toBe(true);
    const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      readonly exports: Readonly<Record<string, unknown>>;
    };
    const modules = Object.keys(exports).filter((name) => !name.endsWith(".json"));
    expect(modules.length).toBeGreaterThan(5);
    for (const name of modules)
      expect(existsSync(join(SITE, "api", name, "index.html")), name).toBe(true);
  });

  it("links to no file that was not brought along", () => {
    const pages = globSync("**/*.html", { cwd: SITE });
    expect(pages.length).toBeGreaterThan(50);
    for (const page of pages)
      for (const [, path = ""] of readFileSync(join(SITE, page), "utf8").matchAll(
        /"(\/files\/[^"#]+)"/g,
      ))
        expect(existsSync(join(SITE, path)), `${page}: ${path}`).toBe(true);
  });

  it("opens without an error, draws its diagrams, and asks nobody else for anything", async () => {
    const { page, complaints } = await openPage(browser, origin);
    await page.goto(`${origin}/docs/concepts/two-handshakes`);
    await page.locator(".mermaid svg").first().waitFor();
    expect(await page.locator(".mermaid svg").count()).toBeGreaterThan(1);
    await page.goto(`${origin}/`);
    await page.getByRole("link", { name: "See it work" }).click();
    await page.waitForURL(/\/guide#see-it-work$/);
    // What a page fetches ahead is given up when it is left: that is no fault.
    expect(complaints.filter((complaint) => !complaint.startsWith("failed: "))).toEqual([]);
    expect(missing).toEqual([]);
    await page.context().close();
  });

  it("finds a reason for a refusal where it is explained", async () => {
    const { page } = await openPage(browser, origin);
    await page.goto(`${origin}/guide`);
    await page.getByRole("button", { name: "Search" }).first().click();
    await page.getByRole("searchbox").fill("unknown-issuer");
    const results = page.locator(".VPLocalSearchBox .results a");
    await results.first().waitFor();
    const found = await results.evaluateAll((links) =>
      links.map((link) => (link as unknown as { readonly href: string }).href),
    );
    expect(found.some((href) => href.startsWith(`${origin}/guide#`))).toBe(true);
    await page.context().close();
  });
});
