import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { EXIT } from "../../../cli/manners/exit-code.ts";
import { Failure } from "../../../cli/manners/failure.ts";
import {
  prepareCertificateIds,
  setCertificateIds,
} from "../../../cli/wrangler/set-certificate-ids.ts";
import { readWranglerConfiguration } from "../../../cli/wrangler/wrangler-configuration.ts";
import { parseMtlsCertificateId, type MtlsCertificateId } from "../../../shared/certificate-id.ts";
import type { BindingName } from "../../../shared/mapping.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const newFolder = useTemporaryFolders();
let file = "";
beforeEach(() => {
  file = join(newFolder(), "wrangler.toml");
});

const OLD = id("1");
const NEW = id("2");

function id(digit: string): MtlsCertificateId {
  const parsed = parseMtlsCertificateId(`${digit.repeat(8)}-1111-4111-8111-111111111111`);
  if (parsed === null) throw new Error("no id");
  return parsed;
}

function ids(
  given: Readonly<Record<string, MtlsCertificateId | null>>,
): Map<BindingName, MtlsCertificateId | null> {
  return new Map(Object.entries(given).map(([name, to]) => [name as BindingName, to]));
}

const TEXT = `name = "shop" # the Worker
[[mtls_certificates]]
binding = "SHOP"
certificate_id = "${OLD}"

[env.staging]
name = "shop-staging"
[[env.staging.mtls_certificates]]
binding = "SHOP"
certificate_id = "${OLD}"

# nothing of its own
[env.test]
`;

/** Binding and id in each environment. */
function inFile(): readonly string[] {
  const read = readWranglerConfiguration(file);
  if (!read.ok) throw new Error(read.problems[0].message);
  return read.value.environments.flatMap(({ path, certificates }) =>
    certificates.map(
      ({ binding, certificateId }) => `${path}: ${binding} ${certificateId.slice(0, 1)}`,
    ),
  );
}

function failureOf(action: () => unknown): Failure {
  try {
    action();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error("did not fail");
}

/** Fails, and leaves the file as it is. */
function refused(text: string, action: () => unknown): Failure {
  writeFileSync(file, text);
  const failure = failureOf(action);
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(readdirSync(join(file, ".."))).toEqual(["wrangler.toml"]);
  return failure;
}

describe("refuses, and leaves the file as it is,", () => {
  test("what does not parse, with line and column", () => {
    const { findings, exit } = refused("name =", () => setCertificateIds(file, ids({ SHOP: NEW })));
    expect(exit).toBe(EXIT.problems);
    expect(findings[0].path).toMatch(/^line 1, column/);
  });

  test("an environment that is not there", () => {
    const { findings } = refused(TEXT, () =>
      setCertificateIds(file, ids({ SHOP: NEW }), ["stagign"]),
    );
    expect(findings[0].path).toBe("env.stagign");
    expect(findings[0].next).toContain("staging");
  });

  test("an edit that would lose a comment: it prints what to paste instead", () => {
    const text = `mtls_certificates = [\n  # of the shop\n  { binding = "SHOP", certificate_id = "${OLD}" },\n  { binding = "BLOG", certificate_id = "${OLD}" },\n]\n`;
    const { findings, exit } = refused(text, () => setCertificateIds(file, ids({ SHOP: null })));
    expect(exit).toBe(EXIT.byHand);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ file, path: "mtls_certificates" });
    expect(findings[0].message).toContain("# of the shop");
    expect(findings[0].next).toContain(
      `[[mtls_certificates]]\nbinding = "BLOG"\ncertificate_id = "${OLD}"`,
    );
    expect(findings[0].next).not.toContain("SHOP");
  });

  test("an edit of JSON that cannot be proven: what to paste is JSON", () => {
    const json = file.replace(".toml", ".jsonc");
    writeFileSync(json, `{ "mtls_certificates": "none" }`);
    const { findings, exit } = failureOf(() => setCertificateIds(json, ids({ SHOP: NEW })));
    expect(exit).toBe(EXIT.byHand);
    expect(findings[0].next).toContain(`"mtls_certificates": [\n  {\n    "binding": "SHOP"`);
  });
});

test("sets the id at the top and in every environment, which do not inherit it", () => {
  writeFileSync(file, TEXT);
  expect(setCertificateIds(file, ids({ SHOP: NEW }))).toBe(true);
  expect(inFile()).toEqual([": SHOP 2", "env.staging: SHOP 2", "env.test: SHOP 2"]);
  expect(readFileSync(file, "utf8")).toContain('name = "shop" # the Worker');
});

test.each([
  [[""], [": SHOP 2", "env.staging: SHOP 1"]],
  [["staging"], [": SHOP 1", "env.staging: SHOP 2"]],
])("sets it in %j alone where that is said", (environments, expected) => {
  writeFileSync(file, TEXT);
  setCertificateIds(file, ids({ SHOP: NEW }), environments);
  expect(inFile()).toEqual(expected);
});

test("removes a binding where it is", () => {
  writeFileSync(file, TEXT);
  setCertificateIds(file, ids({ SHOP: null, BLOG: NEW }));
  expect(inFile()).toEqual([": BLOG 2", "env.staging: BLOG 2", "env.test: BLOG 2"]);
});

test("does not touch a file that says it already", () => {
  writeFileSync(file, TEXT);
  const before = statSync(file);
  expect(setCertificateIds(file, ids({ SHOP: OLD }), ["", "staging"])).toBe(false);
  expect(statSync(file)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
});

test("prepares without writing", () => {
  writeFileSync(file, TEXT);
  const { before, after } = prepareCertificateIds(file, ids({ SHOP: NEW }));
  expect(before).toBe(TEXT);
  expect(after).toContain(NEW);
  expect(readFileSync(file, "utf8")).toBe(TEXT);
});

test("keeps the file's mode, and a symbolic link a link", () => {
  writeFileSync(file, TEXT);
  chmodSync(file, 0o640);
  const link = join(file, "../link.toml");
  symlinkSync("wrangler.toml", link);
  setCertificateIds(link, ids({ SHOP: NEW }));
  expect(statSync(file).mode & 0o7777).toBe(0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(inFile()).toContain(": SHOP 2");
});
