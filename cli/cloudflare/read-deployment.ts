import type { ObservedDeployment, ObservedVersion } from "../observe/observed.ts";
import { oddAnswer } from "./all-pages.ts";
import type { Connection } from "./connection.ts";
import type { ReadVersion } from "./read-version.ts";
import { readTime } from "./stored-certificate.ts";
import { troubleOf } from "./trouble.ts";

/** Versions that are not deployed and are looked at: each costs a call. */
export const ROLLBACK_LIMIT = 10;

/**
 * What a Worker presents now, and what a rollback would have it present; null for a Worker that is not there, or that was
 * never deployed.
 */
export async function readDeployment(
  connection: Connection,
  readVersion: ReadVersion,
  script: string,
): Promise<ObservedDeployment | null> {
  const current = await deployedVersions(connection, script);
  if (current === null) return null;
  const { since, percentages } = current;
  const [first, ...rest] = await Promise.all(
    [...percentages].map(async ([id, percentage]) => ({
      ...(await readVersion(script, id)),
      percentage,
    })),
  );
  if (first === undefined) return null;
  return {
    since,
    versions: [first, ...rest],
    earlier: await earlierVersions(connection, readVersion, script, [...percentages.keys()]),
    rollbackLimit: ROLLBACK_LIMIT,
  };
}

/** Time and shares by version of the newest deployment, which Cloudflare lists first. */
async function deployedVersions(connection: Connection, script: string): Promise<Current | null> {
  try {
    const { items } = await connection.read("Workers", async (client) => {
      const params = { account_id: connection.accountId };
      const { result } = await client.workers.scripts.deployments.list(script, params);
      return { items: (result as { readonly deployments?: Deployments } | null)?.deployments };
    });
    if (items === undefined) throw oddAnswer("Workers", "no list of deployments");
    const [newest] = items;
    if (newest === undefined) return null;
    const since = readTime(newest.created_on);
    if (since === null) throw oddAnswer("Workers", "a deployment without the time of its making");
    const shares = newest.versions.map((one) => [one.version_id, one.percentage] as const);
    return { since, percentages: new Map(shares) };
  } catch (thrown) {
    if (troubleOf(thrown)?.kind === "not there") return null;
    throw thrown;
  }
}

interface Current {
  readonly since: number;
  readonly percentages: ReadonlyMap<string, number>;
}

type Deployments = readonly {
  readonly created_on?: string;
  readonly versions: readonly { readonly version_id: string; readonly percentage: number }[];
}[];

async function earlierVersions(
  connection: Connection,
  readVersion: ReadVersion,
  script: string,
  deployed: readonly string[],
): Promise<readonly ObservedVersion[]> {
  const ids = await connection.read("Workers", async (client) => {
    const params = {
      account_id: connection.accountId,
      deployable: true,
      per_page: ROLLBACK_LIMIT + deployed.length,
    };
    const { result } = await client.workers.scripts.versions.list(script, params);
    return (result.items ?? []).flatMap(({ id }) => id ?? []);
  });
  const wanted = ids.filter((id) => !deployed.includes(id)).slice(0, ROLLBACK_LIMIT);
  const versions = await Promise.all(
    wanted.map(async (id) => ({ ...(await readVersion(script, id)), percentage: 0 })),
  );
  return versions.toSorted((one, other) => other.createdAt - one.createdAt);
}
