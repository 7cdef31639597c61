import { expect, test } from "vitest";
import type { Observation, ObservedRoute } from "../../../cli/observe/observed.ts";
import { derivePlan } from "../../../cli/plan/derive-plan.ts";
import type { Plan } from "../../../cli/plan/plan.ts";
import { createWorld } from "./world/create-world.ts";
import { situationOf } from "./world/observe.ts";
import { kinds, problems, unknown, withObserved } from "./support/situations.ts";

/** What is planned where everything is deployed, and this is seen of the top level's routes. */
function planWith(routes: Observation<readonly ObservedRoute[]>): Plan {
  const state = createWorld(true, false);
  const workers = situationOf(state).observed.workers.map((worker) =>
    worker.environment === "" ? { ...worker, routes } : worker,
  );
  return derivePlan(withObserved(state, { workers }), null);
}

const route = (pattern: string, script: string | null): ObservedRoute => ({ pattern, script });

test("a deployment whose routes lead to no Worker is done once more, and the reason names them", () => {
  const missing = [route("shop.example.com/*", null), route("blog.example.com/*", "pulls")];
  const plan = planWith({ known: true, value: missing });
  expect(new Set(kinds(plan))).toEqual(new Set(["deploy-worker"]));
  const changes = plan.lanes.flatMap((lane) => lane.changes);
  expect(changes[0]?.change).toMatchObject({ environment: "", script: "pulls" });
  expect(changes[0]?.why).toMatch(
    /no Worker answers at shop\.example\.com\/\*: .*before its routes/,
  );
  expect(changes[0]?.why).not.toContain("blog.example.com");
});

test("a route that leads to another Worker is nobody's to take away", () => {
  const plan = planWith({ known: true, value: [route("shop.example.com/*", "other")] });
  expect(kinds(plan)).toEqual([]);
  expect(problems(plan)).toMatch(/leads to the Worker other, and not to pulls/);
});

test("nothing is planned where all are there, where there are none, and where nobody can see them", () => {
  for (const routes of [
    { known: true, value: [route("shop.example.com/*", "pulls")] },
    { known: true, value: [] },
    unknown,
  ] as const)
    expect([kinds(planWith(routes)), problems(planWith(routes))]).toEqual([[], ""]);
});
