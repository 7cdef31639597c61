import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import type { Hostname } from "../../shared/hostname.ts";
import { findPairs } from "../certificates/find-pairs.ts";
import { createZoneInspector } from "../cloudflare/create-zone-inspector.ts";
import type { Diagnosis } from "../doctor/diagnosis.ts";
import { diagnose } from "../doctor/doctor.ts";
import { makeStranger } from "../doctor/make-stranger.ts";
import { createResolveName } from "../doctor/resolve-name.ts";
import { EXIT, type EndWith } from "../manners/exit-code.ts";
import type { Io } from "../manners/io.ts";
import type { ZoneInspector } from "../observe/zone-facts.ts";
import { readWranglerConfiguration } from "../wrangler/wrangler-configuration.ts";
import { parsePort, readHostname, repeated } from "./arguments.ts";
import { connectCloudflare } from "./connect-cloudflare.ts";
import { createDoctorOutput } from "./doctor-output.ts";
import {
  chooseEntries,
  loadMapping,
  parseAddress,
  parsePatience,
  parseWorkerUrl,
  readIssuers,
  withOrigin,
  type OriginAddress,
} from "./probe-arguments.ts";
import { readSecretFile, readTokenFile } from "./secret-file.ts";

interface DoctorFlags {
  readonly mapping: string;
  readonly config: string;
  readonly certificates: string;
  readonly origin?: Hostname;
  readonly address: readonly OriginAddress[];
  readonly originCa?: string;
  readonly secretFile?: string;
  readonly tokenFile?: string;
  /** `false` for `--no-worker`. */
  readonly worker?: URL | false;
  readonly dns: readonly string[];
  readonly plainPort: number;
  readonly patience: number;
  readonly json?: boolean;
}

function inspector(io: Io): ZoneInspector {
  return createZoneInspector(connectCloudflare(io.err));
}

/** For options that may be given several times. */
function collect<T>(parse: (raw: string) => T): (raw: string, all: readonly T[]) => readonly T[] {
  return (raw, all) => [...all, parse(raw)];
}

/** `pullproof doctor`: real pulls and deliberate wrong ones, each with its reason and the next command. Changes nothing. */
export function doctorCommand(io: Io, endWith: EndWith): Command {
  return new Command("doctor")
    .description("pull from the origin for real, rightly and wrongly, and say what is amiss")
    .argument("[hostname...]", "of the mapping; default: all of them")
    .option("--mapping <file>", "the mapping", "mapping.json")
    .option("--config <file>", "wrangler's configuration", "wrangler.toml")
    .option("--certificates <folder>", "where pull certificates and their keys are", "pki")
    .option("--origin <hostname>", "one of its origins, where it has several", readHostname)
    .addOption(
      repeated(
        "--address <address>",
        "the origin's ADDRESS or ADDRESS:PORT, instead of its name's; again for several",
        collect(parseAddress),
      ),
    )
    .option(
      "--origin-ca <file>",
      "CAs to hold the origin certificate against, instead of the public ones (PEM)",
    )
    .option(
      "--worker <url>",
      "where visitors are to ask, instead of at the hostname",
      parseWorkerUrl,
    )
    .option("--no-worker", "ask the origin alone")
    .addOption(
      repeated(
        "--dns <server>",
        "a name server to ask, instead of the system's; again for several",
        collect(String),
      ),
    )
    .option("--plain-port <port>", "where http would be answered", parsePort, 80)
    .option("--secret-file <file>", "what a pull has in X-Pull-Secret; readable by you alone")
    .option("--token-file <file>", "a token of Cloudflare Access, the same")
    .addOption(
      new Option("--patience <seconds>", "for each attempt")
        .argParser(parsePatience)
        .default(10_000, "10"),
    )
    .option("--json", "print every diagnosis as JSON")
    .addHelpText(
      "after",
      "\nFor hostnames that the edge presents for, zones are looked at where CLOUDFLARE_API_TOKEN and\n" +
        "CLOUDFLARE_ACCOUNT_ID are set: SSL mode, DNS records, rules, monitors. Nothing is changed.\n" +
        "\nExit codes: 0 nothing is amiss (warnings are said), 1 something is, 2 usage.",
    )
    .action(async (hostnames: readonly string[], flags: DoctorFlags) => {
      const mapping = loadMapping(flags.mapping);
      const entries = withOrigin(
        chooseEntries(mapping, hostnames, flags.mapping),
        flags.origin,
        flags.mapping,
      );
      const configuration = readWranglerConfiguration(flags.config);
      const presented = new Map(
        findPairs(flags.certificates).map(({ fingerprint, certificateFile, keyFile }) => [
          fingerprint,
          {
            certificate: readFileSync(certificateFile, "utf8"),
            key: readFileSync(keyFile, "utf8"),
          },
        ]),
      );
      const now = new Date();
      const output = createDoctorOutput(io, flags.json === true);
      const all: Diagnosis[] = [];
      for await (const diagnosis of diagnose({
        mapping,
        entries,
        origin: flags.origin ?? null,
        addresses: flags.address,
        resolve: createResolveName(flags.dns),
        zones: (process.env["CLOUDFLARE_API_TOKEN"] ?? "") === "" ? null : inspector(io),
        presented,
        folder: flags.certificates,
        stranger: await makeStranger(now),
        originIssuers: flags.originCa === undefined ? null : readIssuers(flags.originCa),
        customOriginTrust:
          configuration.ok &&
          configuration.value.environments.some(({ compatibilityFlags }) =>
            compatibilityFlags.includes("cots_on_external_fetch"),
          ),
        worker: flags.worker === false ? null : (flags.worker ?? null),
        throughWorker: flags.worker !== false,
        secret: flags.secretFile === undefined ? null : readSecretFile(flags.secretFile),
        token: flags.tokenFile === undefined ? null : readTokenFile(flags.tokenFile),
        plainPort: flags.plainPort,
        patience: flags.patience,
        now: now.getTime(),
      })) {
        all.push(diagnosis);
        output.tell(diagnosis);
      }
      const amiss = all.some(({ verdict }) => verdict === "problem");
      output.end(all);
      if (amiss) endWith(EXIT.problems);
    });
}
