import type { Fingerprint } from "../../shared/fingerprint.ts";
import type { HostPattern } from "../../shared/hostname.ts";
import { pathTo } from "../../shared/problem.ts";
import type { Finding } from "../manners/finding.ts";
import { short } from "./words.ts";

/** Where an entry's accepted certificates stand in the mapping. */
export function certificatesPath(hostname: HostPattern): string {
  return `${pathTo("hosts", hostname)}.accept.certificates`;
}

/** Something that nothing but a person can put right, found at a place in the mapping. */
export function problem(path: string, message: string, next: string): Finding {
  return { file: "", path, message, next };
}

/** Something of Cloudflare's could not be observed: nothing is planned on a guess. */
export function unseen(hostname: HostPattern, what: string, why: string): Finding {
  return problem(
    pathTo("hosts", hostname),
    `${what} cannot be seen (${why})`,
    "check CLOUDFLARE_API_TOKEN and its permissions (README.md, Certificates and Cloudflare), then ask again",
  );
}

/** A certificate that has to be uploaded has no files at hand. */
export function noFiles(hostname: HostPattern, fingerprint: Fingerprint): Finding {
  return problem(
    `${certificatesPath(hostname)}[0]`,
    `${short(fingerprint)} is in no store, and its certificate and key are not at hand`,
    "name the folder with both files: --certificates DIR; or issue another: pullproof issue " +
      hostname,
  );
}
