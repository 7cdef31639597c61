import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { HELP } from "../../../origin-verifier/command/help.ts";
import { RSA_BITS } from "../../../origin-verifier/certificate/key-strength.ts";
import {
  PROFILE_RULES,
  PROFILES,
  type Profile,
  type ProfileRules,
} from "../../../origin-verifier/profile/profile.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const PAGE = "docs/concepts/profiles.md";
const page = readFileSync(resolve(ROOT, PAGE), "utf8");

const names = (all: readonly string[]): string => all.map((name) => `\`${name}\``).join(", ");

/** What the page says of a profile, to the letter. */
function tableOf(rules: ProfileRules): string {
  const { versions, suites, groups, handshakeSignatures, keys, signatures } = rules;
  const rsa = `RSA (${RSA_BITS.least} to ${RSA_BITS.most} bits, exponent ${rules.leastRsaExponent} or more)`;
  const salt = rules.longPssSalt ? "at least as long as" : "exactly as long as";
  const rows = [
    ["protocol", versions.map((version) => version.replace("TLSv", "TLS ")).join(", ")],
    ["cipher suites", names(suites)],
    ["groups, the preferred first", groups.map(names).join("; then ")],
    ["signatures of the handshake", names(handshakeSignatures)],
    [
      "keys of pull certificates, issuers and origin certificates",
      keys.map((kind) => (kind === "RSA" ? rsa : kind)).join(", "),
    ],
    [
      "signatures of certificates and revocation lists",
      signatures
        .map((kind) => (kind === "RSASSA-PSS" ? `RSASSA-PSS (a salt ${salt} the hash)` : kind))
        .join(", "),
    ],
    [
      "held to this",
      rules.everyCertificate
        ? "every certificate of every file, the origin certificate's whole chain and a root's signature of itself among them"
        : "pull certificates, issuers and the key of the origin certificate; not its chain, nor a root's signature of itself",
    ],
    [
      "Cloudflare's shared certificate",
      rules.sharedIssuer ? "where the mapping says so" : "refused",
    ],
  ];
  return ["| | |", "|---|---|", ...rows.map(([what, value]) => `| ${what} | ${value} |`)].join(
    "\n",
  );
}

it.each(PROFILES)("the page lists exactly what %s allows", (profile: Profile) => {
  expect(page).toContain(`## ${profile}\n`);
  const section = page.split(`## ${profile}\n`)[1]?.split("\n## ")[0] ?? "";
  const table = /(?:^\|.*\n)+/m.exec(section)?.[0].trimEnd();
  expect(table).toBe(tableOf(PROFILE_RULES[profile]));
});

it("has no section of a profile that there is not, and is what --help points to", () => {
  const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title ?? "");
  expect(sections.slice(0, PROFILES.length)).toEqual([...PROFILES]);
  expect(sections.filter((title) => /^[a-z]/.test(title))).toEqual([...PROFILES]);
  expect(HELP).toContain(PAGE);
  for (const profile of PROFILES) expect(HELP).toContain(profile);
});
