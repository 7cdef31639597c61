import { formatFinding, type Findings } from "./finding.ts";
import type { Io } from "./io.ts";

/** Tells people everything that is wrong, each with its next step; and, where data was asked for, the data too. */
export function reportFindings(findings: Findings, io: Io, json: boolean): void {
  const { colours } = io.err;
  for (const finding of findings) {
    io.err.line(`${colours.red("✗")} ${formatFinding(finding)}`);
    io.err.line(`  ${colours.dim("next:")} ${finding.next}`);
  }
  if (json) io.out.line(JSON.stringify({ ok: false, problems: findings }, null, 2));
}
