import type { SslMode } from "../observe/observed.ts";
import { oddAnswer } from "./all-pages.ts";
import type { Connection } from "./connection.ts";

const MODES: readonly SslMode[] = ["off", "flexible", "full", "strict", "origin_pull"];

/** A zone's SSL mode, which decides whether an origin pull is a TLS connection at all. */
export async function readSslMode(connection: Connection, zone: string): Promise<SslMode> {
  const setting = await connection.read("zone settings", (client) =>
    client.zones.settings.get("ssl", { zone_id: zone }),
  );
  const mode = "value" in setting ? parseSslMode(setting.value) : null;
  if (mode === null) throw oddAnswer("zone settings", "an SSL mode that is none");
  return mode;
}

/** One of Cloudflare's names of an SSL mode; null for whatever is none. */
export function parseSslMode(raw: unknown): SslMode | null {
  return MODES.find((mode) => mode === raw) ?? null;
}
