import { describe, expect, it } from "vitest";
import { environmentProblems, isSupportedNode } from "../../origin-verifier/environment.ts";

const problems = (
  execArgv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) => environmentProblems({ nodeVersion: "24.21.0", execArgv, environment });

describe("the environment of a verifier", () => {
  const DANGEROUS = [
    "--security-revert=CVE-2023-46809",
    "--tls-keylog=/tmp/keys",
    "--openssl-legacy-provider",
    "--openssl-shared-config",
    "--openssl-config=/tmp/openssl.cnf",
    "--inspect",
    "--inspect=0.0.0.0:9229",
    "--inspect-brk",
    "--inspect-wait=9229",
    "--inspect-port=9229",
    "--experimental-config-file=node.config.json",
    "--experimental-default-config-file",
  ];

  for (const option of DANGEROUS) {
    it(`refuses ${option}, however it is written and wherever`, () => {
      const name = /^--[a-z-]+?(?:-(?=brk|wait|port))?/.exec(option)?.[0] ?? option;
      const underscored = `--${option.slice(2).split("=")[0]?.replaceAll("-", "_") ?? ""}`;
      for (const given of [
        problems([option]),
        problems([underscored, "value"]),
        problems([], { NODE_OPTIONS: option }),
        problems([], { NODE_OPTIONS: `--max-http-header-size=1  ${option}` }),
        problems([], { NODE_OPTIONS: `"${option}"` }),
        problems([], { NODE_OPTIONS: underscored }),
      ]) {
        expect(given).toHaveLength(1);
        expect(given[0]).toContain(name.split("-").slice(0, 4).join("-"));
      }
    });
  }

  it("refuses OPENSSL_CONF, and names every problem at once", () => {
    expect(problems([], { OPENSSL_CONF: "/tmp/openssl.cnf" })).toHaveLength(1);
    const all = environmentProblems({
      nodeVersion: "20.20.2",
      execArgv: ["--inspect"],
      environment: { OPENSSL_CONF: "x", NODE_OPTIONS: "--tls-keylog=x" },
    });
    expect(all).toHaveLength(4);
  });

  it("has nothing against what is overridden, or concerns nothing here", () => {
    for (const option of [
      "--insecure-http-parser",
      "--max-http-header-size=1",
      "--tls-min-v1.0",
      "--tls-max-v1.2",
      "--tls-cipher-list=DEFAULT",
      "--use-openssl-ca",
      "--max-old-space-size=512",
      "--no-openssl-shared-config",
    ]) {
      expect(problems([option])).toEqual([]);
      expect(problems([], { NODE_OPTIONS: option })).toEqual([]);
    }
    const environment = { NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_EXTRA_CA_CERTS: "x.pem" };
    expect(problems([], environment)).toEqual([]);
  });
});

describe("a Node version", () => {
  it("is none of the supported below the least of its line, or in no such line", () => {
    for (const version of [
      "18.20.8",
      "20.20.2",
      "v20.20.2",
      "22.23.2",
      "22.12.0",
      "23.99.0",
      "24.20.9",
      "25.9.0",
      "26.9.9",
      "",
      "x",
    ]) {
      expect(isSupportedNode(version)).toBe(false);
    }
  });

  it("is supported from the least of its line on, and in any later line", () => {
    for (const version of ["22.23.3", "v22.24.0", "24.21.0", "24.21.1", "26.10.0", "27.0.0"])
      expect(isSupportedNode(version)).toBe(true);
  });
});
