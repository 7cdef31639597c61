import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { PUBLIC, type ParsedOptions } from "./options.ts";

/** What a binding presents and whom it trusts, as PEM texts. */
export interface Material {
  readonly certificate: string;
  readonly key: string;
  /** Null for the CAs that browsers trust. */
  readonly trust: string | null;
}

/**
 * Reads a binding's files. Throws for one that is missing, is not what it should be, or does not fit the other, with
 * the file's path and the next command: workerd would only say "internal error" at the first pull.
 */
export function readMaterial(binding: string, options: ParsedOptions, folder: string): Material {
  const read = (file: string): string => {
    try {
      return readFileSync(path.resolve(folder, file), "utf8");
    } catch (cause) {
      throw problem(binding, file, "cannot be read", cause);
    }
  };
  const certificate = read(options.certificate);
  const key = read(options.key);
  const trust = options.trust === PUBLIC ? null : read(options.trust);

  const leaf = parse(binding, options.certificate, "holds no certificate", () => {
    return new X509Certificate(certificate);
  });
  const privateKey = parse(binding, options.key, "holds no private key", () => {
    return createPrivateKey(key);
  });
  if (trust !== null) {
    parse(binding, options.trust, "holds no certificate", () => new X509Certificate(trust));
  }
  if (!leaf.checkPrivateKey(privateKey)) {
    throw problem(binding, options.key, `is not the key of ${options.certificate}`);
  }
  return { certificate, key, trust };
}

function parse<T>(binding: string, file: string, otherwise: string, parser: () => T): T {
  try {
    return parser();
  } catch (cause) {
    throw problem(binding, file, otherwise, cause);
  }
}

function problem(binding: string, file: string, what: string, cause?: unknown): Error {
  return new Error(
    `${binding}: ${file} ${what}.\nNext: name another in its options; those of the local world are made by npx pullproof dev`,
    {
      cause,
    },
  );
}
