import { describe, expect, test } from "vitest";
import type { BindingName } from "../../shared/mapping.ts";
import { findBinding } from "../../worker/binding.ts";

const NAME = "PULL_CERT_SHOP" as BindingName;
const fetcher = { fetch: async () => new Response() };

describe("a binding", () => {
  test("is the one of its name", () => {
    expect(findBinding({ [NAME]: fetcher, OTHER: {} }, NAME)).toBe(fetcher);
  });

  test.each<[string, object]>([
    ["is not there", {}],
    ["is a text", { [NAME]: "text" }],
    ["is null", { [NAME]: null }],
    ["is undefined", { [NAME]: undefined }],
    ["cannot fetch", { [NAME]: { get: () => null } }],
    ["has a fetch that is none", { [NAME]: { fetch: "https://elsewhere.example" } }],
    ["is a bare function", { [NAME]: async () => new Response() }],
    ["is inherited", Object.create({ [NAME]: fetcher }) as object],
  ])("is missing where what env has %s", (_what, env) => {
    expect(findBinding(env, NAME)).toBeNull();
  });

  test.each(["toString", "__proto__", "constructor"])("is not every object's %s", (name) => {
    expect(findBinding({}, name as BindingName)).toBeNull();
  });
});
