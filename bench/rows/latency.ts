import { ratioRow, type Row } from "../report/row.ts";
import { apache } from "../servers/apache.ts";
import { caddy } from "../servers/caddy.ts";
import { haproxy } from "../servers/haproxy.ts";
import { inProcess } from "../servers/in-process.ts";
import { nginx } from "../servers/nginx.ts";
import { passOn } from "../servers/pass-on.ts";
import { stunnel } from "../servers/stunnel.ts";
import { verifier } from "../servers/verifier.ts";
import { rotate } from "../support/rotate.ts";
import { shorter } from "../support/timing.ts";
import { figures, unlessQuick, type Group } from "./group.ts";
import * as named from "./names.ts";

const PER_SECOND = 3_000;
const IN_PROCESS = "pullproof, in process";

/** Latency at a rate that no server minds, with pulls that come whether or not the last was answered. */
export const latency: Group = {
  name: "latency",
  title: `Latency at a steady ${PER_SECOND} pulls a second on 32 connections (open loop)`,
  measure: async (world) => {
    const samples = await rotate(
      world,
      [
        verifier({ name: named.OURS_UNIX, hop: "unix", main: world.main }),
        nginx({ name: named.NGINX_UNIX, hop: "unix" }),
        passOn(named.PASS_ON),
        verifier({ name: named.OURS_TCP, hop: "tcp", main: world.main }),
        nginx({ name: named.NGINX_TCP, hop: "tcp" }),
        ...unlessQuick(world, [
          inProcess(IN_PROCESS, { framework: "node", main: world.main }),
          haproxy(named.HAPROXY, "tcp"),
          stunnel(named.STUNNEL, "tcp"),
          caddy(named.CADDY, "tcp"),
          apache(named.APACHE, "tcp"),
        ]),
      ],
      {
        work: { kind: "steady", connections: 32, perSecond: PER_SECOND },
        timing: shorter(world.timing, 0.75),
      },
    );
    const row = (
      figure: "p50" | "p99",
      [ours, theirs]: readonly [string, string],
      more: Partial<Pick<Row, "bar" | "isShown">> = {},
    ) =>
      ratioRow(
        {
          what: `${figure} of latency: ${ours}`,
          servers: [ours, theirs],
          unit: "us",
          ...(figure === "p50"
            ? more
            : { note: "on a shared machine it says nothing: see how far its rounds lie apart" }),
        },
        figures(samples, ours, figure),
        figures(samples, theirs, figure),
      );
    return {
      samples,
      rows: [
        ...row("p50", [named.OURS_UNIX, named.NGINX_UNIX], { bar: { most: 1 } }),
        ...row("p50", [named.OURS_TCP, named.NGINX_TCP], { bar: { most: 1 } }),
        ...row("p50", [named.OURS_UNIX, named.PASS_ON], { isShown: true }),
        ...row("p50", [named.PASS_ON, named.NGINX_UNIX]),
        ...row("p99", [named.OURS_UNIX, named.NGINX_UNIX]),
        ...row("p99", [named.OURS_TCP, named.NGINX_TCP]),
      ],
    };
  },
};
