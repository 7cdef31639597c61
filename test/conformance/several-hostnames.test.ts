import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { BLOG, makePki, mappingOf, type Pki } from "./support/pki.ts";
import { attempt, get, statuses } from "./support/pull.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const NAMES = ["blog.example.com", "*.example.org", "edge.example.org", "www.example.com"];
const SOME = ["edge.example.org", "www.example.com"];

/** Shop as usual, and all of these at blog's origin hostname. */
const sharing = (byEdge: readonly string[]) => (made: Pki) => {
  const { hosts, ...rest } = mappingOf(made);
  const blog = hosts["blog.example.com"];
  const edge = { ...blog, present: { by: "edge", level: "zone" } };
  const shared = NAMES.map((name) => [name, byEdge.includes(name) ? edge : blog]);
  const shop = { "shop.example.com": hosts["shop.example.com"] };
  return { ...rest, hosts: { ...shop, ...(Object.fromEntries(shared) as object) } };
};

const MISDIRECTED: readonly (readonly [string, string | null])[] = [
  ["one of the edge's", "www.example.com"],
  ["one of the edge's below a wildcard of the Worker's", "edge.example.org"],
  ["another origin's", "shop.example.com"],
  ["two labels below a wildcard", "a.b.example.org"],
  ["two", "blog.example.com, www.example.com"],
  ["nothing", ""],
  ["no such header", null],
];

async function ask(world: World, said: string | null) {
  const before = world.reached().length;
  const line = said === null ? "" : `X-Forwarded-Host: ${said}\r\n`;
  const { text } = await attempt(world, pki.blog, get(BLOG, line), { servername: BLOG });
  return { statuses: statuses(text), reached: world.reached().slice(before) };
}

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    describe("P65: of several hostnames of one origin hostname", () => {
      let world: World;
      beforeAll(async () => {
        world = await startWorld({ form, pki, mapping: sharing(SOME) });
      });
      afterAll(() => world.close());

      test.each(MISDIRECTED)("%s is misdirected", async (_, said) => {
        const { statuses: came, reached } = await ask(world, said);
        expect(came).toEqual([421]);
        expect(reached).toEqual([]);
      });

      test.each(["blog.example.com", "a.example.org"])("the Worker says %s", async (name) => {
        const { statuses: came, reached } = await ask(world, name);
        expect(came).toEqual([200]);
        expect(reached).toMatchObject([
          { headers: { "x-pull-hostname": name, "x-forwarded-host": name } },
        ]);
      });
    });

    it("P65: where all of several are the edge's, nobody says which", async () => {
      const world = await startWorld({ form, pki, mapping: sharing(NAMES) });
      try {
        for (const said of ["blog.example.com", "a.example.org", "edge.example.org", "", null])
          expect(await ask(world, said)).toEqual({ statuses: [421], reached: [] });
      } finally {
        await world.close();
      }
    });
  });
}
