import type { VerifierEvent } from "../../origin-verifier/events.ts";
import { askAsVisitor, askOrigin, type Asked } from "./ask.ts";
import { CACHED_PATH } from "./application.ts";
import type { EdgeVisit, Outsider } from "./attempts.ts";
import type { Happened } from "./happened.ts";
import type { LocalEdge } from "./local-edge.ts";
import type { LocalWorld } from "./local-world.ts";
import { LOG_PATIENCE, readApplication, readDirect } from "./read-answers.ts";

/** A visitor asks the edge. */
export async function visitEdge(world: LocalWorld, how: EdgeVisit): Promise<Happened> {
  const edge = edgeOf(world);
  const isOpen = how.originPulls === "off" || how.wrong === "flexible, port 80 open";
  const port = portOf(edge, how);
  if (how.path === CACHED_PATH) return await visitTwice(edge, how, port);
  const asked = await askAsVisitor(how, port);
  const { answer, error } = asked;
  if (answer === null) return { verdict: "unclear", answer, detail: error ?? "no answer" };
  if (answer.status !== 200) return await readFailedPull(world, edge, answer);
  return isOpen ? readOpen(asked) : readApplication(asked);
}

function portOf({ port, open, wrong }: LocalEdge, how: EdgeVisit): number {
  if (how.originPulls === "off") return open.edgePort;
  return how.wrong === null ? port : (wrong.get(how.wrong) ?? port);
}

/** The second answer is the cache's where the edge says so, and pulled nothing for it. */
async function visitTwice(edge: LocalEdge, how: EdgeVisit, port: number): Promise<Happened> {
  await askAsVisitor(how, port, how.path);
  const before = edge.pulls.events.length;
  const { answer, error } = await askAsVisitor(how, port, how.path);
  const status = answer?.status ?? null;
  const said = answer?.headers["cf-cache-status"];
  return said === "HIT" && edge.pulls.events.length === before && status !== null
    ? { verdict: "from-cache", answer: status }
    : {
        verdict: "unclear",
        answer: status,
        detail: error ?? `it was pulled again (${String(said)})`,
      };
}

/** Somebody asks the origin, past the edge, with what is no certificate. */
export async function goPastEdge(world: LocalWorld, how: Outsider): Promise<Happened> {
  const { originHostname, originPulls, headers } = how;
  const pull = { sni: originHostname, authority: originHostname, certificate: null };
  const trust = world.certificates.originIssuer.certificate;
  if (originPulls === "on") {
    return await readDirect(world, await askOrigin(pull, world.ports.origin, trust, headers));
  }
  const { originPort } = edgeOf(world).open;
  const asked = await askOrigin(pull, originPort, trust, headers);
  if (asked.answer !== null) return readOpen(asked);
  return { verdict: "unclear", answer: null, detail: asked.error ?? "no answer" };
}

/** It got through where the application answers for nobody: whoever vouched for somebody would have to have asked. */
function readOpen(asked: Asked): Happened {
  const read = readApplication(asked);
  return read.verdict === "accepted" && read.hostname === null && read.fingerprint === null
    ? { verdict: "gets-through", answer: read.answer }
    : read;
}

/** The visitor is shown a status and an id; the edge knows the pull's port by that, and the verifier what it was. */
async function readFailedPull(
  world: LocalWorld,
  edge: LocalEdge,
  { status, headers }: NonNullable<Asked["answer"]>,
): Promise<Happened> {
  const ray = headers["cf-ray"];
  const pull = await edge.pulls.find((one) => one.ray === ray, LOG_PATIENCE);
  // Where nobody took the connection, no log of a verifier's says anything of it.
  if (pull?.trouble?.stage === "dial") return { verdict: "no-origin", answer: status };
  const said =
    pull === null
      ? null
      : await world.verifierEvents.find(
          (event): event is Extract<VerifierEvent, { event: "pull-refused" }> =>
            event.event === "pull-refused" && event.remotePort === pull.localPort,
          LOG_PATIENCE,
        );
  if (said !== null) {
    return { verdict: "refused", reason: said.reason, answer: status, detail: said.detail };
  }
  const { stage, detail } = pull?.trouble ?? { stage: "answer", detail: "it says nothing" };
  return {
    verdict: "unclear",
    answer: status,
    detail: `the edge's pull failed: ${stage}, ${detail}`,
  };
}

function edgeOf({ edge }: LocalWorld): LocalEdge {
  if (edge === null) throw new Error("no entry of the mapping is the edge's");
  return edge;
}
