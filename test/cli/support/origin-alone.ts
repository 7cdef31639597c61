import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startApplication, type Application } from "../../../cli/local-world/application.ts";
import { layoutIn } from "../../../cli/local-world/layout.ts";
import type { LocalCertificates } from "../../../cli/local-world/local-certificates.ts";
import { localMapping } from "../../../cli/local-world/local-mapping.ts";
import type { LocalWorld } from "../../../cli/local-world/local-world.ts";
import { prepareCertificates } from "../../../cli/local-world/prepare-certificates.ts";
import { startVerifier, type RunningVerifier } from "../../../cli/local-world/start-verifier.ts";
import { verifierConfiguration } from "../../../cli/local-world/verifier-configuration.ts";
import type { Mapping } from "../../../shared/mapping.ts";

/** The local world's origin without a Worker: the real verifier, and the demo application behind it. */
export interface OriginAlone {
  readonly certificates: LocalCertificates;
  readonly application: Application;
  readonly verifier: RunningVerifier;
  /** What attempts at the origin look at of the local world. */
  readonly world: Pick<LocalWorld, "certificates" | "ports" | "verifierEvents">;
  readonly close: () => Promise<void>;
}

/** Starts one, with certificates made in a folder. */
export async function startOriginAlone(mapping: Mapping, folder: string): Promise<OriginAlone> {
  const layout = layoutIn(join(folder, "local"));
  const { certificates } = await prepareCertificates(mapping, layout, new Date());
  const application = await startApplication(0);
  const settings = { port: 0, application: application.url, refuse: "silence" } as const;
  const documents = {
    [layout.mapping]: localMapping(mapping, certificates),
    [layout.verifier]: verifierConfiguration(certificates, layout, settings),
  };
  for (const [path, document] of Object.entries(documents)) {
    writeFileSync(path, JSON.stringify(document));
  }
  const verifier = await startVerifier(layout.verifier, layout.folder, () => undefined);
  return {
    certificates,
    application,
    verifier,
    world: {
      certificates,
      ports: { worker: 0, origin: verifier.port, application: application.port },
      verifierEvents: verifier.events,
    },
    close: async () => {
      await verifier.process.stop();
      await application.close();
    },
  };
}
