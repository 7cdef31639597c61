import type { HostPattern } from "../../shared/hostname.ts";

/**
 * Which of a hostname's requests a rule of Cloudflare's is for. `unknown`: its expression says more than is read here, and
 * nothing is concluded from it.
 */
export type Scope = "all" | "some" | "none" | "unknown";

const HOST_IS = /^http\.host (?:eq|==) "([^"]+)"$/;
const HOST_IN = /^http\.host in \{((?:\s*"[^"]+")+)\s*\}$/;

/** The scope of an expression in Cloudflare's rules language: the forms that the dashboard writes for a hostname, and `true`. */
export function scopeOfExpression(expression: string, hostname: HostPattern): Scope {
  const inner = withoutParentheses(expression.trim());
  if (inner === "true") return "all";
  const one = HOST_IS.exec(inner)?.[1];
  const several = HOST_IN.exec(inner)?.[1];
  if (one === undefined && several === undefined) return "unknown";
  const named = one === undefined ? (several ?? "").match(/[^"\s]+/g) : [one];
  if (named?.some((name) => name.toLowerCase() === hostname) === true) return "all";
  // Some of a wildcard's hostnames.
  return hostname.startsWith("*.") && named?.some((name) => name.endsWith(hostname.slice(1)))
    ? "some"
    : "none";
}

/** The scope of a Page Rule's pattern (`*example.com/admin/*`); `*` stands for anything. */
export function scopeOfPattern(pattern: string, hostname: HostPattern): Scope {
  const [host = "", ...path] = pattern.replace(/^(?:https?|\*):\/\//, "").split("/");
  const parts = host.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  if (!new RegExp(`^${parts.join(".*")}$`, "i").test(hostname)) {
    return hostname.startsWith("*.") ? "unknown" : "none";
  }
  return path.length === 0 || path.join("/") === "*" ? "all" : "some";
}

function withoutParentheses(expression: string): string {
  const inner = /^\((?<inner>[^()]*)\)$/.exec(expression)?.groups?.["inner"];
  return (inner ?? expression).trim();
}
