import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fingerprintOf } from "../../../origin-verifier/certificate/fingerprint-of.ts";
import { localBinding } from "../../cli/support/project.ts";
import type { Host } from "./hosts.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** A user's folder, with what a person does there by hand. */
export interface Project {
  readonly folder: string;
  /** The text of a file. */
  readonly read: (file: string) => string;
  /** What `npm install` brings, which this repository has: the project's own wrangler, and the local stand-in. */
  readonly install: () => void;
  /** Adds a hostname whose certificate was issued, with its binding, as `issue` and `check` say. */
  readonly addHostname: (host: Host) => void;
  /** Says which hostnames the Worker answers, as the comment in wrangler.toml has it. */
  readonly addRoutes: (zone: string, hostnames: readonly string[]) => void;
  /** The fingerprints that the mapping lists for a hostname: the first is presented. */
  readonly listed: (hostname: string) => readonly string[];
  /** The certificate with its key of a file without its ending. */
  readonly pair: (stem: string) => { readonly cert: string; readonly key: string };
}

interface Document {
  readonly hosts: Record<string, { readonly accept: { readonly certificates: readonly string[] } }>;
}

/** An empty one. */
export function makeProject(folder: string): Project {
  mkdirSync(folder);
  const at = (file: string): string => path.join(folder, file);
  const read = (file: string): string => readFileSync(at(file), "utf8");
  const document = (): Document => JSON.parse(read("mapping.json")) as Document;
  const append = (file: string, text: string): void => writeFileSync(at(file), read(file) + text);
  return {
    folder,
    read,
    install: () => symlinkSync(path.join(ROOT, "node_modules"), at("node_modules")),
    addHostname: ({ hostname, originHostname, binding }) => {
      const mapping = document();
      const fingerprint = fingerprintOf(new X509Certificate(read(`pki/${hostname}.pem`)).raw);
      const entry = {
        origin: `https://${originHostname}`,
        present: { by: "worker", binding },
        accept: { issuer: "own", certificates: [fingerprint] },
      };
      const hosts = { ...mapping.hosts, [hostname]: entry };
      writeFileSync(at("mapping.json"), `${JSON.stringify({ ...mapping, hosts }, null, 2)}\n`);
      const id = "00000000-0000-0000-0000-000000000002";
      append(
        "wrangler.toml",
        `\n[[mtls_certificates]]\nbinding = "${binding}"\ncertificate_id = "${id}"\n`,
      );
      append("wrangler.local.toml", localBinding(binding, originHostname));
    },
    addRoutes: (zone, hostnames) => {
      const routes = hostnames.map(
        (name) => `  { pattern = "${name}/*", zone_name = "${zone}" }, # ours\n`,
      );
      const text = read("wrangler.toml");
      const flag = "workers_dev = false\n";
      if (!text.includes(flag)) throw new Error("init writes another wrangler.toml");
      writeFileSync(
        at("wrangler.toml"),
        text.replace(flag, `routes = [\n${routes.join("")}]\n${flag}`),
      );
    },
    listed: (hostname) => document().hosts[hostname]?.accept.certificates ?? [],
    pair: (stem) => ({ cert: read(`${stem}.pem`), key: read(`${stem}.key`) }),
  };
}
