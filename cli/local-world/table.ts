import type { Colours } from "../manners/io.ts";
import { wrap } from "../manners/wrap.ts";
import type { Expected } from "./attempts.ts";
import { explain } from "./explain.ts";
import type { Happened } from "./happened.ts";
import type { Row } from "./run-attempts.ts";

/** What the table is drawn for. */
export interface TableStyle {
  readonly columns: number;
  readonly colours: Colours;
}

/** Wider than this, the eye loses the line between what was tried and what was answered. */
const WIDEST = 96;
const NARROWEST = 60;
const INDENT = "  ";
/** "no answer" and two spaces. */
const ANSWER = 11;

/** The table, as lines: what was tried, what should be answered, what was, and the reason in plain words. */
export function drawTable(
  rows: readonly Row[],
  { columns, colours }: TableStyle,
): readonly string[] {
  const width = Math.min(Math.max(columns, NARROWEST), WIDEST) - INDENT.length;
  const triedWidth = width - 2 - 2 * ANSWER;
  const lines: string[] = [];
  let towards = "";
  for (const row of rows) {
    if (row.towards !== towards) {
      const heads =
        towards === "" ? `${"should be".padStart(ANSWER)}${"was".padStart(ANSWER)}` : "";
      if (towards !== "") lines.push("");
      const [head = "", ...more] = wrap(row.towards, triedWidth + 2);
      lines.push(`${colours.bold(head.padEnd(triedWidth + 2))}${colours.dim(heads)}`.trimEnd());
      lines.push(...more.map((line) => colours.bold(line)));
      towards = row.towards;
    }
    lines.push(...drawRow(row, triedWidth, width, colours));
  }
  return lines.map((line) => (line === "" ? "" : `${INDENT}${line}`));
}

function drawRow(row: Row, triedWidth: number, width: number, colours: Colours): readonly string[] {
  const { expected, happened, asItShouldBe } = row;
  const { mark, colour } = markOf(row);
  const paint = colours[colour];
  const [tried = "", ...more] = wrap(row.tried, triedWidth);
  const answers =
    colours.dim(answerText(answerOf(expected)).padStart(ANSWER)) +
    paint(answerText(happened.answer).padStart(ANSWER));
  return [
    `${paint(mark)} ${tried.padEnd(triedWidth)}${answers}`,
    ...more.map((line) => `${INDENT}${line}`),
    ...wrap(reasonOf(row), width - INDENT.length).map((line) =>
      asItShouldBe ? `${INDENT}${colours.dim(line)}` : `${INDENT}${colours.red(line)}`,
    ),
  ];
}

/** The sign before a row, and its colour. */
export function markOf({ how, happened, asItShouldBe }: Row): {
  readonly mark: "✓" | "!" | "✗";
  readonly colour: "green" | "yellow" | "red";
} {
  if (!asItShouldBe) return { mark: "✗", colour: "red" };
  // That somebody gets through past the edge is as it should be in that picture, and nothing to be glad of.
  const isPastEdge = how.by === "outsider" || (how.by === "edge-visitor" && how.wrong !== null);
  return happened.verdict === "gets-through" && isPastEdge
    ? { mark: "!", colour: "yellow" }
    : { mark: "✓", colour: "green" };
}

function answerOf(expected: Expected): number | null {
  return expected.verdict === "accepted" ? 200 : expected.answer;
}

function answerText(answer: number | null): string {
  return answer === null ? "no answer" : String(answer);
}

/** The row's reason in plain words; of a row that is not as it should be, also what it should have been. */
export function reasonOf({ how, expected, happened, asItShouldBe }: Row): string {
  const said = happenedText(happened, expected, how);
  return asItShouldBe ? said : `${said}; it should have been: ${expectedText(expected)}`;
}

function expectedText(expected: Expected): string {
  switch (expected.verdict) {
    case "accepted":
      return `accepted with ${shortFingerprint(expected.fingerprint)} (${whose(expected)})`;
    case "refused":
      return expected.reason;
    case "gets-through":
      return "let through, as an origin that asks nobody does";
    case "from-cache":
      return "answered from the edge's cache";
    case "no-origin":
      return "nobody there to pull from";
  }
}

function happenedText(happened: Happened, expected: Expected, how: Row["how"]): string {
  switch (happened.verdict) {
    case "accepted": {
      const seen = happened.fingerprint;
      if (seen === null) return "the application answered, and was told of no certificate";
      const known = expected.verdict === "accepted" && seen === expected.fingerprint;
      return `accepted: the application saw ${shortFingerprint(seen)}${known ? ` (${whose(expected)})` : ""}`;
    }
    case "refused":
      return `${happened.reason}: ${explain(happened.reason)}`;
    case "gets-through":
      return getsThroughText(how);
    case "from-cache":
      return "answered from the edge's cache: nothing was pulled";
    case "no-origin":
      return "no pull without TLS finds anybody: the origin's port 80 is closed";
    case "unclear":
      return happened.detail;
  }
}

function getsThroughText(how: Row["how"]): string {
  if (how.by === "outsider") {
    return "gets through, past cache, rules and WAF: this origin answers whoever comes";
  }
  return how.by === "edge-visitor" && how.wrong !== null
    ? "pulled by plain http, which shows no certificate: that port answers whoever comes"
    : "answered: nobody asked for a certificate, and the edge showed none";
}

/** Which certificate that is: the binding's, or the one of a level. */
function whose(expected: Extract<Expected, { verdict: "accepted" }>): string {
  return "binding" in expected ? expected.binding : `level ${expected.level}`;
}

/** The beginning and the end of a fingerprint: enough to tell two apart by eye. */
export function shortFingerprint(fingerprint: string): string {
  return fingerprint.length <= 24
    ? fingerprint
    : `${fingerprint.slice(0, 15)}…${fingerprint.slice(-4)}`;
}
