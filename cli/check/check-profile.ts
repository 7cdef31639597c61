import { X509Certificate } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { readCertificateFacts } from "../../origin-verifier/certificate/certificate-facts.ts";
import { PROFILE_RULES, type Profile } from "../../origin-verifier/profile/profile.ts";
import type { Entry, Mapping } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import { inFile } from "../lint/lint-finding.ts";
import { profileFindings } from "../lint/profile.ts";
import type { Finding } from "../manners/finding.ts";

/**
 * What no verifier of this profile accepts: entries that nothing can pull for, and listed certificates, as far as they are at
 * hand. The issuers' files are vetted by {@link checkIssuers}, as the verifier does it when it starts.
 *
 * @param certificates the folder of pull certificates; null looks at none.
 */
export function checkProfile(
  mapping: Mapping,
  mappingFile: string,
  profile: Profile,
  certificates: string | null,
): readonly Finding[] {
  return [
    ...mapping.entries.flatMap((entry) => bindingProblem(entry, mappingFile, profile)),
    ...(certificates === null ? [] : listedProblems(mapping, profile, certificates)),
  ];
}

/** Cloudflare documents RSA and ECDSA for the account's store: whoever takes ML-DSA alone takes nothing of a Worker's. */
function bindingProblem(
  { hostname, present }: Entry,
  file: string,
  profile: Profile,
): readonly Finding[] {
  const { keys } = PROFILE_RULES[profile];
  if (present.by !== "worker" || keys.includes("P-256") || keys.includes("RSA")) return [];
  return [
    {
      file,
      path: `${pathTo("hosts", hostname)}.present`,
      message: `a Worker's binding takes no certificate that the profile ${profile} takes (${keys.join(", ")}): no pull is accepted`,
      next: 'let the edge present it: "present": { "by": "edge", "level": "hostname" }; or start the verifier with another --profile',
    },
  ];
}

function listedProblems(
  { entries }: Mapping,
  profile: Profile,
  folder: string,
): readonly Finding[] {
  const files = globSync("**/*.pem", { cwd: folder, exclude: ["**/node_modules/**"] }).toSorted();
  return files.flatMap((name): readonly Finding[] => {
    const file = path.join(folder, name);
    const facts = readFacts(file);
    if (facts === null || "unreadable" in facts) return [];
    const { fingerprint } = facts;
    const entry = entries.find(
      ({ accept }) => accept.certificates !== "issued" && accept.certificates.includes(fingerprint),
    );
    if (entry === undefined) return [];
    const found = inFile(file, "profile", profileFindings(facts, profile), null);
    return found.map(({ message, next, path: where }) => ({
      file,
      path: where,
      message: `${message}; ${entry.hostname} lists it, and the verifier refuses every pull with it`,
      next: next.replace("HOSTNAME", entry.hostname),
    }));
  });
}

function readFacts(file: string): ReturnType<typeof readCertificateFacts> | null {
  try {
    return readCertificateFacts(new X509Certificate(readFileSync(file)));
  } catch {
    return null;
  }
}
