import { describe, expect, it } from "vitest";
import type { LogLine } from "../../../origin-verifier/log/log-line.ts";
import { plainLine } from "../../../origin-verifier/log/plain-line.ts";
import type { HostPattern, Hostname } from "../../../shared/hostname.ts";

const PLAIN = { strong: (text: string) => text, faint: (text: string) => text };
const said = (line: LogLine): string => plainLine(line, PLAIN);

const PEER = {
  originHostname: "origin-shop.example.net" as Hostname,
  fingerprint: null,
  remoteAddress: "192.0.2.1",
  remotePort: 4711,
  tlsVersion: "TLSv1.3",
} as const;
const REFUSED = {
  event: "pull-refused",
  reason: "misdirected",
  status: 421,
  id: "an-id",
  hostname: "shop.example.com",
  detail: "",
  ...PEER,
} as const;
const REPORT = {
  originHostname: PEER.originHostname,
  hostnames: ["shop.example.com" as HostPattern],
  until: "2027-03-01T00:00:00.000Z",
};

describe("a line for people", () => {
  it("says why a pull was refused in plain words, to whom, and the id to look for", () => {
    const line = said({ ...REFUSED, detail: "SNI a, but Host b" });
    expect(line.split("\n")).toHaveLength(2);
    for (const part of [
      "shop.example.com",
      "misdirected",
      "the handshake named one origin",
      "192.0.2.1:4711",
      "421",
      "an-id",
      "SNI a, but Host b",
    ])
      expect(line).toContain(part);
  });

  it("brings nothing to the terminal that a peer wrote but printable characters", () => {
    const wild = "\u001B[2J\r\nfake\u202E\u009B31m";
    for (const line of [
      said({ ...REFUSED, hostname: wild, detail: wild }),
      said({ event: "handshake-failed", detail: wild, ...PEER, originHostname: null }),
      said({
        event: "pull-accepted",
        hostname: "a.example.com" as Hostname,
        method: wild,
        notAfter: 0,
        judgedInMs: 0,
        ...PEER,
      }),
      said({
        event: "pull-reported",
        reason: "weak-key",
        hostname: "a.example.com" as Hostname,
        method: "GET",
        detail: wild,
        ...PEER,
      }),
    ]) {
      expect(line.replaceAll("\n", "")).not.toMatch(/[^\u0020-\u007e·]/);
      expect(line.split("\n").length).toBeLessThanOrEqual(2);
    }
  });

  it.each<[LogLine, RegExp]>([
    [
      { event: "listening", listener: "origin", address: "::1", port: 8443, profile: "modern" },
      /^accepting pulls on \[::1\]:8443, profile modern$/,
    ],
    [
      { event: "listening", listener: "admin", address: "127.0.0.1", port: 9464 },
      /^console on http:\/\/127\.0\.0\.1:9464$/,
    ],
    [
      { event: "trust-swapped", generation: 3, warnings: ["a thing ends soon"] },
      /^trust 3 in force\n +a thing ends soon$/,
    ],
    [
      {
        event: "reload-failed",
        generation: 3,
        problems: [
          { file: "/m.json", path: "hosts.a", message: "wrong" },
          { file: "/k", path: "", message: "gone" },
        ],
      },
      /^reload failed: trust 3 stays in force\n +\/m\.json: hosts\.a: wrong\n +\/k: gone\n +next: pullproof check/,
    ],
    [
      {
        event: "watching",
        files: 1,
        folders: 2,
        pollSeconds: 60,
        unwatched: [{ folder: "/f", why: "NFS" }],
      },
      /^watching 1 file in 2 folders\n +\/f: looked at every 60 s \(NFS\)$/,
    ],
    [
      { event: "refusals-omitted", reason: "no-certificate", count: 4_211, sources: 1 },
      /^and 4,211 more: it presented no certificate \(no-certificate\), from 1 address$/,
    ],
    [
      { event: "refusals-omitted", reason: "handshake-failed", count: 2, sources: 2 },
      /^and 2 more: no handshake .* from 2 addresses$/,
    ],
    [{ event: "lines-lost", count: 1_200 }, /^1,200 lines lost: they could not be written$/],
    [{ event: "report-ends", left: "1 day", ...REPORT }, /ends in 1 day for shop\.example\.com/],
    [{ event: "report-ended", ...REPORT }, /is over for shop\.example\.com/],
    [
      {
        event: "file-old",
        lock: "addresses",
        file: "/etc/ranges.txt",
        fetched: "2026-11-01T00:00:00.000Z",
        hostnames: REPORT.hostnames,
        message: "ranges.txt was fetched\non 2026-11-01",
      },
      /^old file: ranges\.txt was fetched\\u000aon 2026-11-01$/,
    ],
    [{ event: "listener-unsafe", problems: ["it resumes"] }, /not safe.*\n +it resumes$/],
    [{ event: "admin-token-replaced" }, /token is replaced/],
    [
      { event: "worker-ended", worker: 2, processId: 7, by: "SIGKILL", againInMs: 1_600 },
      /^ended by itself \(SIGKILL\), and is started again in 1,600 milliseconds$/,
    ],
    [
      { event: "worker-ended", worker: 2, processId: 7, by: 134, againInMs: 100 },
      /\(exit code 134\)/,
    ],
    [{ event: "stopping" }, /^stopping/],
    [{ event: "stopped", cutOff: 0 }, /everything was answered/],
    [{ event: "stopped", cutOff: 2 }, /2 cut off/],
  ])("says what happened (%#)", (line, words) => {
    expect(said(line)).toMatch(words);
  });
});
