import { pathTo } from "../../shared/problem.ts";
import type { Finding } from "../manners/finding.ts";
import { derivePlan } from "../plan/derive-plan.ts";
import { listedIn, zoneOf } from "../plan/group.ts";
import { outlineOf } from "../plan/known-certificates.ts";
import type { Plan } from "../plan/plan.ts";
import type { Situation } from "../plan/situation.ts";
import { lasting, moment, short } from "../plan/words.ts";

/** What is compared with the mapping, and how it differs. */
export interface RemoteCheck {
  /** What `apply` would do: every change is a difference. */
  readonly plan: Plan;
  /** Verifiers that decide by another mapping, or cannot be asked. */
  readonly verifiers: readonly Finding[];
  /** Certificates that are due. */
  readonly expiring: readonly Finding[];
  /** Worth knowing, and no difference. */
  readonly notes: readonly Finding[];
}

/** Compares the mapping with what is. Pure. */
export function checkRemote(situation: Situation): RemoteCheck {
  return {
    plan: derivePlan(situation, null),
    verifiers: verifierFindings(situation),
    expiring: expiringFindings(situation),
    notes: [...rotationNotes(situation), ...sslNotes(situation)],
  };
}

function verifierFindings({ observed, mappingDigest }: Situation): readonly Finding[] {
  return observed.verifiers.flatMap(({ url, status }): readonly Finding[] => {
    const at = (message: string, next: string): readonly Finding[] => [
      { file: url, path: "", message, next },
    ];
    if (!status.known) return at(`cannot be asked (${status.why})`, "pullproof check --remote");
    const { reloadFailure, mappingDigest: digest } = status.value;
    if (reloadFailure !== null) {
      return at(
        `its last reload failed: ${reloadFailure}`,
        "correct it there: it reloads by itself",
      );
    }
    if (digest === mappingDigest) return [];
    return at(
      "decides by another mapping",
      "copy mapping.json to its machine: a changed file is loaded by itself, or on SIGHUP",
    );
  });
}

function expiringFindings({ mapping, observed, terms }: Situation): readonly Finding[] {
  return mapping.entries.flatMap((entry) => {
    const [first] = listedIn({ entries: [entry] });
    const outline = first === undefined ? null : outlineOf(first, observed);
    if (first === undefined || outline === null) return [];
    const left = outline.notAfter - observed.at;
    if (left > terms.renewBefore) return [];
    const path = `${pathTo("hosts", entry.hostname)}.accept.certificates[0]`;
    const when =
      left <= 0
        ? `expired ${moment(outline.notAfter)}: every pull with it is refused`
        : `expires ${moment(outline.notAfter)}, in ${lasting(left)}`;
    const next = `pullproof rotate ${entry.hostname}`;
    return [{ file: "", path, message: `${short(first)} ${when}`, next }];
  });
}

/** A second certificate in a list is a rotation that somebody has begun. */
function rotationNotes({ mapping }: Situation): readonly Finding[] {
  return mapping.entries.flatMap((entry) =>
    listedIn({ entries: [entry] }).length < 2
      ? []
      : [
          {
            file: "",
            path: pathTo("hosts", entry.hostname),
            message: "a rotation is under way: more than one certificate is accepted",
            next: `pullproof rotate ${entry.hostname}`,
          },
        ],
  );
}

/** In SSL mode full an http visitor makes an http pull, which carries no certificate. */
function sslNotes({ mapping, observed }: Situation): readonly Finding[] {
  return mapping.entries.flatMap(({ hostname, present }) => {
    const zone = present.by === "edge" ? zoneOf(hostname, observed) : null;
    if (zone === null || !zone.ssl.known || zone.ssl.value !== "full") return [];
    return [
      {
        file: "",
        path: pathTo("hosts", hostname),
        message: `zone ${zone.name} is in SSL mode full: an http visitor makes an http pull, without any certificate`,
        next: "set SSL/TLS to Full (strict) and Always Use HTTPS on, and serve nothing on port 80 at the origin",
      },
    ];
  });
}
