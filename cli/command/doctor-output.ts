import type { Diagnosis } from "../doctor/diagnosis.ts";
import type { Io } from "../manners/io.ts";
import { wrap } from "../manners/wrap.ts";

/** How diagnoses are told: each as soon as it is known for people, all of them at the end as data. */
export interface DoctorOutput {
  readonly tell: (diagnosis: Diagnosis) => void;
  readonly end: (all: readonly Diagnosis[]) => void;
}

/** Width of what was tried: the longest of ours, and a hostname of some length. */
const TRIED = 46;

/** Tells on stdout; with `json` people are told on stderr, and stdout holds one document. */
export function createDoctorOutput(io: Io, json: boolean): DoctorOutput {
  const speaker = json ? io.err : io.out;
  const { colours } = speaker;
  const line = (text: string): void => speaker.line(text);
  const marks = {
    good: colours.green("✓"),
    problem: colours.red("✗"),
    warning: colours.yellow("!"),
    "not-tried": colours.dim("-"),
  };
  let [hostname, address] = ["", null as string | null];
  const tell = (diagnosis: Diagnosis): void => {
    const { verdict, tried } = diagnosis;
    // Names and expressions of an account's are in there: nothing of them is an order to the terminal.
    const message = harmless(diagnosis.message);
    const next = diagnosis.next === null ? null : harmless(diagnosis.next);
    if (diagnosis.hostname !== hostname) {
      line(`${hostname === "" ? "" : "\n"}${colours.bold(diagnosis.hostname)}`);
      address = null;
    }
    if (diagnosis.address !== address && diagnosis.address !== null) {
      line(`  straight to ${colours.bold(diagnosis.address)}, past Cloudflare`);
    }
    ({ hostname, address } = diagnosis);
    const indent = address === null ? "  " : "    ";
    const paint = verdict === "problem" ? colours.red : String;
    const beside = `${tried.padEnd(TRIED - indent.length)} ${message}`;
    // A terminal breaks words anywhere; whoever reads a file or a pipe gets a line a look.
    const fits = !speaker.isTerminal || indent.length + 2 + beside.length <= speaker.columns;
    const below = (text: string, look: (part: string) => string): void => {
      const width = Math.max(40, speaker.columns - indent.length - 2);
      for (const part of speaker.isTerminal ? wrap(text, width) : [text]) {
        line(`${indent}  ${look(part)}`);
      }
    };
    line(
      `${indent}${marks[verdict]} ${fits ? `${tried.padEnd(TRIED - indent.length)} ${paint(message)}` : tried}`,
    );
    if (!fits) below(message, paint);
    if (next !== null) below(`next: ${next}`, (part) => part.replace(/^next:/, colours.dim));
  };
  const end = (all: readonly Diagnosis[]): void => {
    const count = (verdict: Diagnosis["verdict"]): number =>
      all.filter((one) => one.verdict === verdict).length;
    const [problems, warnings, missing] = [count("problem"), count("warning"), count("not-tried")];
    if (json) io.out.line(JSON.stringify({ ok: problems === 0, diagnoses: all }, null, 2));
    line("");
    line(
      [
        problems === 0
          ? colours.green("nothing is amiss")
          : colours.red(`${problems} ${problems === 1 ? "problem" : "problems"}`),
        ...(warnings === 0 ? [] : [`${warnings} to watch`]),
        ...(missing === 0 ? [] : [`${missing} not tried`]),
      ].join(", "),
    );
  };
  return { tell, end };
}

/** On one line, without control characters, and without those that turn the direction of what follows. */
function harmless(text: string): string {
  return text.replaceAll(/\p{C}/gu, " ");
}
