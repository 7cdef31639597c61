import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import type { VerifierEvent } from "../../origin-verifier/events.ts";
import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern } from "../../shared/hostname.ts";
import { startAdmin, type AdminWorld } from "../origin-verifier/admin/admin-world.ts";
import {
  acceptedPull,
  LISTENING,
  madeUpTrust,
  refusedPull,
  reportedPull,
} from "../support/made-up-trust.ts";
import { openPage, startBrowser } from "./support/browser.ts";

/*
 * Takes the pictures of the console in docs/pictures: `npm run pictures`, after the console has changed. An hour of a made-up
 * verifier: a rotation that reached the Worker before the origin, report mode that would refuse, and strangers as ever. pngquant
 * makes them small: `pngquant --force --ext .png docs/pictures/*.png`.
 */
const PICTURES = resolve(import.meta.dirname, "../../docs/pictures");
const MINUTE = 60_000;
const DAY = 86_400_000;
const VIEW = { width: 1280, height: 1580 };

const certificate = (name: string): Fingerprint =>
  `sha256:${createHash("sha256").update(name).digest("hex")}` as Fingerprint;

interface Host {
  readonly hostname: string;
  readonly origin: string;
  readonly presents: Fingerprint;
  /** Days until that ends. */
  readonly days: number;
}

const host = (hostname: string, origin: string, days: number): Host => ({
  hostname,
  origin,
  presents: certificate(hostname),
  days,
});
const SHOP = host("shop.example.com", "origin-shop.example.net", 212);
const BLOG = host("blog.example.com", "origin-blog.example.net", 301);
const TENANT = host("*.tenant.example.com", "origin-tenant.example.net", 28);
const DOCS = host("docs.example.com", "docs.example.com", 240);
const HOSTS = [SHOP, BLOG, TENANT, DOCS];

function trustAt(now: number) {
  const own = ({ hostname, presents, days }: Host) => ({
    hostnames: [hostname],
    accepts: [presents],
    originNotAfter: now + (days + 40) * DAY,
  });
  return madeUpTrust(
    {
      [SHOP.origin]: { ...own(SHOP), accepts: [SHOP.presents, certificate("shop's next")] },
      [BLOG.origin]: { ...own(BLOG), reportUntil: Math.ceil(now / DAY) * DAY + 4 * DAY },
      [TENANT.origin]: { ...own(TENANT), accepts: { names: ["tenant.example.com"] } },
      [DOCS.origin]: {
        ...own(DOCS),
        levels: new Map([[DOCS.hostname as HostPattern, "hostname"]]),
      },
    },
    { issuerNotAfter: now + 3_000 * DAY },
  );
}

const many = (count: number, event: VerifierEvent): readonly VerifierEvent[] =>
  Array.from({ length: count }, () => event);

/** What happens in one of the sixty minutes. */
function happeningsIn(minute: number, now: number): readonly VerifierEvent[] {
  const elsewhere = certificate("a rotation half done");
  const stranger = (reason: "no-certificate" | "unknown-issuer", { origin }: Host) => ({
    ...refusedPull(reason, origin, reason === "no-certificate" ? null : certificate("a stranger")),
    remoteAddress: reason === "no-certificate" ? "198.51.100.23" : "203.0.113.9",
  });
  return [
    ...HOSTS.flatMap(({ hostname, origin, presents, days }, at) =>
      many(3 + ((minute + at) % 4), acceptedPull(hostname, origin, presents, now + days * DAY)),
    ),
    ...many(1 + ((minute * 7) % 4), stranger("no-certificate", HOSTS[minute % 4] ?? SHOP)),
    ...many((minute * 5) % 3, stranger("unknown-issuer", HOSTS[(minute + 1) % 4] ?? SHOP)),
    ...(minute >= 24 && minute < 30
      ? many(
          7 - (minute % 3),
          refusedPull("certificate-not-accepted", SHOP.origin, elsewhere, {
            hostname: SHOP.hostname,
            detail: `${elsewhere} is not in the accepted list`,
          }),
        )
      : []),
    ...(minute % 2 === 0
      ? [reportedPull("certificate-not-accepted", BLOG.hostname, BLOG.origin, elsewhere)]
      : []),
    ...(minute % 3 === 0 ? [reportedPull("no-certificate", BLOG.hostname, BLOG.origin)] : []),
  ];
}

async function liveAnHour(): Promise<AdminWorld> {
  const now = Date.now();
  const admin = await startAdmin({ madeUp: trustAt(now), version: "0.1.0" });
  admin.clock.now = now - 60 * MINUTE;
  admin.take(LISTENING);
  for (let minute = 0; minute < 60; minute += 1) {
    admin.clock.now = now - (60 - minute) * MINUTE + 57_000;
    for (const event of happeningsIn(minute, now)) admin.take(event);
  }
  admin.clock.now = now;
  return admin;
}

const admin = await liveAnHour();
const browser = await startBrowser();
try {
  for (const scheme of ["light", "dark"] as const) {
    const origin = `http://127.0.0.1:${admin.port}`;
    const { page, complaints } = await openPage(browser, origin, { width: VIEW.width, scheme });
    await page.setViewportSize(VIEW);
    await page.goto(origin);
    await page.getByText("Live", { exact: true }).waitFor();
    admin.clock.now = Date.now();
    for (const { hostname, origin: name, presents, days } of HOSTS)
      admin.take(acceptedPull(hostname, name, presents, admin.clock.now + days * DAY));
    await page
      .getByText("accepted", { exact: true })
      .nth(HOSTS.length - 1)
      .waitFor();
    const file = join(PICTURES, `console-${scheme}.png`);
    await page.screenshot({ path: file });
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
    console.log(file);
  }
} finally {
  await browser.close();
  await admin.close();
}
