import path from "node:path";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";

/** Where `npm start` keeps the throwaway certificates; PULLPROOF_LOCAL_FOLDER names another place. */
const LOCAL_FOLDER = ".pullproof/local";

// What workerd dials: an address, or a name that it looks up, and a port.
const ADDRESS = /^(?:[0-9.]+|\[[0-9a-f:]+\]|[a-z0-9.-]*[a-z][a-z0-9.-]*):[1-9][0-9]{0,4}$/;

/** What `trust` says where the origin certificate is one of a public CA. */
export const PUBLIC = "public";

/** What a binding presents, where, and whom it trusts. Paths are relative to the folder of wrangler's configuration. */
export interface LocalMtlsOptions {
  /** The origin hostname: SNI, and the name that the origin certificate must carry. Several, where the Worker asks several. */
  readonly host: string | readonly string[];
  /**
   * `127.0.0.1:8443`, or a name and a port: every URL that the Worker asks this binding for goes there. A list has one for
   * each of the hosts.
   */
  readonly address: string | readonly string[];
  /** PEM file of the pull certificate, leaf first. */
  readonly certificate: string;
  /** PEM file of its key. */
  readonly key: string;
  /** PEM file of the CA that signed the origin certificate; or `public`, for those that browsers trust. */
  readonly trust: string;
}

/** A binding's options, parsed, with what the environment overrides. */
export interface ParsedOptions extends Pick<LocalMtlsOptions, "certificate" | "key" | "trust"> {
  /** Whom the binding pulls from: at least one. */
  readonly origins: readonly [LocalOrigin, ...LocalOrigin[]];
}

/** One origin of a binding. */
export interface LocalOrigin {
  /** The origin hostname: SNI, and the name that the origin certificate must carry. */
  readonly host: Hostname;
  /** Where it is dialled: an address or a name, and a port. */
  readonly address: string;
}

/**
 * Parses the options of one binding: `host` is one origin hostname or a list of them, `address` the address of all or a list
 * of as many. `PULLPROOF_LOCAL_ORIGIN` replaces every address, `PULLPROOF_LOCAL_FOLDER` the
 * folder `.pullproof/local` at the front of a path: several local worlds run beside each other.
 *
 * Throws with the binding's name, every problem and the next command.
 */
export function parseOptions(
  binding: string,
  raw: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): ParsedOptions {
  const problems: string[] = [];
  const text = (key: string): string => {
    const value = raw[key];
    if (typeof value === "string" && value !== "") return value;
    problems.push(`${key}: missing, or not a text`);
    return "";
  };
  const file = (key: string): string =>
    inLocalFolder(text(key), environment["PULLPROOF_LOCAL_FOLDER"]);

  const list = (key: string): readonly unknown[] =>
    Array.isArray(raw[key]) ? (raw[key] as readonly unknown[]) : [text(key)];
  const override = environment["PULLPROOF_LOCAL_ORIGIN"];
  const hosts = list("host");
  const addresses = override === undefined ? list("address") : [override];
  if (addresses.length !== 1 && addresses.length !== hosts.length)
    problems.push("address: one for all, or as many as there are hosts");
  const [first, ...others] = hosts.map((written, index): LocalOrigin => {
    const host = typeof written === "string" ? parseHostname(written) : null;
    if (host === null) problems.push("host: not a hostname (origin-shop.example.net)");
    const address = addresses.length === 1 ? addresses[0] : addresses[index];
    const isAddress = typeof address === "string" && ADDRESS.test(address);
    const name = override === undefined ? "address" : "PULLPROOF_LOCAL_ORIGIN";
    if (!isAddress) problems.push(`${name}: not an address and a port (127.0.0.1:8443)`);
    return { host: host ?? ("" as Hostname), address: isAddress ? address : "" };
  });
  if (first === undefined) problems.push("host: empty");
  const files = { certificate: file("certificate"), key: file("key"), trust: file("trust") };
  if (problems.length > 0 || first === undefined) {
    throw new Error(
      `wrangler.local.toml, ${binding}, [services.dev.options]:\n` +
        problems.map((problem) => `  ${problem}\n`).join("") +
        "Next: correct them there; with a mapping beside it: npx pullproof check",
    );
  }
  return { origins: [first, ...others], ...files };
}

function inLocalFolder(file: string, folder: string | undefined): string {
  const prefix = `${LOCAL_FOLDER}/`;
  return folder !== undefined && file.startsWith(prefix)
    ? path.join(folder, file.slice(prefix.length))
    : file;
}
