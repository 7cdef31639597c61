import { afterAll, beforeAll, expect, test } from "vitest";
import { useTemporaryFoldersOfFile } from "./support/folder.ts";
import { startRotationWorld, type RotationWorld } from "./support/rotation-world.ts";
import { createTranscript } from "./support/transcript.ts";

/*
 * What an operator reads, from the first look to the last: rotation.session.txt is looked at by people, and held here to the
 * letter. `npx vitest run test/cli/rotation/session.test.ts -u` writes it anew.
 */

const newFolder = useTemporaryFoldersOfFile();
let world: RotationWorld;
beforeAll(async () => {
  world = await startRotationWorld(newFolder());
}, 60_000);
afterAll(async () => {
  await world.close();
});

test("a first apply and a whole rotation, as an operator reads them", async () => {
  const { type, note, text } = createTranscript(world);
  await type("plan");
  await type("apply $VERIFIER --dry-run");
  await type("apply $VERIFIER");
  await type("apply $VERIFIER --yes --wait 10s");
  expect(
    (await world.run("apply", ...world.asked, "--yes", "--deploy", "--wait", "10s")).status,
  ).toBe(0);
  note("The same with --deploy.");
  await type("plan $VERIFIER");
  await type("rotate shop.example.com $VERIFIER");
  await type("rotate shop.example.com $VERIFIER --new --yes --wait 0");
  await world.copyMapping();
  note("mapping.json is copied to the origin.");
  await type("rotate shop.example.com $VERIFIER --yes --wait 0");
  expect(
    (
      await world.run(
        "rotate",
        "shop.example.com",
        ...world.asked,
        "--yes",
        "--deploy",
        "--wait",
        "0",
      )
    ).status,
  ).toBe(4);
  note("The same with --deploy.");
  await type("check --remote $VERIFIER");
  await world.copyMapping();
  note("mapping.json is copied to the origin.");
  await type("rotate shop.example.com $VERIFIER --yes --wait 0");
  await type("rotate shop.example.com $VERIFIER --yes --wait 0 --quiet 0");
  await world.copyMapping();
  note("mapping.json is copied to the origin.");
  await type("rotate shop.example.com $VERIFIER --yes --wait 10s");
  await type("check --remote $VERIFIER");
  await expect(text()).toMatchFileSnapshot("rotation.session.txt");
}, 180_000);
