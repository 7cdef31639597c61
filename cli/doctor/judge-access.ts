import type { AccessApplication } from "../observe/zone-facts.ts";
import { good, type Shown } from "./diagnosis.ts";

/** What Cloudflare Access (Zero Trust) in front of a hostname means for its pulls: nothing, which is worth knowing. */
export function judgeAccess(applications: readonly AccessApplication[]): Shown | null {
  const [first] = applications;
  if (first === undefined) return null;
  const more = applications.length === 1 ? "" : `, and ${applications.length - 1} more`;
  return good(
    `Access asks visitors of ${first.domain} to log in (${first.name}${more}); pulls carry the certificate as before, and a token without one is refused`,
  );
}
