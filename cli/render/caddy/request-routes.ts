import { identityNames } from "../identity-names.ts";
import { KEPT_IDENTITY } from "../patterns.ts";

/** An answer of the server's own, with an id that the log has too; the connection ends after it. */
export function refusal(status: number, match?: readonly object[]): object {
  return {
    ...(match === undefined ? {} : { match }),
    handle: [
      {
        handler: "static_response",
        status_code: status,
        headers: { "Pull-Refusal": ["{http.request.uuid}"], "Cache-Control": ["no-store"] },
        close: true,
      },
    ],
    terminal: true,
  };
}

/**
 * A condition in CEL: that a text is taken by a pattern of Go's. Caddy's own matcher of variables takes "any of them" for
 * "all of them", and an unset one for the text `<nil>`.
 */
export function says(placeholder: string, pattern: string): string {
  return `{${placeholder}}.matches(r'${pattern}')`;
}

/** Matches where all of these conditions hold. */
export function when(...conditions: readonly string[]): { readonly expression: string } {
  return { expression: conditions.join(" && ") };
}

const HEADER = "http.request.header";

/** How a request must look, whoever sends it. */
export function requestRoutes(): readonly object[] {
  const webSocket = [
    "{http.request.method} == 'GET'",
    says(`${HEADER}.Upgrade`, "(?i)^websocket$"),
    says(`${HEADER}.Connection`, "(?i)^[a-z, -]*upgrade[a-z, -]*$"),
    says(`${HEADER}.Sec-WebSocket-Version`, "^13$"),
    says(`${HEADER}.Sec-WebSocket-Key`, "^[A-Za-z0-9+/]{22}==$"),
  ].join(" && ");
  const target = String.raw`^(?:/[\x21\x22\x24-\x5b\x5d-\x7e]*)$`;
  const connection = String.raw`(?i)^(?:(?:close|keep-alive|upgrade)(?:[ \t]*,[ \t]*|$))*$`;
  return [
    refusal(505, [when("{http.request.proto} != 'HTTP/1.1'")]),
    refusal(405, [{ method: ["TRACE", "CONNECT"] }]),
    refusal(400, [
      when(
        `!${says("http.request.orig_uri", target)}`,
        "!({http.request.method} == 'OPTIONS' && {http.request.orig_uri} == '*')",
      ),
    ]),
    refusal(417, [when(`!${says(`${HEADER}.Expect`, "(?i)^(?:100-continue)?$")}`)]),
    refusal(400, [{ method: ["GET", "HEAD"], ...when(says(`${HEADER}.Content-Length`, "[1-9]")) }]),
    refusal(400, [when(`{${HEADER}.Upgrade} != ''`, `!(${webSocket})`)]),
    refusal(400, [when(`!${says(`${HEADER}.Connection`, connection)}`)]),
  ];
}

/** Characters of a header's name (RFC 9110 5.6.2) that applications fold into `-`. */
const SEPARATORS = "!#$%&'*+.^_`|~";

/** What is taken away from every request: names, with `*` for anything. */
export function removedHeaders(): readonly string[] {
  return [
    "Proxy",
    ...SEPARATORS.split("").map((character) => `*${character}*`),
    ...identityNames().map(({ text, open }) => (open ? `${text}*` : text)),
  ];
}

function variable(name: string): string {
  return `pullproof_${name.replaceAll("-", "_")}`;
}

/**
 * What an accepted pull says of the visitor: remembered before it is taken away, and set again where it was said once. Of
 * two lines Caddy makes one, with a comma and no space behind it.
 */
export function keptHeaders(): {
  readonly remember: readonly object[];
  readonly routes: readonly object[];
} {
  const remembered = KEPT_IDENTITY.map((name) => [variable(name), `{http.request.header.${name}}`]);
  return {
    remember: [{ handle: [{ handler: "vars", ...(Object.fromEntries(remembered) as object) }] }],
    routes: KEPT_IDENTITY.filter((name) => !name.startsWith("x-forwarded-")).map((name) => ({
      match: [when(says(`http.vars.${variable(name)}`, "^[^,]+$"))],
      handle: [
        {
          handler: "headers",
          request: { set: { [name]: [`{http.vars.${variable(name)}}`] } },
        },
      ],
    })),
  };
}
