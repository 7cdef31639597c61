import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EXPIRY_ALERTS } from "../../cli/alerts/expiry-alerts.ts";
import {
  startFakeCloudflare,
  type FakeCloudflare,
} from "../support/cloudflare/start-fake-cloudflare.ts";
import { hexId, type AlertPolicy } from "../support/cloudflare/state.ts";
import { runIn, type Ran } from "./support/run-pullproof.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const newFolder = useTemporaryFolders();
const OPS = "ops@example.com";
const TYPES = EXPIRY_ALERTS.map(({ type }) => type);
let cloudflare: FakeCloudflare;

beforeEach(async () => {
  cloudflare = await startFakeCloudflare();
  for (const [name, value] of Object.entries(cloudflare.environment)) vi.stubEnv(name, value);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await cloudflare.close();
});

async function alerts(...args: readonly string[]): Promise<Ran> {
  return await runIn(newFolder(), "alerts", ...args);
}

function policies(): readonly AlertPolicy[] {
  return [...cloudflare.state.policies.values()];
}

function types(): readonly string[] {
  return policies().map(({ alert_type: type }) => type);
}

function addPolicy(changes: Partial<AlertPolicy> = {}): void {
  const policy: AlertPolicy = {
    id: hexId(),
    name: "made by hand",
    alert_type: TYPES[0] ?? "",
    enabled: true,
    mechanisms: { email: [{ id: OPS }] },
    ...changes,
  };
  cloudflare.state.policies.set(policy.id, policy);
}

describe("pullproof alerts creates nothing", () => {
  it("without a token, and says which variable is missing", async () => {
    vi.stubEnv("CLOUDFLARE_API_TOKEN", "");
    const { status, stderr } = await alerts("--email", OPS);
    expect(status).toBe(1);
    expect(stderr).toContain("CLOUDFLARE_API_TOKEN is not set");
    expect(cloudflare.calls).toEqual([]);
  });

  it("without the permission, and names it", async () => {
    cloudflare.state.tokens.set("weak", { grants: ["Account Notifications Read"] });
    vi.stubEnv("CLOUDFLARE_API_TOKEN", "weak");
    const { status, stderr } = await alerts("--email", OPS);
    expect(status).toBe(1);
    expect(stderr).toContain("Account > Notifications: Edit");
  });

  it("where nobody is to be told", async () => {
    const { status, stderr } = await alerts();
    expect(status).toBe(2);
    expect(stderr).toContain("pullproof alerts --email");
    expect(policies()).toEqual([]);
  });

  it.each([
    ["--email", "ops"],
    ["--email", "ops@example.com,oncall@example.com"],
    ["--webhook", "https://example.com/hook"],
  ])("for %s %s", async (...args) => {
    expect((await alerts(...args)).status).toBe(2);
    expect(cloudflare.calls).toEqual([]);
  });

  it("with --dry-run", async () => {
    const { status, stdout } = await alerts("--email", OPS, "--dry-run", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      alerts: TYPES.map((type) => ({ type, state: "would be created", to: [OPS] })),
    });
    expect(policies()).toEqual([]);
  });

  it("in the place of one that somebody has switched off, which is told", async () => {
    for (const alert_type of TYPES) addPolicy({ alert_type, enabled: alert_type !== TYPES[1] });
    const { status, stdout, stderr } = await alerts("--email", OPS);
    expect(status).toBe(1);
    expect(stdout).toContain("hostname level: switched off");
    expect(stderr).toContain("switch it on");
    expect(policies().length).toBe(3);
    expect(policies().filter(({ enabled }) => !enabled).length).toBe(1);
  });
});

describe("pullproof alerts", () => {
  it("creates Cloudflare's three notifications, and the second time finds them", async () => {
    const hook = hexId();
    const args = ["--email", OPS, "--webhook", hook, "--json"];
    const first = await alerts(...args);
    expect(first.status, first.stderr).toBe(0);
    expect(types()).toEqual(TYPES);
    for (const { enabled, mechanisms } of policies()) {
      expect(enabled).toBe(true);
      expect(mechanisms).toEqual({ email: [{ id: OPS }], webhooks: [{ id: hook }] });
    }
    const second = await alerts(...args);
    expect(JSON.parse(second.stdout)).toMatchObject({
      ok: true,
      alerts: TYPES.map(() => ({ state: "there" })),
    });
    expect(policies().length).toBe(3);
  });

  it("takes what was made by hand, under whatever name and for more people", async () => {
    addPolicy({ mechanisms: { email: [{ id: "Ops@Example.com" }, { id: "boss@example.com" }] } });
    expect((await alerts("--email", OPS)).status).toBe(0);
    expect(types().toSorted()).toEqual(TYPES.toSorted());
  });

  it.each<[string, Partial<AlertPolicy>]>([
    ["for some zones alone", { filters: { zones: ["one"] } }],
    ["for somebody else", { mechanisms: { email: [{ id: "else@example.com" }] } }],
    ["of another kind", { alert_type: "universal_ssl_event_type" }],
  ])("does not take one %s for enough", async (_, changes) => {
    addPolicy(changes);
    expect((await alerts("--email", OPS)).status).toBe(0);
    expect(policies().length).toBe(4);
  });

  it("creates none twice where an answer is lost", async () => {
    cloudflare.inject({ fault: "lose-answer", method: "POST" });
    const { status, stderr } = await alerts("--email", OPS);
    expect(status, stderr).toBe(0);
    expect(types()).toEqual(TYPES);
  });

  it("that is interrupted creates the rest when it is run again", async () => {
    cloudflare.inject({ fault: "answer", method: "POST", status: 500 });
    expect((await alerts("--email", OPS)).status).toBe(1);
    expect(policies()).toEqual([]);
    expect((await alerts("--email", OPS)).status).toBe(0);
    expect(types()).toEqual(TYPES);
  });

  it("without anybody named says what is there", async () => {
    for (const alert_type of TYPES) addPolicy({ alert_type });
    const { status, stdout } = await alerts();
    expect(status).toBe(0);
    expect(stdout.match(/there, to ops@example\.com/g)).toHaveLength(3);
  });
});
