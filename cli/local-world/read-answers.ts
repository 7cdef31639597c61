import type { ApplicationAnswer } from "./application-answer.ts";
import type { Asked } from "./ask.ts";
import type { Happened } from "./happened.ts";
import type { LocalWorld } from "./local-world.ts";

/** How long the verifier's log line may take after the answer, in milliseconds. */
export const LOG_PATIENCE = 5000;

/** What the verifier says of this connection decides: an outsider is told nothing, and could not tell us. */
export async function readDirect(world: LocalWorld, asked: Asked): Promise<Happened> {
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

/** What the demo application says decides: which certificate pulled, and for whom. */
export function readApplication({ answer }: Asked): Happened {
  try {
    const { hostname, fingerprint } = JSON.parse(answer?.body ?? "") as ApplicationAnswer;
    return { verdict: "accepted", answer: answer?.status ?? 0, hostname, fingerprint };
  } catch {
    const detail = "the answer is not the demo application's";
    return { verdict: "unclear", answer: answer?.status ?? null, detail };
  }
}
