import type { Configuration } from "./configuration.ts";

/** What a reload takes in. Everything else is named below, or this does not compile. */
type Reloaded = "mapping" | "origins" | "applicationOf";

type Settings = Readonly<
  Record<
    Exclude<keyof Configuration, Reloaded> | "adminHosts" | "adminTokenFile",
    (of: Configuration) => unknown
  >
>;

/**
 * The settings of the configuration file that hold from start to end: what a listener is made with. Named where the file
 * says something else by now.
 */
export function changedForRestart(started: Configuration, now: Configuration): readonly string[] {
  const settings: Settings = {
    listen: ({ listen }) => listen,
    admin: ({ admin }) => admin?.address,
    adminHosts: ({ admin }) => admin?.hosts,
    // Which file it is may change; whether there is one decides to whom the admin listener may answer.
    adminTokenFile: ({ admin }) => (admin?.tokenFile ?? null) === null,
    refuse: ({ refuse }) => refuse,
    profile: ({ profile }) => profile,
    limits: ({ limits }) => limits,
    clientCertHeader: ({ clientCertHeader }) => clientCertHeader,
    proxyProtocol: ({ proxyProtocol }) => proxyProtocol,
    balancers: ({ balancers }) => balancers,
    reader: ({ reader }) => reader,
    workers: ({ workers }) => workers,
  };
  return Object.entries(settings).flatMap(([name, of]) =>
    JSON.stringify(of(started)) === JSON.stringify(of(now)) ? [] : [name],
  );
}

/** The same as a sentence; empty where nothing has changed. */
export function restartWarnings(file: string, changed: readonly string[]): readonly string[] {
  if (changed.length === 0) return [];
  return [`${file}: ${changed.join(", ")} changed: restart origin-verifier, or the old holds`];
}
