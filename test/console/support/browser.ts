import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import { skipUnless } from "../../support/loud-skip.ts";

const CHROMIUM = "/usr/bin/chromium";

/** Whether the tests of pages must be skipped, said aloud. */
export const withoutBrowser = (): boolean =>
  skipUnless(existsSync(CHROMIUM), `${CHROMIUM} (apt-get install chromium)`);

/** A browser with an empty profile that talks to nobody but the pages under test. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // A name that somebody else owns, led to this machine.
      "--host-resolver-rules=MAP rebound.example.com 127.0.0.1",
    ],
  });
}

/** A page, and everything that it did which it should not have. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings of the console, policy violations, requests to anywhere else. */
  readonly complaints: readonly string[];
}

export interface PageOptions {
  readonly width?: number;
  readonly scheme?: "light" | "dark";
  readonly javaScriptEnabled?: boolean;
}

/** Opens a page and begins to watch it; the address is asked for later. */
export async function openPage(
  browser: Browser,
  origin: string,
  { width = 1280, scheme = "light", javaScriptEnabled = true }: PageOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    javaScriptEnabled,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (said) => {
    if (["error", "warning"].includes(said.type())) complaints.push(`console: ${said.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) complaints.push(`request: ${request.url()}`);
  });
  page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
  return { page, complaints };
}
