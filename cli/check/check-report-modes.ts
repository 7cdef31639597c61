import { FAR_AHEAD, isFarAhead, reportEnd } from "../../origin-verifier/trust/report-end.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import type { Finding } from "../manners/finding.ts";

/** Days of report mode that deserve a look: over already, or so far ahead that it is no rollout any more. */
export function checkReportModes(
  mapping: Mapping,
  mappingFile: string,
  now: Date,
): readonly Finding[] {
  return mapping.entries.flatMap(({ hostname, accept }) => {
    const end = reportEnd(accept.mode);
    if (end === null) return [];
    const path = `${pathTo("hosts", hostname)}.accept.mode`;
    if (end <= now.getTime()) {
      const message = "report mode is over: verifiers enforce since that day";
      return [{ file: mappingFile, path, message, next: 'write "mode": "enforce"' }];
    }
    if (!isFarAhead(end, now.getTime())) return [];
    const next = "write a day some weeks ahead; pullproof status says what enforcing would refuse";
    return [{ file: mappingFile, path, message: FAR_AHEAD, next }];
  });
}
