import { expect } from "vitest";
import type { LocalWorld } from "../../../cli/local-world/local-world.ts";
import type { WorkerEvent } from "../../../cli/local-world/start-worker.ts";
import type { VerifierEvent } from "../../../origin-verifier/events.ts";
import type { Visit } from "./visit.ts";

const LOG_PATIENCE = 10_000;
const ID = /^[A-Za-z0-9_-]{8,64}$/;

/** The verifier's line about a refused pull. */
export type PullRefused = Extract<VerifierEvent, { event: "pull-refused" }>;

/** Every refusal that the verifier has told of so far, oldest first. */
export function refusalsIn({ verifierEvents }: LocalWorld): readonly PullRefused[] {
  return verifierEvents.events.filter(
    (event): event is PullRefused => event.event === "pull-refused",
  );
}

/**
 * Follows the id that a visitor was shown to the one line of the Worker's log that has it; the visitor has been shown
 * nothing else.
 */
export async function workerLineOf(world: LocalWorld, got: Visit): Promise<WorkerEvent> {
  const id = got.headers["pull-failed"];
  expect(id).toMatch(ID);
  expect(got.body).toMatch(new RegExp(`^${got.status} [A-Z][A-Za-z ]+\\nid: ${String(id)}\\n$`));
  expect(got.headers["cache-control"]).toBe("no-store");
  expect(got.headers["pull-refusal"]).toBeUndefined();
  expect(JSON.stringify(got)).not.toMatch(/origin-|127\.0\.0\.1|sha256|certificate/);
  const line = await world.workerEvents.find((event) => event["id"] === id, LOG_PATIENCE);
  expect(line).toMatchObject({ event: "pull-failed", answered: got.status });
  expect(world.workerEvents.events.filter((event) => event["id"] === id)).toHaveLength(1);
  return line as WorkerEvent;
}

/** Goes on from there to the line of the verifier's log, by the verifier's own id, which the visitor was not shown. */
export async function verifierLineOf(world: LocalWorld, line: WorkerEvent): Promise<PullRefused> {
  expect(line).toMatchObject({ cause: "refused", refusal: expect.stringMatching(ID) });
  expect(line["refusal"]).not.toBe(line["id"]);
  const refused = await world.verifierEvents.find(
    (event): event is PullRefused => event.event === "pull-refused" && event.id === line["refusal"],
    LOG_PATIENCE,
  );
  expect(refused).toMatchObject({ event: "pull-refused", status: line["status"] });
  return refused as PullRefused;
}
