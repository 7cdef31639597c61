import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { head, pullFrom, refusalOn } from "./http-pull.ts";
import { BROKEN_BODIES, LARGE_BODIES, REFUSED, type RefusedRow } from "./http-rows.ts";
import { makePki } from "./support/pki.ts";
import { TLS_VERSIONS, type TlsVersion } from "./support/pull.ts";
import { FORMS, startWorld, type World } from "./support/world.ts";

const pki = makePki();

for (const form of FORMS) {
  describe(`the verifier ${form}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld({ form, pki });
    });
    afterAll(() => world.close());

    /** Sends a row's bytes, with a good request behind them, and reads to the end of the connection. */
    async function refuse({ bytes, status, reason }: RefusedRow, version: TlsVersion) {
      const after = world.lines.length;
      const pull = await pullFrom(world, version);
      pull.send(bytes + head("GET /behind"));
      await pull.ended;
      const [answer, ...more] = pull.answers();
      expect(more).toEqual([]);
      expect(answer).toMatchObject({ status, body: "", complete: true });
      expect(answer?.headers.get("connection")).toEqual(["close"]);
      expect(answer?.headers.get("cache-control")).toEqual(["no-store"]);
      const logged = await refusalOn(world, pull, after);
      expect(logged).toMatchObject({ event: "pull-refused", reason, status, tlsVersion: version });
      // A stranger reads the status and the id of this line, and nothing else.
      expect(answer?.headers.get("pull-refusal")).toEqual([logged["id"]]);
      const told = [...(answer?.headers.keys() ?? [])].toSorted();
      const most = ["cache-control", "connection", "content-length", "date", "pull-refusal"];
      expect(most).toEqual(expect.arrayContaining(told));
    }

    for (const version of TLS_VERSIONS) {
      describe(`refuses (${version})`, () => {
        test.each(REFUSED)("$promise: $what", async (row) => {
          const before = world.reached().length;
          await refuse(row, version);
          expect(world.reached().length).toBe(before);
        });

        test.each([...BROKEN_BODIES, ...LARGE_BODIES])("$promise: $what", async (row) => {
          const before = world.reached().length;
          await refuse(row, version);
          // What had begun of it is no whole request to anybody.
          expect(world.reached().length).toBe(before);
        });
      });
    }

    it("P40, P44: of all that, nothing reached the application, whole or later", async () => {
      const pull = await pullFrom(world);
      pull.send(head("GET /good", "Connection: close"));
      await pull.ended;
      expect(pull.answers()).toMatchObject([{ status: 200 }]);
      expect(world.reached().map(({ url }) => url)).toEqual(["/good"]);
    });
  });
}
