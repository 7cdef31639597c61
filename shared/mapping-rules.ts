import * as v from "valibot";
import { AcceptSchema } from "./mapping-schema.ts";
import { writtenOrigins } from "./origin.ts";
import { keysOf, pathTo, quoted, type Problem } from "./problem.ts";

/*
 * What the parts of a mapping must keep beside their own form. The rules read the raw document: any part of it can be
 * of any shape, and a mistake in one part must not hide a broken rule in another.
 */

interface RawEntry {
  readonly origin?: unknown;
  readonly present?: {
    readonly by?: unknown;
    readonly level?: unknown;
    readonly header?: unknown;
  } | null;
  readonly accept?: {
    readonly issuer?: unknown;
    readonly certificates?: unknown;
    readonly names?: unknown;
    readonly alone?: unknown;
    readonly also?: unknown;
  } | null;
}

function rawEntries(rawHosts: unknown): readonly { path: string; entry: RawEntry }[] {
  return keysOf(rawHosts).map((key) => ({
    path: pathTo("hosts", key),
    entry: (rawHosts as Record<string, RawEntry | null>)[key] ?? {},
  }));
}

/** Every `accept.issuer` names one of the issuers. */
export function issuerProblems(rawHosts: unknown, rawIssuers: unknown): readonly Problem[] {
  const names = keysOf(rawIssuers);
  const known =
    names.length === 0 ? "there are none" : `there are: ${names.map(quoted).join(", ")}`;
  return rawEntries(rawHosts).flatMap(({ path, entry }) => {
    const issuer = entry.accept?.issuer;
    if (typeof issuer !== "string" || names.includes(issuer)) return [];
    return [
      { path: `${path}.accept.issuer`, message: `no issuer of this name in issuers (${known})` },
    ];
  });
}

/** The list, the names and the issuer of an `accept` fit each other, and the issuer fits what is presented. */
export function acceptProblems(rawHosts: unknown, rawIssuers: unknown): readonly Problem[] {
  return rawEntries(rawHosts).flatMap(({ path, entry: { accept, present } }) => {
    const { certificates, names, alone } = accept ?? {};
    const listed = Array.isArray(certificates);
    const issued = certificates === "issued";
    const shared = isShared(accept?.issuer, rawIssuers);
    const problems: Problem[] = [];
    const refuse = (broken: boolean, key: string, message: string): void => {
      if (broken) problems.push({ path: `${path}.accept.${key}`, message });
    };
    refuse(
      listed && names !== undefined,
      "names",
      'names belong to "certificates": "issued"; a list of fingerprints says all by itself',
    );
    refuse(
      shared === false && issued && names === undefined,
      "names",
      '"issued" needs names: the exact DNS names that a pull certificate must carry',
    );
    refuse(
      shared === true && issued && names !== undefined,
      "names",
      "a shared issuer takes no names: nobody can promise that certificate's names",
    );
    refuse(
      shared === true && listed,
      "certificates",
      'a shared issuer takes "issued" only: Cloudflare changes that leaf when it likes',
    );
    const header = lockOf(accept?.also, "header");
    const access = lockOf(accept?.also, "access") as { audiences?: unknown } | null | undefined;
    refuse(
      header !== undefined && present?.by === "worker" && present.header === undefined,
      "also.header",
      'this entry\'s Worker sends no X-Pull-Secret: name its secret in present.header: { "env": "NAME" }',
    );
    refuse(
      shared === true && alone !== undefined && header !== undefined,
      "alone",
      "the header stands beside it: take one of the two out",
    );
    refuse(
      shared === true && alone === undefined && header === undefined,
      "alone",
      'the only guard would be a certificate that any Cloudflare customer can have presented: name an issuer of your own, add also.header, or say "alone": true',
    );
    refuse(
      shared === false && alone !== undefined,
      "alone",
      "belongs to a shared issuer: your own is a guard by itself",
    );
    refuse(
      shared === true && present?.by === "worker",
      "issuer",
      "a Worker cannot present the shared certificate; name an issuer of your own",
    );
    refuse(
      shared === true && (present?.level === "hostname" || present?.level === "zone"),
      "issuer",
      "the edge presents a certificate of your own on this level; name its issuer",
    );
    refuse(
      shared === false && present?.level === "shared",
      "issuer",
      'the edge presents Cloudflare\'s own certificate on level "shared"; name a shared issuer',
    );
    return [
      ...problems,
      ...repeated(certificates, `${path}.accept.certificates`),
      ...repeated(names, `${path}.accept.names`),
      ...repeated(access?.audiences, `${path}.accept.also.access.audiences`),
    ];
  });
}

