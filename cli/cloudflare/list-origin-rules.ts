import type { OriginRule } from "../observe/zone-facts.ts";
import type { Connection } from "./connection.ts";
import { readPhase } from "./read-phase.ts";

interface Parameters {
  readonly host_header?: string;
  readonly sni?: { readonly value?: string };
  readonly origin?: { readonly host?: string; readonly port?: number };
}

/** The zone's Origin Rules: another name in the handshake, another Host, another address or port. */
export async function listOriginRules(
  connection: Connection,
  zone: string,
): Promise<readonly OriginRule[]> {
  const rules = await readPhase<Parameters>(
    connection,
    zone,
    "origin rules",
    "http_request_origin",
  );
  return rules.map(({ expression, parameters }) => {
    const { host_header: host, sni, origin } = parameters;
    const port = origin?.port === undefined ? "" : `:${origin.port}`;
    const towards = `${origin?.host ?? ""}${port}`;
    return {
      expression,
      sni: sni?.value ?? null,
      host: host ?? null,
      towards: towards === "" ? null : towards,
    };
  });
}
