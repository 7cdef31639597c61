import { onOneLine } from "../../shared/problem.ts";
import { oneProblem, type PeerFacts } from "../events.ts";
import { plainWords } from "../observations/plain-words.ts";
import type { LogLine } from "./log-line.ts";

/** How parts of a line are set apart, where there are colours. */
export interface Emphasis {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

/**
 * A line of the log for a person: what happened, in plain words, and below it what belongs to it, indented. What a peer
 * or an engine said is on one line and printable: on a terminal, bytes are commands.
 */
export function plainLine(line: LogLine, { strong, faint }: Emphasis): string {
  /** Below the line: who it was, and what else is known. */
  const facts = (peer: PeerFacts, ...more: readonly string[]): readonly string[] => [
    faint(
      [`from ${peer.remoteAddress}:${peer.remotePort}`, ...more]
        .filter((text) => text !== "")
        .map(onOneLine)
        .join(" · "),
    ),
  ];
  switch (line.event) {
    case "listening": {
      const host = line.address.includes(":") ? `[${line.address}]` : line.address;
      return line.listener === "origin"
        ? `accepting pulls on ${strong(`${host}:${line.port}`)}, profile ${line.profile}`
        : `console on ${strong(`http://${host}:${line.port}`)}`;
    }
    case "pull-accepted":
      return `${strong("accepted")} ${onOneLine(line.method)} for ${line.hostname} from ${line.remoteAddress}:${line.remotePort}`;
    case "pull-refused": {
      const where = onOneLine(line.hostname ?? line.originHostname ?? "");
      const answered = line.status === null ? "answered nothing" : `answered ${line.status}`;
      return below(
        `${strong("refused")}${where === "" ? "" : ` for ${where}`}: ${plainWords(line.reason)} (${line.reason})`,
        facts(line, answered, `id ${line.id}`, line.detail),
      );
    }
    case "pull-reported":
      return below(
        `${strong("let through, report mode")} for ${line.hostname}: ${plainWords(line.reason)} (${line.reason})`,
        facts(line, line.detail),
      );
    case "handshake-failed":
      return below(
        `${strong("no handshake")}${line.originHostname === null ? "" : ` for ${line.originHostname}`}: ${onOneLine(line.detail)}`,
        facts(line),
      );
    case "report-ends":
      return `${strong("report mode ends")} in ${line.left} for ${line.hostnames.join(", ")}: what is let through is refused from then on`;
    case "report-ended":
      return `${strong("report mode is over")} for ${line.hostnames.join(", ")}: what was let through is refused`;
    case "file-old":
      return `${strong("old file")}: ${onOneLine(line.message)}`;
    case "trust-swapped":
      return below(`trust ${strong(String(line.generation))} in force`, line.warnings);
    case "reload-failed":
      return below(`${strong("reload failed")}: trust ${line.generation} stays in force`, [
        ...line.problems.map((problem) => oneProblem({ ...problem, file: strong(problem.file) })),
        faint(
          "next: pullproof check; what is corrected is tried by itself where it is watched, or with SIGHUP",
        ),
      ]);
    case "listener-unsafe":
      return below(strong("the listener is not safe, and is closed"), line.problems);
    case "watching":
      return below(
        `watching ${counted(line.files, "file")} in ${counted(line.folders, "folder")}`,
        line.unwatched.map(
          ({ folder, why }) => `${folder}: looked at every ${line.pollSeconds} s (${why})`,
        ),
      );
    case "admin-token-replaced":
      return "the admin token is replaced, and who was logged in to the console is not any more";
    case "worker-ended":
      return `${strong("ended by itself")} (${typeof line.by === "number" ? `exit code ${line.by}` : line.by}), and is started again in ${counted(line.againInMs, "millisecond")}`;
    case "refusals-omitted":
      return `${strong(`and ${line.count.toLocaleString("en-US")} more`)}: ${line.reason === "handshake-failed" ? "no handshake" : plainWords(line.reason)} (${line.reason}), from ${counted(line.sources, "address", "addresses")}`;
    case "lines-lost":
      return `${strong(`${counted(line.count, "line")} lost`)}: they could not be written`;
    case "stopping":
      return "stopping: not ready any more, and what is in flight is answered";
    case "stopped":
      return line.cutOff === 0
        ? "stopped: everything was answered"
        : `${strong("stopped")}: ${line.cutOff} cut off`;
  }
}

function below(first: string, rest: readonly string[]): string {
  return [first, ...rest.map((text) => `    ${text}`)].join("\n");
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
