import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeFiles, type NewFile } from "../../cli/certificates/write-files.ts";
import { Failure } from "../../cli/manners/failure.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

const folder = useTemporaryFolders();

function pairIn(place: string): readonly NewFile[] {
  return [
    { path: join(place, "a.key"), text: "the key\n", mode: 0o600 },
    { path: join(place, "a.pem"), text: "the certificate\n", mode: 0o644 },
  ];
}

function failureOf(action: () => void): Failure {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error("it did not fail");
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe("refuses, and leaves nothing behind", () => {
  test.each(["a.key", "a.pem"])("where %s is taken", (taken) => {
    const place = folder();
    writeFileSync(join(place, taken), "somebody's");
    const { findings } = failureOf(() => writeFiles(pairIn(place), "refuse"));
    expect(findings[0].file).toBe(join(place, taken));
    expect(readdirSync(place)).toEqual([taken]);
    expect(readFileSync(join(place, taken), "utf8")).toBe("somebody's");
  });

  test("where a symbolic link that leads nowhere takes the place", () => {
    const place = folder();
    symlinkSync(join(place, "nowhere"), join(place, "a.key"));
    failureOf(() => writeFiles(pairIn(place), "refuse"));
    expect(readdirSync(place)).toEqual(["a.key"]);
    expect(existsSync(join(place, "nowhere"))).toBe(false);
  });

  test("where a place is taken after it was looked at", () => {
    const place = folder();
    // Two files for one place: the second finds it taken at the very last step, when the first is in its place already.
    const [key] = pairIn(place);
    if (key === undefined) throw new Error("no key");
    const { findings } = failureOf(() => writeFiles([key, key], "refuse"));
    expect(findings[0].file).toBe(key.path);
    expect(readdirSync(place)).toEqual([]);
  });

  test("where the key cannot be written: no certificate stays", () => {
    const place = folder();
    writeFileSync(join(place, "file"), "");
    const [, certificate] = pairIn(place);
    const key: NewFile = { path: join(place, "file", "a.key"), text: "", mode: 0o600 };
    if (certificate === undefined) throw new Error("no certificate");
    const { findings } = failureOf(() => writeFiles([certificate, key], "refuse"));
    expect(findings[0].file).toBe(key.path);
    expect(readdirSync(place)).toEqual(["file"]);
  });

  test("where a later file cannot be written: that file is the one named", () => {
    const place = folder();
    const [key, certificate] = pairIn(place);
    if (key === undefined || certificate === undefined) throw new Error("no pair");
    const far = { ...certificate, path: join(place, "x".repeat(300), "a.pem") };
    const { findings } = failureOf(() => writeFiles([key, far], "refuse"));
    expect(findings[0].file).toBe(far.path);
    expect(findings[0].next).not.toContain("--out");
    expect(readdirSync(place)).toEqual([]);
  });

  test("and takes away the folders that it made, those alone", () => {
    const place = folder();
    mkdirSync(join(place, "there"));
    writeFileSync(join(place, "file"), "");
    const files = ["new/deeper/a", "new/b", "there/c", "file/d"].map((name) => ({
      path: join(place, name),
      text: "",
      mode: 0o644 as const,
    }));
    failureOf(() => writeFiles(files, "refuse"));
    expect(readdirSync(place)).toEqual(["file", "there"]);
  });

  test("and says that there is no space, where it is that", () => {
    const [key] = pairIn(folder());
    if (key === undefined) throw new Error("no key");
    const full: NewFile = {
      ...key,
      get text(): string {
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), {
          code: "ENOSPC",
        });
      },
    };
    const { findings } = failureOf(() => writeFiles([full], "refuse"));
    expect(findings[0].file).toBe(key.path);
    expect(findings[0].message).toContain("no space");
    expect(findings[0].next).toContain("make room");
  });
});

