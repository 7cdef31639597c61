import type { Loaders } from "../load/loaders.ts";
import type { Work } from "../load/messages.ts";
import { isInstalled } from "../servers/tools.ts";
import type { Place, RunningServer, Server } from "../servers/server.ts";
import { measure, targetOf, type Sample } from "./measure.ts";
import type { Timing } from "./timing.ts";
import type { World } from "./world.ts";

/** The windows of each server, by its name; the same place in each list is the same round. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/** What a rotation may have differently. */
export interface RotationOptions {
  readonly work: Work;
  readonly place?: Partial<Place>;
  readonly loaders?: Loaders;
  readonly timing?: Partial<Timing>;
  /** The Host that is asked for. Default: the origin hostname. */
  readonly host?: string;
}

/**
 * Measures servers in turns: all of them run from the first round to the last, and in each round every one has its window, in
 * this order and then in the other. What the machine does beside it falls on all of them alike, and a ratio within a round
 * holds where the figures themselves do not.
 */
export async function rotate(
  world: World,
  servers: readonly Server[],
  options: RotationOptions,
): Promise<Samples> {
  const timing = { ...world.timing, ...options.timing };
  const loaders = options.loaders ?? world.loaders;
  const certificates = options.place?.certificates ?? (await world.certificates("p256"));
  const there = servers.filter(({ needs }) => needs === null || isInstalled(needs));
  const running: [Server, RunningServer][] = [];
  const samples = new Map<string, Sample[]>();
  try {
    for (const server of there) {
      world.tell(`starting ${server.name}`);
      running.push([server, await world.start(server, { ...options.place, certificates })]);
    }
    const once = async ([{ name }, one]: [Server, RunningServer], windowMs: number) => {
      const target = targetOf(one, certificates, options.host);
      const what = { work: options.work, target };
      try {
        return await measure(loaders, one, what, { ...timing, windowMs });
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      }
    };
    for (const one of running) {
      world.tell(`warming ${one[0].name}`);
      await once(one, timing.heatMs);
    }
    for (let round = 1; round <= timing.rounds; round += 1) {
      for (const one of round % 2 === 1 ? running : running.toReversed()) {
        const [{ name }] = one;
        world.tell(`round ${round} of ${timing.rounds}: ${name}`);
        samples.set(name, [...(samples.get(name) ?? []), await once(one, timing.windowMs)]);
      }
    }
    return samples;
  } finally {
    for (const [, one] of running) await one.stop();
  }
}

/**
 * The same with all servers started anew some times: where two processes of one program differ by more than the programs do, rounds
 * of one start say how lucky that start was.
 */
export async function rotateAnew(
  world: World,
  servers: readonly Server[],
  { starts, ...options }: RotationOptions & { readonly starts: number },
): Promise<Samples> {
  const all = new Map<string, readonly Sample[]>();
  for (let start = 0; start < starts; start += 1) {
    const found = await rotate(world, servers, options);
    for (const [name, samples] of found) all.set(name, [...(all.get(name) ?? []), ...samples]);
  }
  return all;
}
