import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { ToolName } from "./server.ts";

/** A server of Debian's: where it lies, and how it says what it is. */
interface Tool {
  readonly binary: string;
  readonly package: string;
  readonly version: { readonly args: readonly string[]; readonly pattern: RegExp };
  /** The OpenSSL that it runs on, where it says so itself. */
  readonly openssl: { readonly args: readonly string[]; readonly pattern: RegExp } | null;
}

/** Each, as Debian installs it. */
export const TOOLS: Readonly<Record<ToolName, Tool>> = {
  nginx: {
    binary: "/usr/sbin/nginx",
    package: "nginx",
    version: { args: ["-v"], pattern: /nginx\/([\d.]+)/ },
    openssl: { args: ["-V"], pattern: /^built with.*OpenSSL ([\d.]+)/m },
  },
  haproxy: {
    binary: "/usr/sbin/haproxy",
    package: "haproxy",
    version: { args: ["-v"], pattern: /version ([\d.]+)/ },
    openssl: { args: ["-vv"], pattern: /Running on OpenSSL version : OpenSSL ([\d.]+)/ },
  },
  caddy: {
    binary: "/usr/bin/caddy",
    package: "caddy",
    version: { args: ["version"], pattern: /v?([\d.]+)/ },
    // Go's own TLS.
    openssl: null,
  },
  apache: {
    binary: "/usr/sbin/apache2",
    package: "apache2",
    version: { args: ["-v"], pattern: /Apache\/([\d.]+)/ },
    openssl: null,
  },
  stunnel: {
    binary: "/usr/bin/stunnel4",
    package: "stunnel4",
    version: { args: ["-version"], pattern: /stunnel ([\d.]+)/ },
    openssl: { args: ["-version"], pattern: /unning {1,2}with OpenSSL ([\d.]+)/ },
  },
};

/** Whether it is installed. */
export function isInstalled(name: ToolName): boolean {
  return existsSync(TOOLS[name].binary);
}

/** `nginx 1.22.1 (OpenSSL 3.0.19)`, as the binary itself says it. */
export function versionOf(name: ToolName): string {
  const { version, openssl } = TOOLS[name];
  const own = ask(name, version.args, version.pattern);
  if (openssl === null) {
    const library = name === "caddy" ? "Go's own TLS" : `OpenSSL ${systemOpenssl()}`;
    return `${own} (${library})`;
  }
  return `${own} (OpenSSL ${ask(name, openssl.args, openssl.pattern)})`;
}

/** That of the system's library, which servers that do not say otherwise are linked with. */
function systemOpenssl(): string {
  const { stdout } = spawnSync("openssl", ["version"], { encoding: "utf8" });
  return /^OpenSSL ([\d.]+)/.exec(stdout ?? "")?.[1] ?? "of the system";
}

function ask(name: ToolName, args: readonly string[], pattern: RegExp): string {
  const { stdout, stderr } = spawnSync(TOOLS[name].binary, [...args], { encoding: "utf8" });
  return pattern.exec(`${stdout}${stderr}`)?.[1] ?? "of unknown version";
}
