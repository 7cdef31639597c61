import * as v from "valibot";
import type { Fingerprint } from "./fingerprint.ts";
import type { HostPattern, Hostname } from "./hostname.ts";
import { hostnameProblems, issuerNameProblems } from "./mapping-names.ts";
import {
  acceptProblems,
  issuerProblems,
  originListProblems,
  sameOriginProblems,
} from "./mapping-rules.ts";
import {
  EntrySchema,
  IssuerSchema,
  OutlineSchema,
  type EntryText,
  type IssuerText,
} from "./mapping-schema.ts";
import { parseOrigin, type Origin } from "./origin.ts";
import { failed, keysOf, parsedUnless, pathTo, type Parsed, type Problem } from "./problem.ts";
import { schemaProblems } from "./schema-problems.ts";

declare const issuerNameBrand: unique symbol;
declare const bindingNameBrand: unique symbol;

/** The name under which an issuer stands in the mapping. */
export type IssuerName = string & { readonly [issuerNameBrand]: true };

/** The name of an `mtls_certificates` binding in wrangler.toml. */
export type BindingName = string & { readonly [bindingNameBrand]: true };

/** The whole document, parsed: every name it uses exists, every entry holds by itself and beside the others. */
export interface Mapping {
  readonly version: 1;
  readonly issuers: ReadonlyMap<IssuerName, Issuer>;
  readonly entries: readonly [Entry, ...Entry[]];
}

/** A CA that signs pull certificates. */
export interface Issuer {
  readonly name: IssuerName;
  /** Path of the PEM file, relative to the mapping. */
  readonly certificates: string;
  /** Path of the PEM file with its revocation lists, relative to the mapping; null where there is none. */
  readonly crl: string | null;
  /** Cloudflare's certificate for all customers: it proves only "some Cloudflare zone". */
  readonly shared: boolean;
}

/** One hostname's part of the mapping. */
export interface Entry {
  readonly hostname: HostPattern;
  /** Where its pulls go, the preferred one first; each with an origin hostname of its own, and one alone for the edge. */
  readonly origins: readonly [Origin, ...Origin[]];
  readonly present: Present;
  readonly accept: Accept;
  /** A path that the Worker answers by a pull past the cache; null where there is none. */
  readonly health: string | null;
}

/** The pulling half: who presents which certificate. */
export type Present =
  | {
      readonly by: "worker";
      readonly binding: BindingName;
      /** Seconds until the response headers, whatever is asked again included. Default 30. */
      readonly deadlineSeconds: number;
      /** Name of the Worker's secret that it sends in `X-Pull-Secret`; null where it sends none. */
      readonly header: string | null;
    }
  | { readonly by: "edge"; readonly level: "hostname" | "zone" | "shared" };

/** The accepting half: which pull certificates the verifier takes. "None" and "any" cannot be written. */
export interface Accept {
  readonly issuer: IssuerName;
  /** Fingerprints, the presented one first; or any leaf that the issuer signed, with one of `names`. */
  readonly certificates: readonly [Fingerprint, ...Fingerprint[]] | "issued";
  /** Exact DNS names, only with "issued"; empty for a shared issuer alone. */
  readonly names: readonly Hostname[];
  /** Whether the mapping says in words that a shared issuer is the only guard; false for all others. */
  readonly alone: boolean;
  /** Asked of a pull beside its certificate, in every mode. */
  readonly also: Also;
  /** `report` ends at 00:00 UTC of its day. Default enforce. */
  readonly mode: "enforce" | { readonly report: string };
}

/** Locks beside the certificate: each is optional, none stands for another, and none for the certificate. */
export interface Also {
  /** Path of a file of address ranges, relative to the mapping; null where addresses are not asked for. */
  readonly addresses: string | null;
  /** Names of environment variables with the secrets that `X-Pull-Secret` may hold; null where it is not asked for. */
  readonly header: readonly [string, ...string[]] | null;
  /** A token of Cloudflare Access; null where none is asked for. */
  readonly access: AccessLock | null;
}

