import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { BLOG, makePki, mappingOf, type Pki } from "./support/pki.ts";
import { attempt, get, statuses } from "./support/pull.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();
const NAMES = ["blog.example.com", "*.example.org", "edge.example.org", "www.example.com"];

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
        world = await startWorld({ form, pki, mapping: sharing([]) });
      });
      afterAll(() => world.close());

      test.each(MISDIRECTED)("%s is misdirected", async (_, said) => {
        const { statuses: came, reached } = await ask(world, said);
        expect(came).toEqual([421]);
        expect(reached).toEqual([]);
      });

      test.each(["blog.example.com", "a.example.org", "www.example.com"])(
        "the Worker says %s",
        async (name) => {
          const { statuses: came, reached } = await ask(world, name);
          expect(came).toEqual([200]);
          expect(reached).toMatchObject([
            { headers: { "x-pull-hostname": name, "x-forwarded-host": name } },
          ]);
        },
      );
    });

    // No pull shows whether it is the edge's, and then X-Forwarded-Host is a visitor's word, or a Worker's.
    it.each([
      ["one of several is", ["www.example.com"]],
      ["one below a Worker's wildcard is", ["edge.example.org"]],
      ["all of several are", NAMES],
    ])("P65: where %s the edge's, nobody says which", async (_, byEdge) => {
      const world = await startWorld({ form, pki, mapping: sharing(byEdge) });
      try {
        for (const said of [...NAMES.slice(0, 1), ...NAMES.slice(2), "a.example.org", "", null])
          expect(await ask(world, said)).toEqual({ statuses: [421], reached: [] });
      } finally {
        await world.close();
      }
    });
  });
}
