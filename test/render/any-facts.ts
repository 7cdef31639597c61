import {
  array,
  boolean,
  constant,
  constantFrom,
  integer,
  option,
  oneof,
  record,
  string,
  stringMatching,
  uniqueArray,
  type Arbitrary,
} from "fast-check";
import type { Hostname, HostPattern } from "../../shared/hostname.ts";
import type { IssuerName } from "../../shared/mapping.ts";
import type {
  AcceptedFacts,
  IssuerFacts,
  OriginFacts,
  RenderFacts,
} from "../../cli/render/facts.ts";
import { listed } from "./made-up-facts.ts";

/*
 * Facts of whatever mapping: names with digits, hyphens and punycode, as long as names may be; wildcards; several
 * hostnames of one origin and several origins at one address; ports; IPv6; paths with whatever a file may be called.
 */

const LABEL = oneof(
  stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,12}[a-z0-9])?$/),
  constantFrom("xn--bcher-kva", "a--b", "0", "1a", "a".repeat(63)),
);

/** A hostname of two to four labels. */
export const HOSTNAME: Arbitrary<Hostname> = array(LABEL, { minLength: 1, maxLength: 3 }).map(
  (labels) => [...labels, "example"].join(".") as Hostname,
);

const PATTERN: Arbitrary<HostPattern> = oneof(
  { weight: 3, arbitrary: HOSTNAME },
  { weight: 1, arbitrary: HOSTNAME.map((name) => `*.${name}` as HostPattern) },
);

const SPECIAL = "\"'`$ {}[];#\\%|&<>*?!~()=:@,äß_.-ab1".split("");
const PATH = oneof(
  { weight: 4, arbitrary: stringMatching(/^[a-z][a-z0-9._-]{0,10}$/) },
  { weight: 1, arbitrary: string({ unit: constantFrom(...SPECIAL), minLength: 1, maxLength: 10 }) },
).map((name) => `/etc/${name}`);

/** 2026 to 2030: what stays the same whenever the tests run. */
const TIME = integer({ min: Date.UTC(2026, 0), max: Date.UTC(2030, 0) });

const ISSUER: Arbitrary<IssuerFacts> = record({
  name: constantFrom("own", "a-b", "1").map((name) => name as IssuerName),
  certificates: PATH,
  crl: option(PATH),
  ders: array(string({ minLength: 1, maxLength: 90 }), { minLength: 1, maxLength: 3 }).map(
    (texts) => texts.map((text) => Buffer.from(text).toString("base64")),
  ),
  shared: boolean(),
});

const ACCEPTS: Arbitrary<AcceptedFacts> = oneof(
  uniqueArray(string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 3 }).map(
    ([first = "", ...rest]): AcceptedFacts => ({
      by: "list",
      certificates: [listed(first), ...rest.map((text) => listed(text))],
    }),
  ),
  array(HOSTNAME, { maxLength: 2 }).map((names): AcceptedFacts => ({ by: "issuer", names })),
);

const APPLICATION: Arbitrary<OriginFacts["application"]> = oneof(
  record({
    by: constant("tcp" as const),
    host: constantFrom("127.0.0.1", "::1", "application.internal", "10.1.2.3"),
    port: integer({ min: 1, max: 65_535 }),
  }),
  record({ by: constant("unix" as const), path: PATH }),
);

function originOf(originHostname: Hostname): Arbitrary<OriginFacts> {
  return record({
    originHostname: constant(originHostname),
    authority: oneof(
      constant(originHostname as string),
      integer({ min: 1, max: 65_535 }).map((port) => `${originHostname}:${port}`),
    ),
    hostnames: uniqueArray(PATTERN, { minLength: 1, maxLength: 3 }).map(
      ([first = originHostname, ...rest]): OriginFacts["hostnames"] => [first, ...rest],
    ),
    byEdge: constant<readonly HostPattern[]>([]),
    elsewhere: array(PATTERN, { maxLength: 3 }),
    issuer: ISSUER,
    accepts: ACCEPTS,
    reportUntil: option(TIME, { freq: 3 }).map((time) => time),
    certificate: PATH,
    key: PATH,
    application: APPLICATION,
    health: option(constantFrom("/health", "/a b?c=%20'\"")),
    path: constant(`hosts["${originHostname}"]`),
    edge: array(boolean(), { minLength: 3, maxLength: 3 }),
  }).map(({ edge, ...origin }) => ({
    ...origin,
    byEdge: origin.hostnames.filter((_, at) => edge[at]),
    key: `${origin.certificate}.key`,
  }));
}

/** What any mapping comes to. `more` stands in place of what was made up of every origin. */
export function anyFacts(more: Partial<OriginFacts> = {}): Arbitrary<RenderFacts> {
  const origins = uniqueArray(HOSTNAME, { minLength: 1, maxLength: 3 }).chain((names) => {
    const [first, ...rest] = names.map((name) =>
      originOf(name).map((origin) => ({ ...origin, ...more })),
    );
    return [...rest].reduce(
      (all, one) => all.chain((before) => one.map((origin) => [...before, origin])),
      (first as Arbitrary<OriginFacts>).map((origin): readonly OriginFacts[] => [origin]),
    );
  });
  return record({
    listen: record({
      host: constantFrom("127.0.0.1", "0.0.0.0", "::", "::1", "2001:db8::1"),
      port: integer({ min: 1, max: 65_535 }),
    }),
    origins: origins.map(([first, ...rest]): RenderFacts["origins"] => [
      first as OriginFacts,
      ...rest,
    ]),
    folder: PATH,
    log: PATH,
    pass: constantFrom([], ["x-shop-version"]),
    anyOfIssuer: constant(true),
  });
}