/** Whose tokens of Cloudflare Access are taken. */
export interface AccessLock {
  /** What stands before `.cloudflareaccess.com`. */
  readonly team: string;
  /** AUD tags of Access applications: a token is for one of them. */
  readonly audiences: readonly string[];
  /** Path of the team's public keys (a JWK Set), relative to the mapping. */
  readonly keys: string;
}

const DEFAULT_DEADLINE_SECONDS = 30;

/**
 * Parses the mapping.
 *
 * @param input what JSON.parse gave; use `parseMappingText` for a file's text, which sees doubled keys too.
 * @returns the mapping, or every problem at once, each with its path. Never throws.
 */
export function parseMapping(input: unknown): Parsed<Mapping> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return failed("", "not a mapping: expected an object with version, issuers and hosts");
  }
  const outline = v.safeParse(OutlineSchema, input);
  const { issuers: rawIssuers, hosts: rawHosts } = input as { issuers?: unknown; hosts?: unknown };
  const issuers = parseParts(rawIssuers, "issuers", IssuerSchema);
  const hosts = parseParts(rawHosts, "hosts", EntrySchema);
  const problems = [
    ...(outline.success ? [] : schemaProblems(outline.issues, "")),
    ...issuers.problems,
    ...hosts.problems,
    ...issuerNameProblems(rawIssuers),
    ...hostnameProblems(rawHosts),
    ...issuerProblems(rawHosts, rawIssuers),
    ...acceptProblems(rawHosts, rawIssuers),
    ...originListProblems(rawHosts),
    ...sameOriginProblems(rawHosts),
  ];

  return parsedUnless(problems, () => ({
    version: 1,
    issuers: new Map(
      [...issuers.parts].map(([name, issuer]) => [name as IssuerName, toIssuer(name, issuer)]),
    ),
    // "No hosts at all" is among the problems above.
    entries: [...hosts.parts].map(([pattern, entry]) => toEntry(pattern, entry)) as [
      Entry,
      ...Entry[],
    ],
  }));
}

/** The parts that parse by themselves, and the problems of the others. */
function parseParts<S extends v.GenericSchema>(
  raw: unknown,
  parent: string,
  schema: S,
): {
  readonly parts: ReadonlyMap<string, v.InferOutput<S>>;
  readonly problems: readonly Problem[];
} {
  const parts = new Map<string, v.InferOutput<S>>();
  const problems = keysOf(raw).flatMap((key) => {
    const part = v.safeParse(schema, (raw as Record<string, unknown>)[key]);
    if (!part.success) return schemaProblems(part.issues, pathTo(parent, key));
    parts.set(key, part.output);
    return [];
  });
  return { parts, problems };
}

function toIssuer(name: string, text: IssuerText): Issuer {
  return {
    name: name as IssuerName,
    certificates: text.certificates,
    crl: text.crl ?? null,
    shared: text.shared ?? false,
  };
}

function toEntry(pattern: string, text: EntryText): Entry {
  const { present, accept } = text;
  const origins = [text.origin].flat().map(parseOrigin) as [Origin, ...Origin[]];
  return {
    hostname: pattern as HostPattern,
    origins,
    present:
      present.by === "edge"
        ? present
        : {
            by: "worker",
            binding: present.binding as BindingName,
            deadlineSeconds: present.deadlineSeconds ?? DEFAULT_DEADLINE_SECONDS,
            header: present.header?.env ?? null,
          },
    accept: {
      issuer: accept.issuer as IssuerName,
      certificates: accept.certificates as Accept["certificates"],
      names: (accept.names ?? []) as readonly string[] as readonly Hostname[],
      alone: accept.alone ?? false,
      also: {
        addresses: accept.also?.addresses ?? null,
        header: (accept.also?.header?.map(({ env }) => env) as Also["header"] | undefined) ?? null,
        access: accept.also?.access ?? null,
      },
      mode: accept.mode ?? "enforce",
    },
    health: text.health ?? null,
  };
}
