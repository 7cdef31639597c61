import { cancel, intro, isCancel, outro, text } from "@clack/prompts";
import { parseHostname, type Hostname } from "../../shared/hostname.ts";
import { parseHost, suggestedOrigin, type HostAndOrigins } from "../init/planned-hosts.ts";
import { failure } from "../manners/failure.ts";

/**
 * Asks a person, on a terminal, which hostnames there are and where each one's origin is.
 *
 * @throws {Failure} where the person would rather not.
 */
export async function askForHosts(): Promise<readonly HostAndOrigins[]> {
  intro("pullproof init");
  const names = await answer({
    message: "Which hostnames does your Worker answer?",
    placeholder: "shop.example.com, blog.example.com",
    validate: (raw) => {
      const wrong = split(raw ?? "").find((name) => parseHostname(name) === null);
      if (wrong !== undefined) return `${JSON.stringify(wrong)} is not a hostname`;
      return split(raw ?? "").length === 0 ? "At least one, please." : undefined;
    },
  });
  const hosts: HostAndOrigins[] = [];
  for (const hostname of new Set(split(names).map((name) => parseHostname(name)))) {
    if (hostname === null) continue;
    const origin = await answer({
      message: `Where is the origin of ${hostname}? (a name of its own, not proxied by Cloudflare)`,
      initialValue: `https://${suggestedOrigin(hostname)}`,
      validate: (raw) => problemOf(hostname, raw ?? ""),
    });
    const host = parseHost(`${hostname}=${origin}`);
    if (typeof host !== "string") hosts.push(host);
  }
  outro("That is all.");
  return hosts;
}

function problemOf(hostname: Hostname, raw: string): string | undefined {
  const host = parseHost(`${hostname}=${raw}`);
  return typeof host === "string" ? host : undefined;
}

function split(raw: string): readonly string[] {
  return raw
    .split(/[\s,]+/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

async function answer(options: Parameters<typeof text>[0]): Promise<string> {
  const given = await text(options);
  if (!isCancel(given)) return given;
  cancel("Nothing was written.");
  throw failure({
    message: "stopped before anything was written",
    next: "pullproof init, or without questions: pullproof init --host shop.example.com=origin-shop.example.net",
  });
}
