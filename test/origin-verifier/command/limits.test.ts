import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfigurationFile } from "../../../origin-verifier/command/read-configuration-file.ts";
import {
  DEFAULT_LIMITS,
  LIMIT_NAMES,
  LIMIT_RANGES,
  limitProblem,
} from "../../../origin-verifier/limits.ts";
import {
  createOriginVerifier,
  VerifierRefusesToStart,
} from "../../../origin-verifier/origin-verifier.ts";

describe("the limits of a configuration file", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pullproof-limits-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const read = async (limits: unknown) => {
    const file = join(folder, "origin-verifier.json");
    const own = { certificate: "a.pem", key: "a.key", application: "http://127.0.0.1:1" };
    const origins = { "origin.example.net": own };
    await writeFile(file, JSON.stringify({ mapping: "mapping.json", origins, limits }));
    return readConfigurationFile(file, {});
  };

  it("refuse a timeout of 0, which to Node is none", async () => {
    for (const name of LIMIT_NAMES) {
      const result = await read({ [name]: 0 });
      expect(result.ok).toBe(false);
      expect(result.ok ? [] : result.problems).toMatchObject([{ path: `limits.${name}` }]);
    }
  });

  it("refuse what is no whole number in its range, and what is no limit", async () => {
    for (const limits of [
      { handshakeMs: -1 },
      { handshakeMs: 1e9 },
      { headersMs: 1.5 },
      { headersMs: "8000" },
      { headersMs: null },
      { handshakems: 8_000 },
      [],
    ]) {
      expect((await read(limits)).ok).toBe(false);
    }
  });

  it("are as usual where they are left out, one by one", async () => {
    const all = await read(undefined);
    expect(all.ok && all.configuration.limits).toEqual(DEFAULT_LIMITS);
    const one = await read({ handshakeMs: 700 });
    expect(one.ok && one.configuration.limits).toEqual({ ...DEFAULT_LIMITS, handshakeMs: 700 });
  });
});

describe("limits", () => {
  it("are within their own ranges as usual", () => {
    for (const name of LIMIT_NAMES) expect(limitProblem(name, DEFAULT_LIMITS[name])).toBeNull();
  });

  it("fit up to both ends of their range, and no further", () => {
    for (const name of LIMIT_NAMES) {
      const [least, most] = LIMIT_RANGES[name];
      const fits = [least - 1, least, most, most + 1].map((at) => limitProblem(name, at) === null);
      expect(fits).toEqual([false, true, true, false]);
    }
  });

  it("keep a verifier in process from being made where one of them is no limit", async () => {
    for (const value of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const made = createOriginVerifier({
        mapping: "none.json",
        origins: { by: "name", files: new Map() },
        limits: { handshakeMs: value, headersMs: value },
      });
      const error: unknown = await made.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(VerifierRefusesToStart);
      expect((error as VerifierRefusesToStart).problems.map(({ path }) => path)).toEqual([
        "handshakeMs",
        "headersMs",
      ]);
    }
  });
});
