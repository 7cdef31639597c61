import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deployCommand } from "../../cli/apply/deploy-command.ts";
import { sameFlags } from "../../cli/command/same-flags.ts";
import { QUIET, RENEW_BEFORE, type RemoteFlags } from "../../cli/command/remote-flags.ts";
import { keyFileFindings } from "../../cli/lint/key-file.ts";
import { shellQuote } from "../../cli/manners/shell-quote.ts";
import { runIn } from "./support/run-pullproof.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const folder = useTemporaryFolders();

/** The words that a shell reads. */
const words = (command: string): readonly string[] =>
  execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);

const ODD = ["a b", "it's", "$(id)", "`id`", "a;b", "*", "~", "a\nb", "a\\b", '"', "", "#a", "ä"];

describe("a word of a printed command", () => {
  it.each(ODD)("is read by a shell as it is: %j", (word) => {
    expect(words(shellQuote(word))).toEqual([word]);
  });

  it.each(["pki/issuer.key", "./a-b_c.toml", "https://a.example:9464/x", "30m", "a@b%c+d=e,f"])(
    "stays as it is where it is plain: %s",
    (word) => {
      expect(shellQuote(word)).toBe(word);
    },
  );
});

describe("a place with a blank is one word", () => {
  it("in the flags of the next command", () => {
    const flags: RemoteFlags = {
      mapping: "our mapping.json",
      config: "wrangler.toml",
      certificates: "the pki",
      quiet: QUIET,
      renewBefore: RENEW_BEFORE,
      verifier: [],
    };
    const read = ["--mapping", "our mapping.json", "--certificates", "the pki"];
    expect(words(sameFlags(flags))).toEqual(read);
  });

  it("in the command that deploys", () => {
    expect(words(deployCommand("our wrangler.toml", ""))).toContain("our wrangler.toml");
  });

  it("in what lint advises", () => {
    const [found] = keyFileFindings([], "the pki/a.key", 0o644);
    expect(words(found?.next ?? "")).toEqual(["chmod", "600", "the pki/a.key"]);
  });

  it("in what issue says next", async () => {
    const place = folder();
    mkdirSync(join(place, "the pki"));
    await runIn(place, "issue", "--new-issuer", "Own pulls", "--out", "the pki/issuer");
    const signed = await runIn(place, "issue", "a.example.com", "--issuer", "the pki/issuer");
    expect(signed.stderr).toContain("--cert 'the pki/a.example.com.pem'");
    writeFileSync(join(place, "the pki/issuer.key"), "");
    const broken = await runIn(place, "issue", "b.example.com", "--issuer", "the pki/issuer");
    expect(broken.stderr).toContain("--out 'the pki/issuer'");
  });
});
