import { describe, expect, test } from "vitest";
import { runPlan, type Look, type Run, type RunEvent } from "../../../cli/apply/run-plan.ts";
import type { Action, Change } from "../../../cli/plan/change.ts";
import type { Plan } from "../../../cli/plan/plan.ts";
import type { Fingerprint } from "../../../shared/fingerprint.ts";
import type { HostPattern } from "../../../shared/hostname.ts";
import type { MtlsCertificateId } from "../../../shared/certificate-id.ts";

const SHOP = "shop.example.com" as HostPattern;
const fingerprint = `sha256:${"a".repeat(64)}` as Fingerprint;
const upload: Action = { kind: "upload-account-certificate", fingerprint, name: "shop" };
const deploy: Action = { kind: "deploy-worker", environment: "", script: "pulls", bindings: {} };
const remove: Action = {
  kind: "delete-account-certificate",
  id: "11111111-1111-4111-8111-111111111111" as MtlsCertificateId,
  fingerprint,
};
const forVerifiers: Change = {
  kind: "wait-for-verifiers",
  hostnames: [SHOP],
  fingerprint,
  until: "accepted",
  verifiers: [{ url: "http://127.0.0.1:9464/", why: "does not accept it yet" }],
};
const forDeployment: Change = {
  kind: "wait-for-deployment",
  environment: "",
  script: "pulls",
  why: "it is gradual",
};

function planOf(...lanes: readonly (readonly Change[])[]): Plan {
  return {
    lanes: lanes.map((changes) => ({
      hostnames: [SHOP],
      changes: changes.map((change) => ({ change, why: "because" })),
      problems: [],
    })),
  };
}

const NOTHING = planOf();

interface Scene {
  readonly run: Run;
  readonly done: Action["kind"][];
  readonly told: RunEvent["kind"][];
  readonly slept: number[];
}

/** A run through looks that were thought of beforehand; the last of them stays. */
function scene(plans: readonly Plan[], change: Partial<Run & Pick<Look, "perform">> = {}): Scene {
  const [done, told, slept]: [Action["kind"][], RunEvent["kind"][], number[]] = [[], [], []];
  const doIt: Look["perform"] = async (action) => {
    done.push(action.kind);
    return perform === undefined ? "done" : await perform(action);
  };
  let looks = 0;
  let now = 0;
  const { perform, ...rest } = change;
  const run: Run = {
    look: () => {
      const plan = plans[Math.min(looks, plans.length - 1)] ?? NOTHING;
      looks += 1;
      return Promise.resolve({ plan, perform: doIt });
    },
    mayDeploy: false,
    mayDo: () => Promise.resolve("yes"),
    patience: 10_000,
    tell: ({ kind }) => void told.push(kind),
    now: () => now,
    sleep: (ms) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
    signal: new AbortController().signal,
    ...rest,
  };
  return { run, done, told, slept };
}

describe("a run", () => {
  test("looks again after each action, and ends where nothing is left", async () => {
    const { run, done, told } = scene([planOf([upload, remove]), planOf([remove]), NOTHING]);
    expect((await runPlan(run)).how).toBe("done");
    expect(done).toEqual(["upload-account-certificate", "delete-account-certificate"]);
    expect(told).toEqual(["doing", "done", "doing", "done"]);
  });

  test("never deploys by itself", async () => {
    const { run, done } = scene([planOf([deploy])]);
    expect((await runPlan(run)).how).toBe("waiting");
    expect(done).toEqual([]);
  });

  test("deploys last: one deployment carries what every lane has set", async () => {
    const plans = [planOf([deploy], [upload]), planOf([deploy]), NOTHING];
    const { run, done } = scene(plans, { mayDeploy: true });
    await runPlan(run);
    expect(done).toEqual(["upload-account-certificate", "deploy-worker"]);
  });

  test("does nothing of a lane behind a wait", async () => {
    const { run, done } = scene([planOf([forVerifiers, upload])]);
    const ending = await runPlan(run);
    expect(ending.how).toBe("waiting");
    expect(done).toEqual([]);
  });

  test("waits for verifiers as long as it was told to, and no longer", async () => {
    const { run, slept } = scene([planOf([forVerifiers])]);
    await runPlan(run);
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(10_000);
    expect(slept.length).toBeLessThan(6);
  });

  test("does not sit in front of somebody else's deployment", async () => {
    const { run, slept } = scene([planOf([forDeployment])]);
    expect((await runPlan(run)).how).toBe("waiting");
    expect(slept).toEqual([]);
  });

  test("stops between two calls when it is told to", async () => {
    const stop = new AbortController();
    const { run, done } = scene([planOf([upload, remove]), planOf([remove])], {
      signal: stop.signal,
      perform: () => {
        stop.abort();
        return Promise.resolve("done");
      },
    });
    expect((await runPlan(run)).how).toBe("interrupted");
    expect(done).toEqual(["upload-account-certificate"]);
  });

  test("stops while it waits when it is told to", async () => {
    const { run } = scene([planOf([forVerifiers])], {
      sleep: () => Promise.reject(new Error("aborted")),
    });
    expect((await runPlan(run)).how).toBe("interrupted");
  });

  test("leaves what Cloudflare holds on to, says so, and is done all the same", async () => {
    const { run, done, told } = scene([planOf([remove])], {
      perform: () => Promise.resolve({ left: "a version of another Worker uses it" }),
    });
    expect((await runPlan(run)).how).toBe("done");
    expect(done.length).toBe(1);
    expect(told).toContain("left");
  });

  test("gives up on an action whose effect is never seen", async () => {
    const { run, done } = scene([planOf([upload])]);
    await expect(runPlan(run)).rejects.toThrow("cannot be seen afterwards");
    expect(done.length).toBe(3);
  });

  test("is stuck where only a person can go on", async () => {
    const problem = { file: "", path: "hosts", message: "no", next: "do it" };
    const lane = { hostnames: [SHOP], changes: [], problems: [problem] };
    const { run } = scene([{ lanes: [lane] }]);
    expect((await runPlan(run)).how).toBe("stuck");
  });

  test("passes on what an action failed with", async () => {
    const { run } = scene([planOf([upload])], {
      perform: () => Promise.reject(new Error("Cloudflare says 403")),
    });
    await expect(runPlan(run)).rejects.toThrow("403");
  });
});