/** One of the locks beside the certificate, of any shape; undefined where it is not asked for. */
function lockOf(also: unknown, lock: "header" | "access"): unknown {
  if (typeof also !== "object" || also === null || !Object.hasOwn(also, lock)) return undefined;
  return (also as { header?: unknown; access?: unknown })[lock];
}

/** Whether an issuer is Cloudflare's shared one; undefined where there is no such issuer. */
function isShared(name: unknown, rawIssuers: unknown): boolean | undefined {
  if (typeof name !== "string" || !keysOf(rawIssuers).includes(name)) return undefined;
  return (rawIssuers as Record<string, { shared?: unknown } | null>)[name]?.shared === true;
}

function repeated(list: unknown, path: string): readonly Problem[] {
  if (!Array.isArray(list)) return [];
  const firstAt = new Map<string, number>();
  return list.flatMap((item: unknown, index) => {
    if (typeof item !== "string") return [];
    const first = firstAt.get(item);
    if (first !== undefined)
      return [{ path: pathTo(path, index), message: `the same as [${first}]: list it once` }];
    firstAt.set(item, index);
    return [];
  });
}

/**
 * Each origin of a list has an origin hostname of its own: by it the verifiers, the probes and the logs tell them apart.
 * And what the edge pulls is behind the visitor's own hostname: which machine that is, DNS or a load balancer says.
 */
export function originListProblems(rawHosts: unknown): readonly Problem[] {
  return rawEntries(rawHosts).flatMap(({ path, entry: { origin, present } }) => {
    if (!Array.isArray(origin)) return [];
    const problems: Problem[] = [];
    if (present?.by === "edge" && origin.length > 1) {
      const message =
        "the edge pulls from one name: say by DNS or a load balancer which machines stand behind it";
      problems.push({ path: `${path}.origin`, message });
    }
    const firstAt = new Map<string, number>();
    for (const [index, { hostname }] of writtenOrigins(origin)) {
      const first = firstAt.get(hostname);
      if (first === undefined) firstAt.set(hostname, index);
      else {
        const message = `the origin hostname of [${first}] again: give each origin a name of its own`;
        problems.push({ path: pathTo(`${path}.origin`, index), message });
      }
    }
    return problems;
  });
}

/**
 * Entries with one origin hostname are told apart by the verifier through nothing but the certificate: were their
 * `accept` to differ, the laxer one would open the stricter one.
 */
export function sameOriginProblems(rawHosts: unknown): readonly Problem[] {
  const firstWith = new Map<string, { path: string; written: string }>();
  return rawEntries(rawHosts).flatMap(({ path, entry }) => {
    const accept = v.safeParse(AcceptSchema, entry.accept);
    if (!accept.success) return [];
    const { issuer, certificates, names, alone, also, mode } = accept.output;
    const written = JSON.stringify([
      issuer,
      certificates,
      names ?? [],
      alone,
      also?.addresses,
      also?.header,
      also?.access,
      mode ?? "enforce",
    ]);
    for (const [, { hostname }] of writtenOrigins(entry.origin)) {
      const first = firstWith.get(hostname);
      if (first === undefined) firstWith.set(hostname, { path, written });
      if (first === undefined || first.written === written) continue;
      // One other entry is enough to say that the two do not fit.
      return [
        {
          path: `${path}.accept`,
          message: `differs from ${first.path}.accept, which has the same origin hostname (${hostname}): make them identical, or give each an origin hostname of its own`,
        },
      ];
    }
    return [];
  });
}
