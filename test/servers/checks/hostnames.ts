import { attempt, statuses } from "../../conformance/support/pull.ts";
import { mappingOf } from "../../conformance/support/pki.ts";
import { BLOG, settled } from "../support/peers.ts";
import type { ServerWorld } from "../support/server-world.ts";
import { broken, type Check } from "./check.ts";

const EDGE = { by: "edge", level: "zone" };

/** Shop as usual, and these at blog's origin hostname; shop's list says when the mapping is in force. */
function sharing({ pki }: ServerWorld, shop: readonly string[], byEdge: readonly string[]): object {
  const { hosts, ...rest } = mappingOf(pki, {
    shop: { certificates: [pki.shop.fingerprint, ...shop] },
  });
  const blog = hosts["blog.example.com"];
  const names = ["blog.example.com", "*.example.org", "edge.example.org", "www.example.com"];
  const shared = names.map((name) => [
    name,
    byEdge.includes(name) ? { ...blog, present: EDGE } : blog,
  ]);
  return {
    ...rest,
    hosts: {
      "shop.example.com": hosts["shop.example.com"],
      ...(Object.fromEntries(shared) as object),
    },
  };
}

let count = 0;

/** Which hostname the application is told; null where the pull was misdirected, and else what came in its place. */
async function told(world: ServerWorld, said: string | null): Promise<string | null> {
  count += 1;
  const target = `/named-${count}`;
  const line = said === null ? "" : `X-Forwarded-Host: ${said}\r\n`;
  const request = `GET ${target} HTTP/1.1\r\nHost: ${BLOG}\r\n${line}Connection: close\r\n\r\n`;
  const { text } = await attempt(world, world.pki.blog, request, { servername: BLOG });
  const reached = world.application.reached.find(({ url }) => url === target);
  if (reached !== undefined) return String(reached.headers["x-pull-hostname"]);
  const [status] = statuses(text);
  return status === 421 ? null : `nothing, and the answer is ${status ?? "none"}`;
}

/** The Worker says which of its hostnames; of the edge's only a visitor could. */
const named: Check = {
  promise: "P65",
  ofHttp: true,
  run: async (world) => {
    const { pki } = world;
    const claims: Record<string, boolean> = {};
    const MISDIRECTED: Readonly<Record<string, string | null>> = {
      "another origin's": "shop.example.com",
      "two labels below a wildcard": "a.b.example.org",
      "two of them": "blog.example.com, www.example.com",
      nothing: "",
      nobody: null,
    };
    try {
      await world.render(sharing(world, [pki.unlisted.fingerprint], []), [pki.unlisted]);
      await settled(world, pki.unlisted, true);
      for (const name of ["blog.example.com", "a.example.org"])
        claims[`the Worker's ${name} is not told`] = (await told(world, name)) === name;
      for (const [what, said] of Object.entries(MISDIRECTED))
        claims[`${what} is taken`] = (await told(world, said)) === null;
      const all = ["blog.example.com", "*.example.org", "edge.example.org", "www.example.com"];
      // No pull shows whether it is the edge's: one of several is enough.
      for (const byEdge of [["www.example.com"], ["edge.example.org"], all]) {
        const listed = byEdge.length === 1 && byEdge[0] === "edge.example.org";
        await world.render(sharing(world, listed ? [pki.unlisted.fingerprint] : [], byEdge));
        await settled(world, pki.unlisted, listed);
        for (const name of ["blog.example.com", "www.example.com", "a.example.org", "", null])
          claims[`beside the edge's ${byEdge.length}, ${JSON.stringify(name)} is taken`] =
            (await told(world, name)) === null;
      }
      return broken(claims);
    } finally {
      await world.render();
      await settled(world, pki.blog, true, BLOG);
    }
  },
};

export const HOSTNAME_CHECKS: readonly Check[] = [named];
