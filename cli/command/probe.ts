import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import type { Hostname } from "../../shared/hostname.ts";
import { attemptPull } from "../probe/attempt-pull.ts";
import type { Presented, PullOutcome } from "../probe/outcome.ts";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import { failure } from "../manners/failure.ts";
import { whyUnread } from "../manners/read-text.ts";
import type { Io } from "../manners/io.ts";
import { readHostname } from "./arguments.ts";
import { withoutEnding } from "./place.ts";
import { readSecretFile, readTokenFile } from "./secret-file.ts";
import {
  chooseEntries,
  chooseOrigin,
  loadMapping,
  parseAddress,
  parsePatience,
  readIssuers,
  type OriginAddress,
} from "./probe-arguments.ts";

interface ProbeFlags {
  readonly mapping: string;
  readonly origin?: Hostname;
  readonly address?: OriginAddress;
  readonly certificate?: string;
  readonly servername?: Hostname;
  readonly host?: string;
  readonly path?: string;
  readonly tls?: "1.2" | "1.3";
  readonly originCa?: string;
  readonly secretFile?: string;
  readonly tokenFile?: string;
  readonly patience: number;
  readonly json?: boolean;
}

/** `pullproof probe`: one real pull, measured. What comes is told and not judged; `doctor` judges. */
export function probeCommand(io: Io, endWith: EndWith): Command {
  return new Command("probe")
    .description("make one pull at the origin, rightly or wrongly, and tell what came of it")
    .argument("<hostname>", "of the mapping")
    .option("--mapping <file>", "the mapping", "mapping.json")
    .option("--origin <hostname>", "which of its origins, where it has several", readHostname)
    .option("--address <address>", "ADDRESS or ADDRESS:PORT instead of the name's", parseAddress)
    .option("--certificate <path>", "present <path>.pem with <path>.key; without it, none")
    .option("--servername <hostname>", "another name in the handshake (SNI)", readHostname)
    .option("--host <host>", "another Host in the request")
    .option("--path <path>", "what to ask for (default: the entry's health, or /)")
    .addOption(new Option("--tls <version>", "the newest version to offer").choices(["1.2", "1.3"]))
    .option("--origin-ca <file>", "CAs to hold the origin certificate against (PEM)")
    .option("--secret-file <file>", "send what is in it in X-Pull-Secret; readable by you alone")
    .option("--token-file <file>", "send the token of Cloudflare Access in it; the same")
    .addOption(
      new Option("--patience <seconds>", "until it is given up")
        .argParser(parsePatience)
        .default(10_000, "10"),
    )
    .option("--json", "print what came of it as JSON")
    .addHelpText("after", "\nExit codes: 0 an answer that is no refusal, 1 anything else, 2 usage.")
    .action(async (hostname: string, flags: ProbeFlags) => {
      const mapping = loadMapping(flags.mapping);
      const [entry] = chooseEntries(mapping, [hostname], flags.mapping);
      if (entry === undefined) return;
      const origin = chooseOrigin(entry, flags.origin, flags.mapping);
      const { health } = entry;
      const address = flags.address?.address ?? origin.hostname;
      const port = flags.address?.port ?? origin.port;
      const outcome = await attemptPull({
        address,
        port,
        servername: flags.servername ?? origin.hostname,
        authority: flags.host ?? origin.url.replace("https://", ""),
        path: flags.path ?? health ?? "/",
        certificate: flags.certificate === undefined ? null : readPresented(flags.certificate),
        maxVersion: flags.tls === undefined ? undefined : `TLSv${flags.tls}`,
        originIssuers: flags.originCa === undefined ? null : readIssuers(flags.originCa),
        secret: flags.secretFile === undefined ? null : readSecretFile(flags.secretFile),
        token: flags.tokenFile === undefined ? null : readTokenFile(flags.tokenFile),
        patience: flags.patience,
      });
      if (flags.json === true) io.out.line(JSON.stringify(asData(outcome), null, 2));
      else for (const line of inWords(outcome)) io.out.line(line);
      if (!outcome.connected) {
        io.err.line(`nobody was reached at ${address}, port ${port}`);
        io.err.line(`next: pullproof doctor ${hostname} says why; --address dials another`);
      }
      if (outcome.answer === null || outcome.answer.refusal !== null) endWith(EXIT.problems);
    });
}

function readPresented(path: string): Presented {
  const stem = withoutEnding(path);
  return { certificate: readPart(`${stem}.pem`), key: readPart(`${stem}.key`) };
}

function readPart(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (thrown) {
    const next = "name a certificate by its path without .pem: --certificate pki/shop.example.com";
    throw failure({ file, message: whyUnread(thrown), next });
  }
}

/** A session is a secret of the connection's. */
function asData({ handshake, ...outcome }: PullOutcome): object {
  if (handshake === null) return { ...outcome, handshake };
  const { session, ...told } = handshake;
  return { ...outcome, handshake: { ...told, sessionHandedOut: session !== null } };
}

function inWords({ handshake, answer, error, connected, milliseconds }: PullOutcome): string[] {
  const took = `${milliseconds.toFixed(0)} ms`;
  if (!connected) return [`no connection (${error ?? "no reason"}), after ${took}`];
  const lines: string[] = [];
  if (handshake === null) lines.push("no handshake");
  else {
    const { tlsVersion, resumed, session, originCertificate } = handshake;
    const { subject, issuer, notAfter, problem } = originCertificate;
    const day = Number.isNaN(notAfter)
      ? ""
      : `, until ${new Date(notAfter).toISOString().slice(0, 10)}`;
    lines.push(
      `handshake: ${tlsVersion}${resumed ? ", resumed" : ""}${session === null ? "" : ", a session handed out"}`,
      `origin certificate: ${subject}, by ${issuer}${day}${problem === null ? "" : ` (${problem})`}`,
    );
  }
  if (answer === null) lines.push(`no answer (${error ?? "none"}), after ${took}`);
  else {
    const { status, refusal, server } = answer;
    const by = server === null ? "" : ` by ${server}`;
    const refused = refusal === null ? "" : `: refused, Pull-Refusal ${refusal}`;
    lines.push(`answer: ${status}${by} after ${took}${refused}`);
  }
  return lines;
}
