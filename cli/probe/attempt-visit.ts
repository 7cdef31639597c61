import type { Hostname } from "../../shared/hostname.ts";
import { attemptPlain } from "./attempt-plain.ts";
import { attemptPull } from "./attempt-pull.ts";
import type { Answer } from "./outcome.ts";

/** One visitor's request. */
export interface VisitAttempt {
  readonly hostname: Hostname;
  readonly path: string;
  /** Where to ask for it, `http:` or `https:`; null: at the hostname itself, as visitors do. */
  readonly at: URL | null;
  readonly patience: number;
}

/** Asks as a visitor does, without any certificate. */
export async function attemptVisit({
  hostname,
  path,
  at,
  patience,
}: VisitAttempt): Promise<{ readonly answer: Answer | null; readonly error: string | null }> {
  if (at?.protocol === "http:") {
    const port = Number(at.port === "" ? 80 : at.port);
    return await attemptPlain({ address: at.hostname, port, authority: hostname, path, patience });
  }
  return await attemptPull({
    address: at?.hostname ?? hostname,
    port: Number(at === null || at.port === "" ? 443 : at.port),
    servername: hostname,
    authority: hostname,
    path,
    certificate: null,
    originIssuers: null,
    patience,
  });
}
