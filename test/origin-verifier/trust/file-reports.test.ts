import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFileReports } from "../../../origin-verifier/trust/file-reports.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pullproof-reports-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("a file that changes while a trust is built is the same file to all of that trust", async () => {
  const file = join(folder, "a");
  await writeFile(file, "before");
  const reports = createFileReports();
  expect(await reports.read(file, "one")).toBe("before");
  await writeFile(file, "after");
  expect(await reports.read(file, "another")).toBe("before");
  const digest = createHash("sha256").update("before").digest("hex");
  expect([...reports.digests]).toEqual([[file, digest]]);
});

it("a file that cannot be read has a digest, too: that it comes is a change", async () => {
  const file = join(folder, "missing");
  const reports = createFileReports();
  expect(await reports.read(file, "one")).toBeNull();
  expect([...reports.digests]).toEqual([[file, "ENOENT"]]);
  expect(reports.problems).toMatchObject([{ file }]);
  await writeFile(file, "there");
  const again = createFileReports();
  await again.read(file, "one");
  expect(again.digests.get(file)).not.toBe("ENOENT");
});
