import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { Refused, type Answer } from "./answer.ts";
import { findRoute, type Found } from "./routes.ts";
import { admit } from "./admit.ts";
import type { World } from "./world.ts";

export const BASE_PATH = "/client/v4";

/** Does what a request asks for. Throws {@link Refused}. */
export async function handle(message: IncomingMessage, url: URL, world: World): Promise<Answer> {
  const bytes = await buffer(message);
  const method = message.method ?? "";
  const path = url.pathname.slice(BASE_PATH.length);
  const found = url.pathname.startsWith(`${BASE_PATH}/`) ? findRoute(method, path) : null;
  // Documented: 7000 and 7003 for what is no route.
  if (found === null) throw new Refused(404, 7000, `No route for that URI: ${method} ${path}`);
  const { route, params } = found;
  admit(world.state, message.headers.authorization, route.needs, method === "GET", params["zone"]);
  if (params["account"] !== undefined && params["account"] !== world.state.accountId) {
    throw new Refused(403, 9109, "Unauthorized to access requested resource");
  }
  const contentType = message.headers["content-type"] ?? "";
  const request = { method, params, query: url.searchParams, contentType, bytes };
  return await oneAtATime(found, world, async () => await route.handle(request, world));
}

/** Two changes of a zone's origin pulls at once: the second is refused, not queued (reported by third parties). */
async function oneAtATime(
  { route, params }: Found,
  world: World,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const zone = route.changesZone ? world.state.zones.get(params["zone"] ?? "") : undefined;
  if (zone === undefined) return await work();
  if (zone.isChanging) {
    throw new Refused(409, 1000, "Another change of this zone is in progress");
  }
  zone.isChanging = true;
  try {
    await delay(world.timings.writing);
    return await work();
  } finally {
    zone.isChanging = false;
  }
}
