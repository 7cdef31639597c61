import type { VerifierEvent } from "../../origin-verifier/events.ts";
import { askAsVisitor, askOrigin, type Asked } from "./ask.ts";
import type { Attempt, Expected } from "./attempts.ts";
import type { Happened } from "./happened.ts";
import type { LocalWorld } from "./local-world.ts";
import { LOG_PATIENCE, readApplication, readDirect } from "./read-answers.ts";
import { goPastEdge, visitEdge } from "./run-edge-attempts.ts";
import type { WorkerEvent } from "./start-worker.ts";

/** One row of the table. */
export interface Row extends Attempt {
  readonly happened: Happened;
  readonly asItShouldBe: boolean;
}

/** Makes the attempts, one after the other, in the order of the table. */
export async function runAttempts(
  world: LocalWorld,
  attempts: readonly Attempt[],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const attempt of attempts) {
    const happened = await run(world, attempt);
    rows.push({ ...attempt, happened, asItShouldBe: matches(attempt.expected, happened) });
  }
  return rows;
}

/** Whether that is what should have happened: the same verdict for the same reason, and the same on the wire. */
export function matches(expected: Expected, happened: Happened): boolean {
  if (expected.verdict === "accepted") {
    return (
      happened.verdict === "accepted" &&
      happened.answer === 200 &&
      happened.hostname === expected.hostname &&
      happened.fingerprint === expected.fingerprint
    );
  }
  if (expected.verdict !== "refused") {
    return happened.verdict === expected.verdict && happened.answer === expected.answer;
  }
  return (
    happened.verdict === "refused" &&
    happened.reason === expected.reason &&
    happened.answer === expected.answer
  );
}

async function run(world: LocalWorld, { how }: Attempt): Promise<Happened> {
  switch (how.by) {
    case "visitor":
      return await readVisit(world, await askAsVisitor(how, world.ports.worker));
    case "stranger": {
      const trust = world.certificates.originIssuer.certificate;
      return await readDirect(world, await askOrigin(how, world.ports.origin, trust));
    }
    case "edge-visitor":
      return await visitEdge(world, how);
    case "outsider":
      return await goPastEdge(world, how);
  }
}

async function readVisit(world: LocalWorld, asked: Asked): Promise<Happened> {
  const { answer, error } = asked;
  if (answer === null) return { verdict: "unclear", answer, detail: error ?? "no answer" };
  if (answer.status === 421) {
    return { verdict: "refused", reason: "unmapped", answer: 421, detail: "" };
  }
  if (answer.status === 200) return readApplication(asked);
  // The visitor is shown an opaque id; the Worker's log says the rest, and names the verifier's own id.
  const failed = await world.workerEvents.find(
    (event) => typeof event["id"] === "string" && answer.body.includes(event["id"]),
    LOG_PATIENCE,
  );
  const refused = refusalBehind(world.verifierEvents.events, failed);
  if (refused !== undefined) {
    const { reason, detail } = refused;
    return { verdict: "refused", reason, answer: answer.status, detail };
  }
  const said = failed === null ? "its log says nothing" : JSON.stringify(failed);
  return { verdict: "unclear", answer: answer.status, detail: `the Worker failed: ${said}` };
}

function refusalBehind(
  events: readonly VerifierEvent[],
  failed: WorkerEvent | null,
): Extract<VerifierEvent, { event: "pull-refused" }> | undefined {
  return events.findLast(
    (event): event is Extract<VerifierEvent, { event: "pull-refused" }> =>
      event.event === "pull-refused" && event.id === failed?.["refusal"],
  );
}
