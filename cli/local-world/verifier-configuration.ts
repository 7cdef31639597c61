import { basename } from "node:path";
import type { LocalCertificates } from "./local-certificates.ts";
import type { Layout } from "./layout.ts";

/** How the verifier refuses; its `--refuse`. */
export type RefuseMode = "silence" | "status" | "always-silent";

/** What the verifier of a local world is told, beside its files. */
export interface VerifierSettings {
  /** 0 lets the system choose. */
  readonly port: number;
  /** The application's address, `http://127.0.0.1:PORT`. */
  readonly application: string;
  readonly refuse: RefuseMode;
}

/** The verifier's configuration file, as a document; its paths are relative to the folder it lies in. */
export function verifierConfiguration(
  { origins }: LocalCertificates,
  layout: Layout,
  { port, application, refuse }: VerifierSettings,
): object {
  return {
    mapping: basename(layout.mapping),
    listen: `127.0.0.1:${port}`,
    // Any free port: nobody waits at it but a browser, to whom its address is told.
    admin: "127.0.0.1:0",
    refuse,
    origins: Object.fromEntries(
      [...origins].map(([hostname, { paths }]) => [
        hostname,
        {
          certificate: basename(paths.certificate),
          key: basename(paths.key),
          application,
        },
      ]),
    ),
  };
}
