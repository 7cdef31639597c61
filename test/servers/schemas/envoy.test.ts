import { assert, property } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ENVOY } from "../../../cli/render/envoy/envoy.ts";
import type { RenderFacts } from "../../../cli/render/facts.ts";
import { anyFacts } from "../../render/any-facts.ts";
import { FULL, ISSUED, PLAIN } from "../../render/made-up-facts.ts";
import { messageProblems, type Lookup } from "./check-message.ts";
import { documentsOf } from "./documents.ts";
import { readProtos } from "./protobuf.ts";
import { areToolsMissing } from "./tools.ts";

const BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap";
/** What the rendered files name in an Any. */
const FILES = [
  "config/bootstrap/v3/bootstrap",
  "extensions/filters/http/router/v3/router",
  "extensions/filters/listener/tls_inspector/v3/tls_inspector",
  "extensions/filters/network/http_connection_manager/v3/http_connection_manager",
  "extensions/transport_sockets/tls/v3/tls",
];

type Damage = (bootstrap: Bootstrap) => void;
interface Bootstrap {
  static_resources: {
    listeners: Record<string, unknown>[];
    clusters: Record<string, unknown>[];
  };
}

function chain(bootstrap: Bootstrap): Record<string, unknown> {
  const [listener = {}] = bootstrap.static_resources.listeners;
  return (listener["filter_chains"] as Record<string, unknown>[])[0] ?? {};
}

function context(bootstrap: Bootstrap): Record<string, unknown> {
  return (chain(bootstrap)["transport_socket"] as { typed_config: Record<string, unknown> })
    .typed_config;
}

const DAMAGES: Readonly<Record<string, Damage>> = {
  "a field that nobody knows": (file) => (chain(file)["filter_chain_matches"] = {}),
  "a field of another message, behind an Any": (file) => (context(file)["stat_prefix"] = "a"),
  "a type that nobody knows": (file) =>
    (context(file)["@type"] = "type.googleapis.com/envoy.v3.Nothing"),
  "an Any without a type": (file) => delete context(file)["@type"],
  "a text for a bool": (file) => (context(file)["require_client_certificate"] = "true"),
  "a number for a duration": (file) => (chain(file)["transport_socket_connect_timeout"] = 10),
  "a name that is none of the enum's": (file) =>
    ((file.static_resources.clusters[0] ?? {})["type"] = "STATIC_DNS"),
  "an empty name where a rule wants one": (file) =>
    ((file.static_resources.clusters[0] ?? {})["name"] = ""),
  "a name that is missing": (file) => delete file.static_resources.clusters[0]?.["name"],
  "both of a oneof": (file) =>
    ((file.static_resources.clusters[0] ?? {})["cluster_type"] = { name: "a" }),
  "a field that is deprecated": (file) => (chain(file)["use_proxy_proto"] = false),
};

describe.skipIf(areToolsMissing())("envoy, by its own protocol buffers", () => {
  let lookup: Lookup;
  beforeAll(() => {
    lookup = readProtos(FILES.map((file) => `envoy/${file}.proto`));
  });
  const problemsOf = (facts: RenderFacts): readonly string[] | null => {
    const documents = documentsOf(ENVOY, facts);
    if (documents === null) return null;
    expect(documents).toHaveLength(1);
    return messageProblems(documents[0], lookup(BOOTSTRAP), lookup);
  };

  it.each(Object.entries(DAMAGES))("is not what it is with %s", (_, damage) => {
    const [bootstrap] = documentsOf(ENVOY, PLAIN) ?? [];
    damage(bootstrap as Bootstrap);
    expect(messageProblems(bootstrap, lookup(BOOTSTRAP), lookup)).toHaveLength(1);
  });

  it.each(Object.entries({ PLAIN, ISSUED, FULL: { ...FULL, origins: unreported(FULL) } }))(
    "is what Envoy reads: %s",
    (_, facts) => {
      expect(problemsOf(facts)).toEqual([]);
    },
  );

  it("is what Envoy reads, whatever the mapping", () => {
    let rendered = 0;
    assert(
      property(anyFacts({ reportUntil: null }), (facts) => {
        const problems = problemsOf(facts);
        if (problems !== null) rendered += 1;
        expect(problems ?? []).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(rendered).toBeGreaterThan(250);
  });
});

/** Report mode is not rendered for it. */
function unreported({ origins: [first, ...rest] }: RenderFacts): RenderFacts["origins"] {
  return [
    { ...first, reportUntil: null },
    ...rest.map((origin) => ({ ...origin, reportUntil: null })),
  ];
}
