import type { Diagnosis } from "../doctor/diagnosis.ts";
import type { Io } from "../manners/io.ts";

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
    const { verdict, tried, message, next } = diagnosis;
    if (diagnosis.hostname !== hostname) {
      line(`${hostname === "" ? "" : "\n"}${colours.bold(diagnosis.hostname)}`);
      address = null;
    }
    if (diagnosis.address !== address && diagnosis.address !== null) {
      line(`  straight to ${colours.bold(diagnosis.address)}, past Cloudflare`);
    }
    ({ hostname, address } = diagnosis);
    const indent = address === null ? "  " : "    ";
    const words = verdict === "problem" ? colours.red(message) : message;
    line(`${indent}${marks[verdict]} ${tried.padEnd(TRIED - indent.length)} ${words}`);
    if (next !== null) line(`${indent}  ${colours.dim("next:")} ${next}`);
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