describe("writes", () => {
  test("keys under names that end in .key from the first byte on: a killed process leaves what .gitignore knows", () => {
    const place = folder();
    const seen: string[] = [];
    const [key] = pairIn(place);
    if (key === undefined) throw new Error("no key");
    writeFileSync(key.path, "the old key", { mode: 0o600 });
    const late: NewFile = {
      path: join(place, "a.pem"),
      mode: 0o644,
      get text() {
        seen.push(...readdirSync(place));
        return "";
      },
    };
    writeFiles([key, late], "replace");
    expect(seen).toHaveLength(2);
    expect(seen.filter((name) => !name.endsWith(".key"))).toEqual([]);
  });

  test.each([0o000, 0o077])("keys for their owner alone, under umask %o", (umask) => {
    const place = folder();
    const before = process.umask(umask);
    try {
      writeFiles(pairIn(join(place, "pki")), "refuse");
    } finally {
      process.umask(before);
    }
    expect(modeOf(join(place, "pki"))).toBe(0o700);
    expect(modeOf(join(place, "pki", "a.key"))).toBe(0o600);
    expect(modeOf(join(place, "pki", "a.pem"))).toBe(0o644);
    expect(readdirSync(join(place, "pki"))).toEqual(["a.key", "a.pem"]);
  });

  test("over what is there, where it is told to, and in one step", () => {
    const place = folder();
    writeFiles(pairIn(place), "refuse");
    const before = statSync(join(place, "a.key")).ino;
    writeFiles([{ path: join(place, "a.key"), text: "another", mode: 0o600 }], "replace");
    expect(readFileSync(join(place, "a.key"), "utf8")).toBe("another");
    // Another file took the place: nobody who reads can have seen half of each.
    expect(statSync(join(place, "a.key")).ino).not.toBe(before);
  });

  test("over all that is there, or over none of it", () => {
    const place = folder();
    writeFileSync(join(place, "first"), "mine");
    mkdirSync(join(place, "third"));
    const files = ["first", "second", "third"].map((name) => ({
      path: join(place, name),
      text: "new",
      mode: 0o644 as const,
    }));
    expect(() => writeFiles(files, "replace")).toThrow(/third/);
    expect(readFileSync(join(place, "first"), "utf8")).toBe("mine");
    expect(readdirSync(place)).toEqual(["first", "third"]);
  });

  test("into a folder of somebody's without changing it", () => {
    const place = join(folder(), "open");
    mkdirSync(place, { mode: 0o755 });
    writeFiles(pairIn(place), "refuse");
    expect(modeOf(place)).toBe(0o755);
  });
});

const place = (): string => join(folder(), "wrangler.toml");

describe("replaces a text that it knows", () => {
  test("and nothing else: what somebody wrote meanwhile stays", () => {
    const path = place();
    writeFileSync(path, "theirs");
    const next: NewFile = { path: `${path}.new`, text: "", mode: 0o644 };
    const { findings } = failureOf(() =>
      writeFiles([next, { path, text: "ours", mode: 0o644, replaces: "read" }], "refuse"),
    );
    expect(findings[0].file).toBe(path);
    expect(readFileSync(path, "utf8")).toBe("theirs");
    expect(readdirSync(join(path, ".."))).toEqual(["wrangler.toml"]);
  });

  test("and puts it back where a later file cannot be placed", () => {
    const path = place();
    writeFileSync(path, "read", { mode: 0o600 });
    const late: NewFile = { path: `${path}.new`, text: "", mode: 0o644 };
    // The second of two files for one place finds it taken at the very last step.
    failureOf(() =>
      writeFiles([{ path, text: "ours", mode: 0o644, replaces: "read" }, late, late], "refuse"),
    );
    expect(readFileSync(path, "utf8")).toBe("read");
    expect(modeOf(path)).toBe(0o600);
    expect(readdirSync(join(path, ".."))).toEqual(["wrangler.toml"]);
  });

  test("in one step, with the mode that it has, beside new files", () => {
    const path = place();
    writeFileSync(path, "read", { mode: 0o640 });
    const next: NewFile = { path: `${path}.new`, text: "new", mode: 0o644 };
    writeFiles([{ path, text: "ours", mode: 0o644, replaces: "read" }, next], "refuse");
    expect(readFileSync(path, "utf8")).toBe("ours");
    expect(modeOf(path)).toBe(0o640);
    expect(readFileSync(next.path, "utf8")).toBe("new");
  });
});
