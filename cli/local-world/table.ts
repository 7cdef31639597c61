import type { Colours } from "../manners/io.ts";
import type { Expected } from "./attempts.ts";
import { explain } from "./explain.ts";
import type { Happened, Row } from "./run-attempts.ts";

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
  const paint = asItShouldBe ? colours.green : colours.red;
  const [tried = "", ...more] = wrap(row.tried, triedWidth);
  const answers =
    colours.dim(answerText(answerOf(expected)).padStart(ANSWER)) +
    paint(answerText(happened.answer).padStart(ANSWER));
  return [
    `${paint(asItShouldBe ? "✓" : "✗")} ${tried.padEnd(triedWidth)}${answers}`,
    ...more.map((line) => `${INDENT}${line}`),
    ...wrap(reasonOf(row), width - INDENT.length).map((line) =>
      asItShouldBe ? `${INDENT}${colours.dim(line)}` : `${INDENT}${colours.red(line)}`,
    ),
  ];
}

function answerOf(expected: Expected): number | null {
  return expected.verdict === "accepted" ? 200 : expected.answer;
}

function answerText(answer: number | null): string {
  return answer === null ? "no answer" : String(answer);
}

/** The row's reason in plain words; of a row that is not as it should be, also what it should have been. */
export function reasonOf({ expected, happened, asItShouldBe }: Row): string {
  const said = happenedText(happened, expected);
  if (asItShouldBe) return said;
  const should =
    expected.verdict === "accepted"
      ? `accepted with ${shortFingerprint(expected.fingerprint)} (${expected.binding})`
      : expected.reason;
  return `${said}; it should have been: ${should}`;
}

function happenedText(happened: Happened, expected: Expected): string {
  switch (happened.verdict) {
    case "accepted": {
      const seen = happened.fingerprint;
      if (seen === null) return "the application answered, and was told of no certificate";
      const known = expected.verdict === "accepted" && seen === expected.fingerprint;
      const whose = known ? ` (${expected.binding})` : "";
      return `accepted: the application saw ${shortFingerprint(seen)}${whose}`;
    }
    case "refused":
      return `${happened.reason}: ${explain(happened.reason)}`;
    case "unclear":
      return happened.detail;
  }
}

/** The beginning and the end of a fingerprint: enough to tell two apart by eye. */
export function shortFingerprint(fingerprint: string): string {
  return fingerprint.length <= 24
    ? fingerprint
    : `${fingerprint.slice(0, 15)}…${fingerprint.slice(-4)}`;
}

/** Breaks a text at its spaces; a word that is too long for a line by itself is broken anywhere. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((long) => pieces(long, width))) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}

function pieces(word: string, width: number): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < word.length; at += width) parts.push(word.slice(at, at + width));
  return parts.length === 0 ? [""] : parts;
}
