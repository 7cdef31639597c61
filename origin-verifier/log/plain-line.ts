import { onOneLine } from "../../shared/problem.ts";
import type { PeerFacts } from "../events.ts";
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
  const from = (peer: PeerFacts): string =>
    faint(` · from ${peer.remoteAddress}:${peer.remotePort}`);
  const about = (text: string): string => (text === "" ? "" : faint(` · ${onOneLine(text)}`));
  switch (line.event) {
    case "listening": {
      const host = line.address.includes(":") ? `[${line.address}]` : line.address;
      return line.listener === "origin"
        ? `accepting pulls on ${strong(`${host}:${line.port}`)}`
        : `console on ${strong(`http://${host}:${line.port}`)}`;
    }
    case "pull-accepted":
      return `${strong("accepted")} ${line.method} for ${line.hostname}${from(line)}`;
    case "pull-refused": {
      const where = onOneLine(line.hostname ?? line.originHostname ?? "");
      const answered = line.status === null ? "answered nothing" : `answered ${line.status}`;
      return `${strong("refused")}${where === "" ? "" : ` for ${where}`}: ${plainWords(line.reason)} (${line.reason})${about(line.detail)}${from(line)}${faint(` · ${answered} · ${line.id}`)}`;
    }
    case "pull-reported":
      return `${strong("let through, report mode")} for ${line.hostname}: ${plainWords(line.reason)} (${line.reason})${about(line.detail)}${from(line)}`;
    case "handshake-failed":
      return `${strong("no handshake")}${line.originHostname === null ? "" : ` for ${line.originHostname}`}: ${onOneLine(line.detail)}${from(line)}`;
    case "report-ends":
      return `${strong("report mode ends")} in ${line.left} for ${line.hostnames.join(", ")}: what is let through is refused from then on`;
    case "report-ended":
      return `${strong("report mode is over")} for ${line.hostnames.join(", ")}: what was let through is refused`;
    case "trust-swapped":
      return below(`trust ${strong(String(line.generation))} in force`, line.warnings);
    case "reload-failed":
      return below(
        `${strong("reload failed")}: trust ${line.generation} stays in force`,
        line.problems.map(({ file, path, message }) =>
          [strong(file), path, message].filter((part) => part !== "").join(": "),
        ),
      );
    case "listener-unsafe":
      return below(strong("the listener is not safe, and is closed"), line.problems);
    case "watching":
      return below(
        `watching ${line.files} files in ${line.folders} folders`,
        line.unwatched.map(
          ({ folder, why }) => `${folder}: looked at every ${line.pollSeconds} s (${why})`,
        ),
      );
    case "admin-token-replaced":
      return "the admin token is replaced, and who was logged in to the console is not any more";
    case "refusals-omitted":
      return `${strong(`and ${line.count.toLocaleString("en-US")} more`)}: ${line.reason === "handshake-failed" ? "no handshake" : plainWords(line.reason)} (${line.reason}), from ${line.sources} ${line.sources === 1 ? "address" : "addresses"}`;
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
