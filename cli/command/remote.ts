import { createHash } from "node:crypto";
import { parseMappingText } from "../../shared/mapping-text.ts";
import type { CertificatePair } from "../certificates/find-pairs.ts";
import { declaredTwice } from "../check/check-bindings.ts";
import { createCloudflareReader } from "../cloudflare/create-reader.ts";
import { createCloudflareWriter } from "../cloudflare/create-writer.ts";
import type { CloudflareWriter } from "../apply/cloudflare-writer.ts";
import { refuseIfAny } from "../manners/failure.ts";
import type { Speaker } from "../manners/io.ts";
import { nextForConfiguration, nextForMapping } from "../manners/next-for.ts";
import { readText } from "../manners/read-text.ts";
import { required } from "../manners/required.ts";
import { observe } from "../observe/observe.ts";
import type { Situation } from "../plan/situation.ts";
import { readAdminToken } from "../verifiers/admin-token.ts";
import { needsWorker } from "../worker-entries.ts";
import { readWranglerConfiguration } from "../wrangler/wrangler-configuration.ts";
import { connectCloudflare } from "./connect-cloudflare.ts";
import type { RemoteFlags } from "./remote-flags.ts";

/** The way to everything that is observed and changed. */
export interface Remote {
  readonly writer: CloudflareWriter;
  /** Looks: reads the mapping and, for a Worker, its configuration anew, and asks Cloudflare and every verifier. */
  readonly look: () => Promise<Seen>;
}

/** What was seen in one look, with the mapping's text as it was then. */
export interface Seen {
  readonly situation: Situation;
  readonly text: string;
}

/**
 * Opens it; nothing is asked yet.
 *
 * @param err where people are told of pauses.
 * @param pair a certificate that was named by itself; null where none was.
 * @throws {Failure} where the environment has no token or no account, or an admin token that cannot be one.
 */
export function openRemote(
  err: Pick<Speaker, "line" | "colours">,
  flags: RemoteFlags,
  pair: CertificatePair | null,
): Remote {
  const connection = connectCloudflare(err);
  const reader = createCloudflareReader(connection);
  const adminToken = readAdminToken(process.env);
  return {
    writer: createCloudflareWriter(connection),
    look: async () => {
      const again = nextForMapping(flags.mapping);
      const text = required(flags.mapping, readText(flags.mapping), again);
      const mapping = required(flags.mapping, parseMappingText(text), again);
      const configuration = needsWorker(mapping)
        ? required(
            flags.config,
            readWranglerConfiguration(flags.config),
            nextForConfiguration(flags.config, "--config"),
          )
        : null;
      // Before anything is uploaded: which of the two would carry it?
      if (configuration !== null) refuseIfAny(declaredTwice(configuration));
      const observed = await observe({
        reader,
        mapping,
        mappingFile: flags.mapping,
        configuration,
        certificates: flags.certificates,
        pair,
        verifiers: flags.verifier,
        adminToken,
        now: Date.now,
      });
      const mappingDigest = createHash("sha256").update(text).digest("hex");
      return { situation: { mapping, mappingDigest, observed, terms: termsOf(flags) }, text };
    },
  };
}

function termsOf(flags: RemoteFlags): Situation["terms"] {
  return {
    quiet: flags.quiet,
    renewBefore: flags.renewBefore,
    assumeAccepted: flags.assumeAccepted === true,
    assumeQuiet: flags.assumeQuiet === true,
  };
}
