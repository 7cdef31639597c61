import type { RotationWorld } from "./rotation-world.ts";

/** What a person saw who typed some commands, without what is different each time. */
export interface Transcript {
  /** Types a command line behind `pullproof`. */
  readonly type: (line: string) => Promise<void>;
  /** Writes down what was done beside the command line. */
  readonly note: (text: string) => void;
  readonly text: () => string;
}

/** Begins one. */
export function createTranscript(world: RotationWorld): Transcript {
  const lines: string[] = [];
  return {
    type: async (line) => {
      const args = line.replaceAll("$VERIFIER", world.asked.join(" ")).split(" ");
      const { status, stdout, stderr } = await world.run(...args);
      lines.push(`$ pullproof ${line}`, ...stdout.split("\n"));
      lines.push(...stderr.split("\n").map((said) => (said === "" ? "" : `! ${said}`)));
      lines.push(`exit ${status}`, "");
    },
    note: (text) => void lines.push(`# ${text}`, ""),
    text: () => `${withoutStatuses(lines.map(createMasking()).join("\n"))}\n`,
  };
}

/** Fingerprints become letters, in the order in which they are met. */
function createMasking(): (line: string) => string {
  const letters = new Map<string, string>();
  const letterOf = (digits: string): string => {
    const letter = letters.get(digits) ?? String.fromCodePoint(65 + letters.size);
    letters.set(digits, letter);
    return letter;
  };
  return (line) =>
    line
      .replaceAll(/sha256:([0-9a-f]{12})(?:[0-9a-f]{52}|…)/g, (_, digits: string) => {
        return `sha256:<${letterOf(digits)}>`;
      })
      .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<time>")
      .replaceAll(/\d{4}-\d\d-\d\d/g, "<day>")
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
      .replaceAll(/version [0-9a-f]{8}/g, "version <id>")
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>")
      .replaceAll(/\b\d+ (?:s|min|h)\b(?= ago| only)/g, "<a while>")
      .replaceAll(/\(now: [a-z_]+\)/g, "(now: <status>)");
}

/** How often a status was looked at, and which ones were met, is the machine's affair. */
function withoutStatuses(text: string): string {
  const lines = text.split("\n").filter((line) => !line.startsWith("! ◦ wait for Cloudflare"));
  return lines
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trimEnd();
}
