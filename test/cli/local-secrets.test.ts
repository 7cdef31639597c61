import { expect, test } from "vitest";
import { carriesSecret, makeLocalSecrets } from "../../cli/local-world/local-secrets.ts";
import { parseMapping, type Mapping } from "../../shared/mapping.ts";
import { isPullSecret } from "../../shared/wire.ts";
import { accept, entry, mapping } from "../shared/written-mapping.ts";

const sends = (env: string) => ({
  present: { by: "worker", binding: "PULL_CERT_SHOP", header: { env } },
});
const asks = { accept: accept({ also: { header: [{ env: "NOW" }, { env: "NEXT" }] } }) };
const edge = { present: { by: "edge", level: "hostname" } };

function parse(hosts: object): Mapping {
  const parsed = parseMapping(mapping(hosts));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}
const askedOf = (its: Mapping): readonly boolean[] =>
  its.entries.map((one) => carriesSecret(one, its));

test("both halves have one secret under their own names, made up anew each time", () => {
  const its = parse({ "a.test": entry({ ...sends("SENT"), ...asks }) });
  const { sent, accepted } = makeLocalSecrets(its);
  expect(Object.keys(sent)).toEqual(["SENT"]);
  expect(Object.keys(accepted)).toEqual(["NOW", "NEXT"]);
  const secrets = new Set([...Object.values(sent), ...Object.values(accepted)]);
  expect(secrets.size).toBe(1);
  for (const secret of secrets) expect(isPullSecret(secret)).toBe(true);
  expect(makeLocalSecrets(its).sent).not.toEqual(sent);
});

test("a mapping without them has none", () => {
  expect(makeLocalSecrets(parse({ "a.test": entry() }))).toEqual({ sent: {}, accepted: {} });
});

test("the secret is asked for where all who share the origin hostname send it, and it is asked for there", () => {
  expect(askedOf(parse({ "a.test": entry({ ...sends("SENT"), ...asks }) }))).toEqual([true]);
  expect(askedOf(parse({ "a.test": entry(sends("SENT")) }))).toEqual([false]);
  // The local edge sends none.
  const both = {
    "a.test": entry({ ...sends("SENT"), ...asks }),
    "b.test": entry({ ...edge, ...asks }),
  };
  expect(askedOf(parse(both))).toEqual([false, false]);
});
