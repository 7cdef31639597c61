import { join } from "node:path";
import type { Hostname } from "../../shared/hostname.ts";
import type { BindingName } from "../../shared/mapping.ts";
import type { Level } from "../local-edge/level-in-force.ts";

/** Where the local world keeps its throwaway files, relative to the mapping: git-ignored, its owner's alone. */
export const LOCAL_FOLDER = ".pullproof/local";

/** The environment variable that puts them elsewhere, so that several local worlds can stand side by side. */
export const LOCAL_FOLDER_VARIABLE = "PULLPROOF_LOCAL_FOLDER";

/** The environment variable by which the local stand-in dials another `address` than its options name. */
export const LOCAL_ORIGIN_VARIABLE = "PULLPROOF_LOCAL_ORIGIN";

/** A certificate and its key. */
export interface PairPaths {
  readonly certificate: string;
  readonly key: string;
}

/** The name of every file of a local world. The same names stand in the local twin's options. */
export interface Layout {
  readonly folder: string;
  /** What a mapping's issuer becomes: the first is `issuer`, any other `issuer-NAME`. */
  issuer(position: number, name: string): PairPaths;
  /** The pull certificate that a binding presents. */
  pullCertificate(binding: BindingName): PairPaths;
  /** The pull certificate that the edge presents on a level; `whose` is what tells it from the level's others. */
  edgeCertificate(level: Level, whose: string): PairPaths;
  /** An issuer that no mapping names, and a pull certificate of it. */
  readonly strangerIssuer: PairPaths;
  readonly stranger: PairPaths;
  /** The issuer of the origin certificates, which stands for the public ones. */
  readonly originIssuer: PairPaths;
  originCertificate(originHostname: Hostname): PairPaths;
  readonly mapping: string;
  readonly verifier: string;
  /** What `wrangler dev` said. */
  readonly log: string;
  /** Where each run has a folder of its own for what wrangler keeps. */
  readonly scratch: string;
}

/** The layout of the local world in a folder. */
export function layoutIn(folder: string): Layout {
  const pair = (name: string): PairPaths => ({
    certificate: join(folder, `${name}.pem`),
    key: join(folder, `${name}.key`),
  });
  return {
    folder,
    issuer: (position, name) => pair(position === 0 ? "issuer" : `issuer-${name}`),
    pullCertificate: (binding) => pair(binding),
    // With a dot and an underscore it is neither a binding's name nor a hostname, whose files lie beside it.
    edgeCertificate: (level, whose) => pair(`edge_${level}.${whose.replace("*", "_")}`),
    strangerIssuer: pair("stranger-issuer"),
    stranger: pair("stranger"),
    originIssuer: pair("origin-issuer"),
    originCertificate: (originHostname) => pair(originHostname),
    mapping: join(folder, "mapping.json"),
    verifier: join(folder, "origin-verifier.json"),
    log: join(folder, "wrangler.log"),
    scratch: join(folder, "wrangler"),
  };
}
