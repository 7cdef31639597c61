import picocolors from "picocolors";
import { describe, expect, test } from "vitest";
import { commandLines, shown } from "../../cli/local-world/by-hand.ts";
import { liveLine } from "../../cli/local-world/live.ts";
import type { Row } from "../../cli/local-world/run-attempts.ts";
import { drawTable, shortFingerprint } from "../../cli/local-world/table.ts";
import type { VerifierEvent } from "../../origin-verifier/events.ts";

const plain = picocolors.createColors(false);
const colourful = picocolors.createColors(true);
const one = `sha256:${"1".repeat(64)}`;
const two = `sha256:${"2".repeat(64)}`;

const row = (given: object): Row => given as Row;
const accepted = row({
  towards: "Through the Worker",
  tried: "shop.example.com",
  how: { by: "visitor" },
  expected: {
    verdict: "accepted",
    hostname: "shop.example.com",
    binding: "PULL_CERT_SHOP",
    fingerprint: one,
  },
  happened: { verdict: "accepted", answer: 200, hostname: "shop.example.com", fingerprint: one },
  asItShouldBe: true,
});
const silent = row({
  towards: "Straight to origin-shop.example.net, past the Worker",
  tried: "without a certificate",
  how: { by: "stranger" },
  expected: { verdict: "refused", reason: "no-certificate", answer: null },
  happened: { verdict: "refused", reason: "no-certificate", answer: null, detail: "" },
  asItShouldBe: true,
});
const wrong = row({
  ...silent,
  tried: "with the certificate of a-very-long-name-of-a-hostname.in-some-department.example.com",
  expected: { verdict: "refused", reason: "certificate-not-accepted", answer: 403 },
  happened: { verdict: "accepted", answer: 200, hostname: "shop.example.com", fingerprint: two },
  asItShouldBe: false,
});

const open = row({
  towards: "Authenticated Origin Pulls off: nobody is asked",
  tried: "an external device that knows the address",
  how: { by: "outsider", originPulls: "off" },
  expected: { verdict: "gets-through", answer: 200 },
  happened: { verdict: "gets-through", answer: 200 },
  asItShouldBe: true,
});
const throughEdge = row({
  ...accepted,
  towards: "Authenticated Origin Pulls on: the verifier asks",
  tried: "docs.example.com, through the edge",
  how: { by: "edge-visitor", originPulls: "on", wrong: null },
  expected: {
    verdict: "accepted",
    hostname: "docs.example.com",
    level: "hostname",
    fingerprint: one,
  },
  happened: { verdict: "accepted", answer: 200, hostname: "docs.example.com", fingerprint: one },
});

const draw = (rows: readonly Row[], columns: number) =>
  drawTable(rows, { columns, colours: plain });

describe("the table", () => {
  test("reads as it should at 80 columns", () => {
    expect(`\n${draw([accepted, silent], 80).join("\n")}\n`).toBe(`
  Through the Worker                                        should be        was
  ✓ shop.example.com                                              200        200
    accepted: the application saw sha256:11111111…1111 (PULL_CERT_SHOP)

  Straight to origin-shop.example.net, past the Worker
  ✓ without a certificate                                   no answer  no answer
    no-certificate: it presented no certificate
`);
  });

  test("marks who gets through, and says of the edge whose certificate it showed", () => {
    const visit = row({
      ...open,
      tried: "docs.example.com, through the edge",
      how: throughEdge.how,
    });
    expect(`\n${draw([visit, open, throughEdge], 80).join("\n")}\n`).toBe(`
  Authenticated Origin Pulls off: nobody is asked           should be        was
  ✓ docs.example.com, through the edge                            200        200
    answered: nobody asked for a certificate, and the edge showed none
  ! an external device that knows the address                     200        200
    gets through, past cache, rules and WAF: this origin answers whoever comes

  Authenticated Origin Pulls on: the verifier asks
  ✓ docs.example.com, through the edge                            200        200
    accepted: the application saw sha256:11111111…1111 (level hostname)
`);
  });

  test("does not take for good what got through where it should not, nor what was stopped where it should", () => {
    const through = row({ ...silent, how: open.how, happened: open.happened, asItShouldBe: false });
    const stopped = row({ ...open, happened: silent.happened, asItShouldBe: false });
    const text = draw([through, stopped], 80).join("\n");
    expect(text.match(/✗/g)).toHaveLength(2);
    expect(text).not.toContain("!");
    expect(text.replaceAll(/\s+/g, " ")).toContain("it should have been: let through");
  });

  test("says of a row that is not as it should be what it should have been", () => {
    const text = draw([wrong], 80).join("\n");
    expect(text).toContain("✗ with the certificate of");
    expect(text).toMatch(/403 +200\n/);
    expect(text.replaceAll(/\s+/g, " ")).toContain("it should have been: certificate-not-accepted");
  });

  test.each([20, 60, 80, 96, 120, 300])("never breaks at %i columns", (columns) => {
    const width = Math.min(Math.max(columns, 60), 96);
    for (const line of draw([accepted, silent, wrong], columns)) {
      expect(line.length).toBeLessThanOrEqual(width);
      expect(line).toBe(line.trimEnd());
    }
  });

  test("paints ticks green and crosses red", () => {
    const style = { columns: 80, colours: colourful };
    expect(drawTable([accepted], style).join("\n")).toContain(colourful.green("✓"));
    expect(drawTable([wrong], style).join("\n")).toContain(colourful.red("✗"));
  });

  test("shortens fingerprints to what tells them apart", () => {
    expect(shortFingerprint(one)).toBe("sha256:11111111…1111");
    expect(shortFingerprint("none")).toBe("none");
  });
});

describe("commands to try by hand", () => {
  test("are broken between their parts, where the shell lets them be", () => {
    const command = ["curl -sS", "--resolve a:1:127.0.0.1", "--cacert x.pem", "https://a:1/"];
    expect(commandLines(command, 200)).toEqual([command.join(" ")]);
    expect(commandLines(command, 40)).toEqual([
      "curl -sS --resolve a:1:127.0.0.1 \\",
      "  --cacert x.pem https://a:1/",
    ]);
  });

  test("name files as one types them", () => {
    expect(shown(`${process.cwd()}/.pullproof/local/issuer.pem`)).toBe(
      ".pullproof/local/issuer.pem",
    );
    expect(shown("/elsewhere/with space/it's.pem")).toBe("'/elsewhere/with space/it'\\''s.pem'");
  });
});

describe("a pull as it happens", () => {
  const time = new Date(2026, 5, 1, 12, 34, 56);
  const peer = { originHostname: "origin-shop.example.net", fingerprint: one, remotePort: 1 };
  const line = (event: object) => liveLine(event as VerifierEvent, time, plain);

  test("is one line, accepted or refused", () => {
    expect(
      line({ event: "pull-accepted", hostname: "shop.example.com", method: "GET", ...peer }),
    ).toBe("12:34:56 ✓ shop.example.com  GET  sha256:11111111…1111");
    expect(line({ event: "pull-refused", reason: "no-certificate", status: null, ...peer })).toBe(
      "12:34:56 ✗ origin-shop.example.net  no answer  no-certificate: it presented no certificate",
    );
    expect(line({ event: "handshake-failed", detail: "no shared cipher", ...peer })).toBe(
      "12:34:56 ✗ origin-shop.example.net  no shared cipher",
    );
  });

  test("is all that is shown: what else the verifier says stays in its log", () => {
    expect(line({ event: "stopping" })).toBeNull();
  });
});
