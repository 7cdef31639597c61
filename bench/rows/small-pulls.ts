import { apache } from "../servers/apache.ts";
import { caddy } from "../servers/caddy.ts";
import { haproxy } from "../servers/haproxy.ts";
import { nginx } from "../servers/nginx.ts";
import { passOn } from "../servers/pass-on.ts";
import { renderedNginx } from "../servers/rendered-nginx.ts";
import { stunnel } from "../servers/stunnel.ts";
import { verifier } from "../servers/verifier.ts";
import type { Row } from "../report/row.ts";
import { ratioRow } from "../report/row.ts";
import { rotateAnew } from "../support/rotate.ts";
import { anew } from "../support/timing.ts";
import { figures, type Group } from "./group.ts";
import * as named from "./names.ts";

/** Two processes of one program differ by some per cent. */
const STARTS = 3;

/** Kept-alive small pulls through the proxy, on one core. */
export const smallPulls: Group = {
  name: "small-pulls",
  title: "Small pulls on 32 kept-alive connections, through a proxy on one core",
  measure: async (world) => {
    const samples = await rotateAnew(
      world,
      [
        verifier({ name: named.OURS_UNIX, hop: "unix", main: world.main }),
        nginx({ name: named.NGINX_UNIX, hop: "unix" }),
        passOn(named.PASS_ON),
        verifier({ name: named.OURS_TCP, hop: "tcp", main: world.main }),
        nginx({ name: named.NGINX_TCP, hop: "tcp" }),
        renderedNginx(named.RENDERED, "tcp"),
        haproxy(named.HAPROXY, "tcp"),
        stunnel(named.STUNNEL, "tcp"),
        caddy(named.CADDY, "tcp"),
        apache(named.APACHE, "tcp"),
      ],
      {
        work: { kind: "pulls", connections: 32, target: "/small" },
        ...anew(world.timing, STARTS),
      },
    );
    const row = (
      figure: "rate" | "cpu",
      [ours, theirs]: readonly [string, string],
      more: Partial<Pick<Row, "bar" | "aim" | "isShown">> = {},
    ): readonly Row[] =>
      ratioRow(
        {
          what: `${figure === "rate" ? "pulls a second" : "CPU a pull"}: ${ours}`,
          servers: [ours, theirs],
          unit: figure === "rate" ? "/s" : "us",
          ...more,
        },
        figures(samples, ours, figure),
        figures(samples, theirs, figure),
      );
    return {
      samples,
      rows: [
        row("rate", [named.OURS_UNIX, named.NGINX_UNIX], { bar: { least: 0.95 }, aim: 1 }),
        row("rate", [named.OURS_TCP, named.NGINX_TCP], { bar: { least: 0.8 }, aim: 0.9 }),
        row("rate", [named.OURS_UNIX, named.NGINX_TCP]),
        row("rate", [named.OURS_TCP, named.RENDERED], { isShown: true }),
        row("cpu", [named.OURS_UNIX, named.NGINX_UNIX], { bar: { most: 1.3 }, aim: 1.1 }),
        row("cpu", [named.OURS_TCP, named.NGINX_TCP], { bar: { most: 1.3 }, aim: 1.1 }),
        row("cpu", [named.OURS_TCP, named.RENDERED], { isShown: true }),
        row("cpu", [named.OURS_UNIX, named.PASS_ON], { isShown: true }),
        row("cpu", [named.PASS_ON, named.NGINX_UNIX]),
        row("rate", [named.OURS_TCP, named.HAPROXY], { bar: { least: 0.8 } }),
        row("rate", [named.OURS_TCP, named.STUNNEL], { bar: { least: 1.2 } }),
        row("rate", [named.OURS_TCP, named.CADDY], { bar: { least: 2.5 } }),
        row("rate", [named.OURS_TCP, named.APACHE], { bar: { least: 2.5 } }),
      ].flat(),
    };
  },
};
