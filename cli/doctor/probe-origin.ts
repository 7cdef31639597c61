import { attemptPlain } from "../probe/attempt-plain.ts";
import { attemptPull } from "../probe/attempt-pull.ts";
import type { PullAttempt, PullOutcome } from "../probe/outcome.ts";
import type { Also, Entry } from "../../shared/mapping.ts";
import type { Origin } from "../../shared/origin.ts";
import { good, notTried, type Diagnosis, type Shown } from "./diagnosis.ts";
import { judgeGoodPull, judgeResumedSession } from "./judge-good-pull.ts";
import { judgeOriginCertificate, type OriginCertificateRules } from "./judge-origin-certificate.ts";
import { judgePlainOnTls, judgePort80 } from "./judge-plain.ts";
import { judgeWrongPull } from "./judge-wrong-pull.ts";
import { listWrongPulls, type WrongMaterial } from "./wrong-pulls.ts";

/** One origin at one address, and what it is probed with. */
export interface OriginProbe extends WrongMaterial, OriginCertificateRules {
  readonly entry: Entry;
  /** The one of its origins that is at the address. */
  readonly origin: Origin;
  readonly address: string;
  readonly port: number;
  /** What pulls have in `X-Pull-Secret`, where the entry asks for it; null where it is not at hand. */
  readonly secret: string | null;
  /** A token of Cloudflare Access, the same. */
  readonly token: string | null;
  /** Where `http` would be answered; 80. */
  readonly plainPort: number;
  /** CAs to hold the origin certificate against, PEM; null: the public ones. */
  readonly originIssuers: string | null;
  /** Milliseconds for each attempt. */
  readonly patience: number;
  /** In which folder the pull certificate was looked for. */
  readonly folder: string;
}

/**
 * Makes the good pull and every wrong one at one address, one after the other: at most one connection is open at a time,
 * so that probing never is a load.
 */
export async function* probeOrigin(probe: OriginProbe): AsyncGenerator<Diagnosis> {
  const { entry, origin, own } = probe;
  const { accept } = entry;
  const attempt: PullAttempt = {
    address: probe.address,
    port: probe.port,
    servername: origin.hostname,
    authority: authorityOf(origin.hostname, origin.port),
    path: entry.health ?? "/",
    certificate: own,
    originIssuers: probe.originIssuers,
    // Of the entries that were named, those alone that ask for it.
    secret: accept.also.header === null ? null : probe.secret,
    token: accept.also.access === null ? null : probe.token,
    patience: probe.patience,
  };
  const say = sayAt(probe);

  const first = await attemptPull(attempt);
  yield say(
    "good-pull",
    "with its own certificate",
    own === null
      ? withoutOwn(entry, probe.folder)
      : judgeGoodPull(first, asksMore(accept.also, probe)),
  );
  if (own !== null) yield say("resumed-session", "with its session, again", await resume(attempt));
  for (const wrong of listWrongPulls(origin, probe)) {
    const { servername, certificate } = wrong;
    const authority = wrong.authority === origin.hostname ? attempt.authority : wrong.authority;
    // Where it asks for no name nothing secret may be said, and it is refused before anybody looks for that.
    const silent = servername === null ? { secret: null, token: null } : {};
    const tried = { ...attempt, servername, authority, certificate, ...silent };
    const outcome = await attemptPull(tried);
    yield say(wrong.probe, wrong.tried, judgeWrongPull(wrong.probe, outcome, accept.mode));
  }
  yield* probePlain(probe, attempt.authority);
  const certificate = certificateOf(first);
  if (certificate !== null) {
    const shown = judgeOriginCertificate(entry, certificate, probe);
    yield say("origin-certificate", "its origin certificate", shown);
  }
}

function withoutOwn({ present, accept, hostname }: Entry, folder: string): Shown {
  if (present.by === "edge" && present.level === "shared") {
    return notTried(
      "nobody but Cloudflare can present its shared certificate",
      `ask through the edge: pullproof doctor ${hostname}, without --no-worker`,
    );
  }
  const next = "name the folder that holds certificate and key: --certificates FOLDER";
  const probe = `try one of them: pullproof probe ${hostname} --certificate PATH`;
  return accept.certificates === "issued"
    ? notTried('the mapping says "issued", and names no certificate to try it with', probe)
    : notTried(`the files of its certificate are not in ${folder}`, next);
}

/** Whether a pull from this machine would have to have what it has not: an address of Cloudflare's, a token, the secret. */
function asksMore(
  { addresses, header, access }: Also,
  { secret, token }: Pick<OriginProbe, "secret" | "token">,
): boolean {
  if (addresses !== null) return true;
  return (access !== null && token === null) || (header !== null && secret === null);
}

/** In both versions: a server may hold its tickets back in one, and hand out sessions by id in the other. */
async function resume(attempt: PullAttempt): Promise<Shown> {
  let shown = good("it hands out no session");
  for (const maxVersion of ["TLSv1.3", "TLSv1.2"] as const) {
    const first = await attemptPull({ ...attempt, maxVersion });
    const session = first.handshake?.session ?? null;
    if (session === null) continue;
    const second = await attemptPull({ ...attempt, maxVersion, session });
    shown = judgeResumedSession(second, maxVersion);
    if (shown.verdict !== "good") break;
  }
  return shown;
}

async function* probePlain(probe: OriginProbe, authority: string): AsyncGenerator<Diagnosis> {
  const { address, port, plainPort, patience } = probe;
  const say = sayAt(probe);
  const onTls = await attemptPlain({ address, port, authority, path: "/", patience });
  yield say("plain-http", "without TLS", judgePlainOnTls(onTls));
  if (plainPort === port) return;
  const onPlain = await attemptPlain({
    address,
    port: plainPort,
    authority,
    path: "/",
    patience,
  });
  yield say("port-80", `at port ${plainPort}`, judgePort80(onPlain));
}

function certificateOf({ handshake }: PullOutcome) {
  return handshake?.originCertificate ?? null;
}

function sayAt({ entry, address, port }: OriginProbe) {
  return (probe: Diagnosis["probe"], tried: string, shown: Shown): Diagnosis => ({
    hostname: entry.hostname,
    address: address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`,
    probe,
    tried,
    ...shown,
  });
}

function authorityOf(hostname: string, port: number): string {
  return port === 443 ? hostname : `${hostname}:${port}`;
}
