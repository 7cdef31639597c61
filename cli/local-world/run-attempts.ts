import type { VerifierEvent } from "../../origin-verifier/events.ts";
import type { RefusalReason } from "../../origin-verifier/judge/refusal.ts";
import type { ApplicationAnswer } from "./application-answer.ts";
import { askOrigin, askWorker, type Asked } from "./ask.ts";
import type { Attempt, Expected } from "./attempts.ts";
import type { LocalWorld } from "./local-world.ts";
import type { WorkerEvent } from "./start-worker.ts";

/** What happened. */
export type Happened =
  | {
      readonly verdict: "accepted";
      readonly answer: number;
      /** What the application was told, in its own words. */
      readonly hostname: string | null;
      readonly fingerprint: string | null;
    }
  | {
      readonly verdict: "refused";
      readonly reason: RefusalReason | "unmapped";
      /** Null where nothing at all was answered. */
      readonly answer: number | null;
      readonly detail: string;
    }
  /** Neither: something broke on the way. */
  | { readonly verdict: "unclear"; readonly answer: number | null; readonly detail: string };

/** One row of the table. */
export interface Row extends Attempt {
  readonly happened: Happened;
  readonly asItShouldBe: boolean;
}

/** How long the verifier's log line may take after the answer, in milliseconds. */
const LOG_PATIENCE = 5000;

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
  return (
    happened.verdict === "refused" &&
    happened.reason === expected.reason &&
    happened.answer === expected.answer
  );
}

async function run(world: LocalWorld, { how }: Attempt): Promise<Happened> {
  if (how.by === "visitor") return await readVisit(world, await askWorker(how, world.ports.worker));
  const trust = world.certificates.originIssuer.certificate;
  return await readDirect(world, await askOrigin(how, world.ports.origin, trust));
}

/** What the verifier says of this connection decides: an outsider is told nothing, and could not tell us. */
async function readDirect(world: LocalWorld, asked: Asked): Promise<Happened> {
  const { localPort, error } = asked;
  const said = await world.verifierEvents.find(
    (event) => "remotePort" in event && event.remotePort === localPort,
    LOG_PATIENCE,
  );
  const answer = asked.answer?.status ?? null;
  if (said?.event === "pull-refused") {
    return { verdict: "refused", reason: said.reason, answer, detail: said.detail };
  }
  if (said?.event === "pull-accepted") return readApplication(asked);
  const detail =
    said?.event === "handshake-failed"
      ? `the handshake failed: ${said.detail}`
      : `the verifier said nothing of it (${error ?? "answered"})`;
  return { verdict: "unclear", answer, detail };
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

function readApplication({ answer }: Asked): Happened {
  try {
    const { hostname, fingerprint } = JSON.parse(answer?.body ?? "") as ApplicationAnswer;
    return { verdict: "accepted", answer: answer?.status ?? 0, hostname, fingerprint };
  } catch {
    const detail = "the answer is not the demo application's";
    return { verdict: "unclear", answer: answer?.status ?? null, detail };
  }
}
