import type { Change } from "../../../../cli/plan/change.ts";
import type { Plan } from "../../../../cli/plan/plan.ts";
import type { Rotation, Situation } from "../../../../cli/plan/situation.ts";
import type { Fingerprint } from "../../../../shared/fingerprint.ts";
import type { HostPattern } from "../../../../shared/hostname.ts";
import { createWorld } from "../world/create-world.ts";
import { digestOf, mappingOf, withCertificates } from "../world/mapping.ts";
import { situationOf } from "../world/observe.ts";
import { DAY, outline } from "../world/outline.ts";
import type { State } from "../world/state.ts";

export const SHOP = "shop.example.com" as HostPattern;

export const NEWS = "news.example.org" as HostPattern;

export const WIKI = "wiki.example.org" as HostPattern;

export const rotation = (hostname: HostPattern, change: Partial<Rotation> = {}): Rotation => ({
  hostname,
  to: null,
  anew: false,
  ...change,
});

export function kinds(plan: Plan): readonly Change["kind"][] {
  return plan.lanes.flatMap(({ changes }) => changes.map(({ change }) => change.kind));
}

export function problems(plan: Plan): string {
  return plan.lanes.flatMap((lane) => lane.problems.map(({ message }) => message)).join("; ");
}

/** Another text of the mapping, which every verifier has loaded. */

export function rewrite(state: State, change: (text: string) => string): void {
  state.mappings.push(change(state.mappings.at(-1) ?? ""));
  for (const verifier of state.verifiers) verifier.loaded = state.mappings.length - 1;
}

export function withObserved(state: State, change: object): Situation {
  const situation = situationOf(state);
  return { ...situation, observed: { ...situation.observed, ...change } };
}

export const unknown = { known: false, why: "403: this token may not" } as const;

export function issuedWorld(): State {
  const state = createWorld(true, false);
  rewrite(state, (text) => {
    const json = JSON.parse(text) as { hosts: Record<string, { accept: object }> };
    const blog = json.hosts["blog.example.com"];
    const accept = { issuer: "own", certificates: "issued", names: ["blog.example.com"] };
    if (blog !== undefined) blog.accept = accept;
    return JSON.stringify(json);
  });
  return state;
}

export function accepting(state: State): Situation {
  const situation = situationOf(state);
  const verifiers = situation.observed.verifiers.map((one) => {
    if (!one.status.known || !("blog.example.com" in one.status.value.hostnames)) return one;
    const before = one.status.value.hostnames["blog.example.com"];
    const originHostnames = before?.originHostnames ?? [];
    const at = { originHostnames, accepts: { names: ["blog.example.com"] }, seen: [] };
    const hostnames = { ...one.status.value.hostnames, "blog.example.com": at };
    return {
      ...one,
      status: { known: true as const, value: { ...one.status.value, hostnames } },
    };
  });
  return { ...situation, observed: { ...situation.observed, verifiers } };
}

export function sharedSituation(change: (zone: State["zone"]) => void): Situation {
  const state = createWorld(true, false);
  change(state.zone);
  const json = JSON.parse(state.mappings[0] ?? "") as {
    issuers: object;
    hosts: Record<string, object>;
  };
  const shared = { shared: true, certificates: "pki/cloudflare-shared.pem" };
  const entry = {
    origin: "https://news.example.org",
    present: { by: "edge", level: "shared" },
    accept: { issuer: "cloudflare", certificates: "issued", alone: true },
  };
  const issuers = { ...json.issuers, cloudflare: shared };
  const text = JSON.stringify({ ...json, issuers, hosts: { [NEWS]: entry } });
  const situation = situationOf(state);
  const verifiers = situation.observed.verifiers.slice(0, 1).map((one) => {
    if (!one.status.known) return one;
    const hostnames = { [NEWS]: { originHostnames: [NEWS], accepts: { names: [] }, seen: [] } };
    return {
      ...one,
      status: { known: true as const, value: { ...one.status.value, hostnames } },
    };
  });
  return {
    ...situation,
    mapping: mappingOf(text),
    mappingDigest: digestOf(text),
    observed: { ...situation.observed, verifiers },
  };
}

/** News presents its new certificate for long, and still accepts an old one. */

export function retiringWorld(): { readonly state: State; readonly old: Fingerprint } {
  const state = createWorld(true, false);
  for (const environment of state.environments.values()) environment.deployedAt = 0;
  const old = outline(NEWS, state.now - 200 * DAY);
  state.certificates.set(old.fingerprint, old);
  state.atHand.add(old.fingerprint);
  rewrite(state, (text) => withCertificates(text, [NEWS], (all) => [...all, old.fingerprint]));
  return { state, old: old.fingerprint };
}
