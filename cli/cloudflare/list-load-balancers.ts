import type { LoadBalancer, Pool } from "../observe/zone-facts.ts";
import { allPages } from "./all-pages.ts";
import type { Connection } from "./connection.ts";
import type { Part } from "./endpoint.ts";

interface ToldBalancer {
  readonly name?: string;
  readonly proxied?: boolean;
  readonly default_pools?: readonly string[];
  readonly fallback_pool?: string;
  readonly region_pools?: Readonly<Record<string, readonly string[]>>;
  readonly country_pools?: Readonly<Record<string, readonly string[]>>;
  readonly pop_pools?: Readonly<Record<string, readonly string[]>>;
}

interface ToldPool {
  readonly id?: string;
  readonly name?: string;
  readonly monitor?: string;
}

interface ToldMonitor {
  readonly id?: string;
  readonly type?: string;
  readonly probe_zone?: string;
}

/** A zone's load balancers, each with its pools and what looks after them. One call where it has none. */
export async function listLoadBalancers(
  connection: Connection,
  zone: string,
): Promise<readonly LoadBalancer[]> {
  const path = `/zones/${encodeURIComponent(zone)}/load_balancers`;
  const balancers = await list<ToldBalancer>(connection, "load balancers", path);
  if (balancers.length === 0) return [];
  const account = `/accounts/${connection.accountId}/load_balancers`;
  const monitors = await list<ToldMonitor>(connection, "pools", `${account}/monitors`);
  const pools = await list<ToldPool>(connection, "pools", `${account}/pools`);
  const byId = new Map(pools.map((pool) => [pool.id, toPool(pool, monitors)]));
  return balancers.map((balancer) => ({
    hostname: balancer.name ?? "",
    proxied: balancer.proxied === true,
    pools: poolIdsOf(balancer).flatMap((id) => byId.get(id) ?? []),
  }));
}

async function list<Item>(
  connection: Connection,
  part: Part,
  path: string,
): Promise<readonly Item[]> {
  return await allPages<Item>(connection, part, (client, query) => client.get(path, { query }));
}

/** Every pool that any visitor, anywhere, may be sent to. */
function poolIdsOf(balancer: ToldBalancer): readonly string[] {
  const { default_pools: usual = [], fallback_pool: last, ...by } = balancer;
  const regional = [by.region_pools, by.country_pools, by.pop_pools].flatMap((pools) =>
    Object.values(pools ?? {}).flat(),
  );
  return [...new Set([...usual, ...(last === undefined ? [] : [last]), ...regional])];
}

function toPool({ name = "", monitor: id }: ToldPool, monitors: readonly ToldMonitor[]): Pool {
  const monitor = id === undefined || id === "" ? undefined : monitors.find((one) => one.id === id);
  if (monitor === undefined) return { name, monitor: null };
  const { type = "http", probe_zone: probeZone = "" } = monitor;
  return { name, monitor: { type, probeZone: probeZone === "" ? null : probeZone } };
}
