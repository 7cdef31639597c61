import type { SslMode } from "../observe/observed.ts";

/** How the edge goes to the origin. */
export type WayOfPull =
  /** Without TLS: whatever is switched on, no certificate can be shown. */
  | { readonly scheme: "http" }
  | {
      readonly scheme: "https";
      /** Whether the origin certificate has to be one that the edge trusts, for the origin hostname, and in its time. */
      readonly checked: boolean;
    };

/** What a visitor spoke to the edge. */
export type VisitorScheme = "http" | "https";

const PLAIN: WayOfPull = { scheme: "http" };

/**
 * What a zone's SSL mode makes of a visitor's request. In Full and Full (strict) the pull speaks what the visitor spoke;
 * Strict (SSL-only), `origin_pull` in the API, speaks TLS whatever the visitor spoke, and checks as Full (strict) does.
 */
export function wayOfPull(mode: SslMode, visitor: VisitorScheme): WayOfPull {
  switch (mode) {
    case "off":
    case "flexible":
      return PLAIN;
    case "full":
      return visitor === "http" ? PLAIN : { scheme: "https", checked: false };
    case "strict":
      return visitor === "http" ? PLAIN : { scheme: "https", checked: true };
    case "origin_pull":
      return { scheme: "https", checked: true };
  }
}
