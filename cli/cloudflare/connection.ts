import type { CloudflareAccess } from "./access.ts";
import { createCloudflareClient, type CloudflareClient } from "./client.ts";
import type { Endpoint } from "./endpoint.ts";
import { createTurns } from "./in-turn.ts";
import { REAL_WAITING, withRetries, type Repeat, type Waiting } from "./retry.ts";

/** What every call goes through. */
export interface Connection {
  readonly accountId: string;
  readonly waiting: Waiting;
  /** A call that only reads; repeated where that helps. @throws {CloudflareError} */
  readonly read: <T>(part: Endpoint["part"], call: Call<T>) => Promise<T>;
  /** A call that changes something; one at a time for a zone. @throws {CloudflareError} */
  readonly write: <T>(part: Endpoint["part"], zone: string | null, call: Call<T>) => Promise<T>;
  /** A call that would do it twice if it were made twice. @throws {CloudflareError} */
  readonly writeOnce: <T>(part: Endpoint["part"], call: Call<T>) => Promise<T>;
}

/** A call with the SDK. */
export type Call<T> = (client: CloudflareClient) => PromiseLike<T>;

/** Opens the way to Cloudflare; nothing is asked yet. */
export function connect(access: CloudflareAccess, waiting: Waiting = REAL_WAITING): Connection {
  let client: Promise<CloudflareClient> | undefined;
  const inTurn = createTurns();
  const make = async <T>(endpoint: Endpoint, call: Call<T>, repeat?: Repeat): Promise<T> => {
    client ??= createCloudflareClient(access);
    const ready = await client;
    return await withRetries(endpoint, waiting, async () => await call(ready), repeat);
  };
  return {
    accountId: access.accountId,
    waiting,
    read: async (part, call) => await make({ part, access: "read" }, call),
    write: async (part, zone, call) => {
      const endpoint = { part, access: "write" } as const;
      if (zone === null) return await make(endpoint, call);
      return await inTurn(zone, async () => await make(endpoint, call));
    },
    writeOnce: async (part, call) => await make({ part, access: "write" }, call, "never twice"),
  };
}
