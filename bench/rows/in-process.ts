import { inProcess, nginxBefore } from "../servers/in-process.ts";
import { ratioRow } from "../report/row.ts";
import { rotate, rotateAnew } from "../support/rotate.ts";
import { anew, shorter } from "../support/timing.ts";
import { figures, type Group } from "./group.ts";
import { BARE } from "./names.ts";

const PULLS = { kind: "pulls", connections: 32, target: "/small", isAwake: true } as const;

const OURS = "in process, node:https handler";
const NGINX = "nginx + the same handler";
const OURS_HONO = "in process, Hono";
const NGINX_HONO = "nginx + the same Hono";

/** An application on Node that takes its pulls itself, and the same behind nginx: all of it on one core. */
export const inProcessPulls: Group = {
  name: "in-process",
  title: "The application is Node: in process, and behind nginx, on one core",
  measure: async (world) => {
    const { main } = world;
    const samples = await rotateAnew(
      world,
      [
        inProcess(OURS, { framework: "node", main }),
        nginxBefore(NGINX, "node"),
        inProcess(OURS_HONO, { framework: "hono", main }),
        nginxBefore(NGINX_HONO, "hono"),
      ],
      { work: PULLS, ...anew(world.timing, 3) },
    );
    const rows = (ours: string, theirs: string, least: number) => [
      ...ratioRow(
        { what: `pulls a second: ${ours}`, servers: [ours, theirs], unit: "/s", bar: { least } },
        figures(samples, ours, "rate"),
        figures(samples, theirs, "rate"),
      ),
      ...ratioRow(
        { what: `CPU a pull: ${ours}`, servers: [ours, theirs], unit: "us" },
        figures(samples, ours, "cpu"),
        figures(samples, theirs, "cpu"),
      ),
    ];
    return { samples, rows: [...rows(OURS, NGINX, 1.7), ...rows(OURS_HONO, NGINX_HONO, 1.4)] };
  },
};

/** What judging each request costs, on top of Node's own https with a required client certificate. */
export const judging: Group = {
  name: "judging",
  title: "The same handler behind node:https, with and without the verifier",
  measure: async (world) => {
    const samples = await rotateAnew(
      world,
      [
        inProcess(OURS, { framework: "node", main: world.main }),
        inProcess(BARE, { framework: "node", main: null }),
      ],
      { work: PULLS, ...anew(world.timing, 5) },
    );
    const row = ratioRow(
      { what: "CPU a pull: in process", servers: [OURS, BARE], unit: "us", bar: { most: 1.05 } },
      figures(samples, OURS, "cpu"),
      figures(samples, BARE, "cpu"),
    );
    return { samples, rows: row };
  },
};

/** The same on two cores, with two processes of each. */
export const twoCores: Group = {
  name: "two-cores",
  title: "The application is Node, two processes on two cores",
  measure: async (world) => {
    const { cores, loadersBesidePair: loaders } = world;
    const ours = `${OURS}, two processes`;
    const theirs = `${NGINX}, two workers and two processes`;
    const samples = await rotate(
      world,
      [
        inProcess(ours, { framework: "node", main: world.main, count: 2 }),
        nginxBefore(theirs, "node", 2),
      ],
      {
        work: { ...PULLS, connections: 64, isAwake: false },
        place: { cores: cores.pair },
        loaders,
        timing: shorter(world.timing, 1),
      },
    );
    const note = sharesCores(cores);
    return {
      samples,
      rows: [
        ...ratioRow(
          {
            what: `pulls a second: ${ours}`,
            servers: [ours, theirs],
            cores: [2, 2],
            unit: "/s",
            bar: { least: 1.6 },
            note,
          },
          figures(samples, ours, "rate"),
          figures(samples, theirs, "rate"),
        ),
        ...ratioRow(
          { what: `CPU a pull: ${ours}`, servers: [ours, theirs], unit: "us" },
          figures(samples, ours, "cpu"),
          figures(samples, theirs, "cpu"),
        ),
      ],
    };
  },
};

/** What is said of a pair of cores that the load is on, too. */
export function sharesCores({
  pair,
  besidePair,
}: {
  pair: readonly number[];
  besidePair: readonly number[];
}): string | null {
  return besidePair.some((core) => pair.includes(core))
    ? "the load is on the same two cores, for want of more: it takes its part of them"
    : null;
}
