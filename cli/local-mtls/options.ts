import path from "node:path";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";

/** Where `npm start` keeps the throwaway certificates; PULLPROOF_LOCAL_FOLDER names another place. */
const LOCAL_FOLDER = ".pullproof/local";

// What workerd dials, without a look at DNS: a loopback address or any other, and a port.
const ADDRESS = /^(?:[0-9.]+|\[[0-9a-f:]+\]|localhost):[1-9][0-9]{0,4}$/;

/** A binding's options, parsed, with what the environment overrides. */
export interface LocalMtlsOptions {
  /** The origin hostname: SNI, and the name that the origin certificate must carry. */
  readonly host: Hostname;
  /** `127.0.0.1:8443`; every URL that the Worker asks this binding for goes there. */
  readonly address: string;
  /** PEM files, relative to the folder of wrangler.local.toml: the pull certificate, its key, the origin's CA. */
  readonly certificate: string;
  readonly key: string;
  readonly trust: string;
}

/**
 * Parses the options of one binding. `PULLPROOF_LOCAL_ORIGIN` replaces every address, `PULLPROOF_LOCAL_FOLDER` the
 * folder `.pullproof/local` at the front of a path: several local worlds run beside each other.
 *
 * Throws with the binding's name, every problem and the next command.
 */
export function parseOptions(
  binding: string,
  raw: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): LocalMtlsOptions {
  const problems: string[] = [];
  const text = (key: string): string => {
    const value = raw[key];
    if (typeof value === "string" && value !== "") return value;
    problems.push(`${key}: missing, or not a text`);
    return "";
  };
  const file = (key: string): string =>
    inLocalFolder(text(key), environment["PULLPROOF_LOCAL_FOLDER"]);

  const host = parseHostname(text("host"));
  if (host === null) problems.push("host: not a hostname (origin-shop.example.net)");
  const override = environment["PULLPROOF_LOCAL_ORIGIN"];
  const address = override ?? text("address");
  if (!ADDRESS.test(address)) {
    const name = override === undefined ? "address" : "PULLPROOF_LOCAL_ORIGIN";
    problems.push(`${name}: not an address and a port (127.0.0.1:8443)`);
  }
  const files = { certificate: file("certificate"), key: file("key"), trust: file("trust") };
  if (problems.length > 0 || host === null) {
    throw new Error(
      `wrangler.local.toml, ${binding}, [services.dev.options]:\n` +
        problems.map((problem) => `  ${problem}\n`).join("") +
        "Next: npx pullproof check",
    );
  }
  return { host, address, ...files };
}

function inLocalFolder(file: string, folder: string | undefined): string {
  const prefix = `${LOCAL_FOLDER}/`;
  return folder !== undefined && file.startsWith(prefix)
    ? path.join(folder, file.slice(prefix.length))
    : file;
}
