import type { EntryText, IssuerText } from "./mapping-schema.ts";
import { parseOrigin } from "./origin.ts";
import { keysOf, pathTo, type Problem } from "./problem.ts";

/** What `accept` must keep beside its own form: the list and the names fit each other and the issuer. */
export function acceptProblems(
  hosts: ReadonlyMap<string, EntryText>,
  issuers: ReadonlyMap<string, IssuerText>,
): readonly Problem[] {
  return [...hosts].flatMap(([pattern, { accept, present }]) => {
    const path = pathTo(pathTo("hosts", pattern), "accept");
    const problems: Problem[] = [];
    const add = (key: string, message: string): number =>
      problems.push({ path: pathTo(path, key), message });

    const shared = issuers.get(accept.issuer)?.shared ?? false;
    const issued = accept.certificates === "issued";
    if (!issued && accept.names !== undefined) {
      add(
        "names",
        'names belong to "certificates": "issued"; a list of fingerprints says all by itself',
      );
    }
    if (issued && !shared && accept.names === undefined) {
      add("names", '"issued" needs names: the exact DNS names that a pull certificate must carry');
    }
    if (shared && issued && accept.names !== undefined) {
      add("names", "a shared issuer takes no names: nobody can promise that certificate's names");
    }
    if (shared && !issued) {
      add(
        "certificates",
        'a shared issuer takes "issued" only: Cloudflare changes that leaf when it likes',
      );
    }
    if (present.by === "worker" && shared) {
      add("issuer", "a Worker cannot present the shared certificate; name an issuer of your own");
    }
    if (Array.isArray(accept.certificates))
      problems.push(...repeated(accept.certificates, pathTo(path, "certificates")));
    return problems;
  });
}

function repeated(list: readonly string[], path: string): readonly Problem[] {
  return list.flatMap((item, index) => {
    const first = list.indexOf(item);
    return first === index
      ? []
      : [{ path: pathTo(path, index), message: `the same as [${first}]: list it once` }];
  });
}

/** Every `accept.issuer` names one of the issuers; read from the raw entries, so that no other mistake hides it. */
export function issuerProblems(rawHosts: unknown, names: readonly string[]): readonly Problem[] {
  const known = names.length === 0 ? "there are none" : `there are: ${names.join(", ")}`;
  return keysOf(rawHosts).flatMap((pattern) => {
    const entry = (rawHosts as Record<string, { accept?: { issuer?: unknown } } | null>)[pattern];
    const issuer = entry?.accept?.issuer;
    if (typeof issuer !== "string" || names.includes(issuer)) return [];
    const path = `${pathTo("hosts", pattern)}.accept.issuer`;
    return [{ path, message: `no issuer of this name in issuers (${known})` }];
  });
}

/**
 * Entries with one origin hostname are told apart by the verifier through nothing but the certificate: were their
 * `accept` to differ, the laxer one would open the stricter one.
 */
export function sameOriginProblems(hosts: ReadonlyMap<string, EntryText>): readonly Problem[] {
  const firstOf = new Map<string, string>();
  return [...hosts].flatMap(([pattern, entry]) => {
    const hostname = parseOrigin(entry.origin)?.hostname;
    if (hostname === undefined) return [];
    const first = firstOf.get(hostname);
    if (first === undefined) {
      firstOf.set(hostname, pattern);
      return [];
    }
    if (written(entry) === written(hosts.get(first))) return [];
    return [
      {
        path: pathTo(pathTo("hosts", pattern), "accept"),
        message: `differs from ${pathTo("hosts", first)}.accept, which has the same origin hostname (${hostname}): make them identical, or give each an origin hostname of its own`,
      },
    ];
  });
}

function written(entry: EntryText | undefined): string {
  if (entry === undefined) return "";
  const { issuer, certificates, names, mode } = entry.accept;
  return JSON.stringify([issuer, certificates, names ?? [], mode ?? "enforce"]);
}
