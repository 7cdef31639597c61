import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { parseMappingText } from "../../shared/mapping-text.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

interface Configuration {
  readonly main?: unknown;
  readonly name?: unknown;
  readonly compatibility_date?: unknown;
  readonly compatibility_flags?: readonly string[];
  readonly mtls_certificates?: readonly { binding: string; certificate_id: string }[];
  readonly services?: readonly { binding: string; dev?: { options?: { host?: string } } }[];
}

const deployed = parse(read("wrangler.toml")) as Configuration;
const twin = parse(read("wrangler.local.toml")) as Configuration;

function runtimeOf({ name, main, compatibility_date, compatibility_flags }: Configuration) {
  return { name, main, compatibility_date, compatibility_flags };
}

function originByBinding(): Record<string, string> {
  const mapping = parseMappingText(read("mapping.json"));
  if (!mapping.ok) throw new Error("mapping.json does not parse");
  return Object.fromEntries(
    mapping.value.entries.flatMap(({ present, origins }) =>
      present.by === "worker" ? [[present.binding, origins[0].hostname]] : [],
    ),
  );
}

describe("wrangler.local.toml", () => {
  test("names exactly the bindings of wrangler.toml, and both those of the mapping", () => {
    const declared = deployed.mtls_certificates?.map(({ binding }) => binding);
    expect(declared).toEqual(["PULL_CERT_SHOP", "PULL_CERT_BLOG"]);
    expect(twin.services?.map(({ binding }) => binding)).toEqual(declared);
    expect(Object.keys(originByBinding()).toSorted()).toEqual(declared?.toSorted());
  });

  test("dials each binding's own origin hostname", () => {
    const hosts = twin.services?.map(({ binding, dev }) => [binding, dev?.options?.host]);
    expect(Object.fromEntries(hosts ?? [])).toEqual(originByBinding());
  });

  test("runs the same code under the same date and flags", () => {
    expect(runtimeOf(twin)).toEqual(runtimeOf(deployed));
  });

  test("has neither routes, which would rewrite every Host, nor certificates, which do nothing locally", () => {
    for (const key of ["route", "routes", "mtls_certificates", "env"]) {
      expect(twin).not.toHaveProperty(key);
    }
  });
});

describe("wrangler.toml", () => {
  test("sees a visitor who leaves, and never the flag that makes fetches loop", () => {
    expect(deployed.compatibility_flags).toEqual(["enable_request_signal"]);
  });

  test("names placeholder ids alone: what is committed belongs to no account", () => {
    for (const { certificate_id: id } of deployed.mtls_certificates ?? []) {
      expect(id).toMatch(/^00000000-0000-0000-0000-/);
    }
  });
});
