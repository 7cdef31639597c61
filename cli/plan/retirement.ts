import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { Observed } from "../observe/observed.ts";
import { hostnamesOf, listedIn, type Group } from "./group.ts";
import { fingerprintOfId } from "./known-certificates.ts";
import { presentersFor } from "./presenting.ts";
import { problem } from "./problems.ts";
import { quietToCome, untilQuiet } from "./quiet.ts";
import type { Situation } from "./situation.ts";
import { inOrder, steps, stuck, type Steps } from "./steps.ts";
import { listOf, moment, short } from "./words.ts";

/**
 * The second half of a rotation: what is listed and no longer presented stops being accepted, once nothing names it and
 * every verifier has watched for long enough without seeing it.
 *
 * @param presented the one that stays.
 * @param isPresented whether it is presented everywhere already; false where that is only planned.
 */
export function retireSteps(
  situation: Situation,
  group: Group,
  presented: Fingerprint,
  isPresented: boolean,
): Steps {
  const others = listedIn(group).filter((fingerprint) => fingerprint !== presented);
  return inOrder(
    ...others.map((fingerprint) => () => retire(situation, group, fingerprint, isPresented)),
  );
}

function retire(
  situation: Situation,
  group: Group,
  fingerprint: Fingerprint,
  isPresented: boolean,
): Steps {
  const { observed } = situation;
  if (isPresented) {
    const blind = blindness(observed);
    if (blind !== null) {
      const message = `${short(fingerprint)} cannot be retired: ${blind}`;
      return stuck(problem("", message, "see the reason above, then run it again"));
    }
    const named = presentersFor(situation, group).filter((one) => one.fingerprint === fingerprint);
    if (named.length > 0) {
      const places = listOf([...new Set(named.map(({ where }) => where))]);
      const why = `${short(fingerprint)} is still named by ${places}`;
      const [worker] = observed.workers;
      const environment = worker?.environment ?? "";
      const script = worker?.script ?? "";
      return steps({ change: { kind: "wait-for-deployment", environment, script, why }, why });
    }
  }
  const quiet = isPresented ? untilQuiet : quietToCome;
  return steps(...quiet(situation, group, fingerprint), {
    change: { kind: "remove-from-mapping", hostnames: hostnamesOf(group), fingerprint },
    why: `nobody pulls with it any more${rollback(observed, fingerprint)}`,
  });
}

/** Why it cannot be said that nothing names a certificate; null where it can. */
function blindness({ account, workers, zones }: Observed): string | null {
  if (workers.length > 0 && !account.known) return `the account's store: ${account.why}`;
  for (const { script, deployed } of workers) {
    if (!deployed.known) return `the versions of ${script}: ${deployed.why}`;
  }
  for (const zone of zones) {
    if (!zone.known) return zone.why;
    const { name, hostnameLevel, zoneLevel } = zone.value;
    if (!hostnameLevel.known) return `the associations of ${name}: ${hostnameLevel.why}`;
    if (!zoneLevel.known) return `the certificates of ${name}: ${zoneLevel.why}`;
  }
  return null;
}

/** How far a rollback may reach afterwards: a version that names the retired certificate would be refused. */
function rollback(observed: Observed, fingerprint: Fingerprint): string {
  const reached = observed.workers.flatMap(({ script, deployed }) => {
    if (!deployed.known || deployed.value === null) return [];
    const last = deployed.value.earlier.find(({ bindings }) =>
      Object.values(bindings).some((id) => fingerprintOfId(id, observed) === fingerprint),
    );
    if (last === undefined) return [];
    return `rolling ${script} back to version ${last.id.slice(0, 8)} (${moment(last.createdAt)}) or before presents it again, and is refused`;
  });
  return reached.length === 0 ? "" : `; from then on ${listOf(reached)}`;
}
