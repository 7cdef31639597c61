import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { vi } from "vitest";
import { startApplication } from "../../../cli/local-world/application.ts";
import {
  basicConstraints,
  EKU,
  extendedKeyUsage,
  keyUsage,
  subjectAltName,
} from "../../support/certificate-parts.ts";
import { mintCa, mintLeaf } from "../../support/certificates.ts";
import {
  startFakeCloudflare,
  type FakeCloudflare,
} from "../../support/cloudflare/start-fake-cloudflare.ts";
import { deployedVersions } from "../../support/cloudflare/worker-bindings.ts";
import { followDeployments, type Edge } from "./edge.ts";
import { BLOG, SHOP } from "./hosts.ts";
import { seatOperator, type Operator } from "./operator.ts";
import { startBalancer } from "./balancer.ts";
import { startOriginMachine, type MachineOptions, type OriginMachine } from "./origin-machine.ts";
import { makeProject, type Project } from "./project.ts";

/** What `init` calls the Worker: as the folder. */
const SCRIPT = "shop";
/** For conditions that a busy machine takes its time to reach. */
export const PATIENCE = { timeout: 90_000, interval: 25 };

/** A project's folder, somebody who sits in front of it, and Cloudflare; origin and edge come when the story gets there. */
export interface EndToEndWorld {
  readonly home: string;
  readonly project: Project;
  readonly operator: Operator;
  readonly cloudflare: FakeCloudflare;
  /** The tokens, which nobody may say. */
  readonly secrets: readonly string[];
  /** PEM: who signs the origin certificates. */
  readonly originIssuer: string;
  /** Two origin machines with the mapping as it is now. */
  readonly bringOriginUp: () => Promise<readonly [OriginMachine, OriginMachine]>;
  /** The edge that runs what is deployed, as soon as it does. */
  readonly followDeployments: () => Promise<Edge>;
  /** The fingerprints that the account's store holds. */
  readonly held: () => readonly string[];
  /** What the deployed version's bindings present, as fingerprints of the store; one object a version that serves. */
  readonly deployed: () => readonly Readonly<Record<string, string>>[];
  /** Called when it is closed, the last one first. */
  readonly onClose: (end: () => Promise<void> | void) => void;
  readonly close: () => Promise<void>;
}

/** What origin machines are made of. */
export interface OriginParts {
  /** Theirs, each with a folder of its own in it. */
  readonly folder: string;
  readonly machine: Pick<MachineOptions, "project" | "certificate" | "adminToken">;
  /** Called when the world is closed, the last one first. */
  readonly onClose: (end: () => Promise<void> | void) => void;
}

/** Brings the origin up: two machines, and the address at which what stands in front of them is dialled. */
export type BringUp = (
  parts: OriginParts,
) => Promise<readonly [machines: readonly [OriginMachine, OriginMachine], address: string]>;

/** On this machine: of the second, a changed mapping is loaded on SIGHUP alone. */
const bringUpHere: BringUp = async ({ folder, machine, onClose }) => {
  const application = await startApplication(0);
  onClose(async () => await application.close());
  const start = async (name: string, ...flags: readonly string[]): Promise<OriginMachine> => {
    const up = await startOriginMachine({
      ...machine,
      folder: path.join(folder, name),
      application: application.url,
      flags,
    });
    onClose(up.stop);
    return up;
  };
  const machines = await Promise.all([start("east"), start("west", "--no-watch")]);
  const balancer = await startBalancer(machines);
  onClose(balancer.close);
  return [machines, balancer.address];
};

/** Makes one. */
export async function startEndToEndWorld(bringUp: BringUp = bringUpHere): Promise<EndToEndWorld> {
  const ends: (() => Promise<void> | void)[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), "pullproof-end-to-end-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const cloudflare = await startFakeCloudflare();
  ends.push(cloudflare.close);
  cloudflare.addZone("example.com");
  const project = makeProject(path.join(folder, SCRIPT));
  const adminToken = randomBytes(32).toString("hex");
  const home = path.join(folder, "home");
  const operator = seatOperator(project.folder, home, {
    ...cloudflare.environment,
    PULLPROOF_ADMIN_TOKEN: adminToken,
  });
  ends.push(operator.leave);
  const originIssuer = mintCa();
  let origin = "";

  return {
    home,
    project,
    operator,
    cloudflare,
    secrets: [adminToken, cloudflare.token],
    originIssuer: originIssuer.pem,
    bringOriginUp: async () => {
      const certificate = mintLeaf(originIssuer, {
        extensions: [
          basicConstraints(false),
          keyUsage("digitalSignature"),
          extendedKeyUsage(EKU.serverAuth),
          subjectAltName(SHOP.originHostname, BLOG.originHostname),
        ],
      });
      const [machines, address] = await bringUp({
        folder,
        machine: { project: project.folder, certificate, adminToken },
        onClose: (end) => void ends.push(end),
      });
      origin = address;
      return machines;
    },
    followDeployments: async () => {
      const edge = followDeployments(cloudflare, {
        script: SCRIPT,
        folder: path.join(folder, "edge"),
        origin,
        originHostnames: Object.fromEntries(
          [SHOP, BLOG].map(({ binding, originHostname }) => [binding, originHostname]),
        ),
        trust: originIssuer.pem,
      });
      ends.push(edge.close);
      await vi.waitUntil(() => edge.presents(SHOP.binding).length === 1, PATIENCE);
      return edge;
    },
    held: () => [...cloudflare.state.accountCertificates.values()].map((one) => one.fingerprint),
    deployed: () => {
      const worker = cloudflare.state.workers.get(SCRIPT);
      const versions = worker === undefined ? [] : deployedVersions(worker);
      return versions.map(({ bindings }) =>
        Object.fromEntries(
          bindings.map(({ name, certificate_id: id }) => [
            name,
            cloudflare.state.accountCertificates.get(id ?? "")?.fingerprint ?? "none",
          ]),
        ),
      );
    },
    onClose: (end) => void ends.push(end),
    close: async () => {
      for (const end of ends.toReversed()) await end();
    },
  };
}
