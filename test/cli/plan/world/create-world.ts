import type {
  MtlsCertificateId,
  ZoneAopCertificateId,
  HostnameAopCertificateId,
} from "../../../../shared/certificate-id.ts";
import type { Fingerprint } from "../../../../shared/fingerprint.ts";
import { ENTRIES, firstMapping, TOGETHER, type Name } from "./mapping.ts";
import { BINDINGS } from "./observe.ts";
import { BEGINNING, DAY, outline } from "./outline.ts";
import { madeUpId } from "./perform.ts";
import type { State, Verifier } from "./state.ts";

/**
 * A world before anything was ever deployed: certificates are issued and listed, and the verifiers have loaded the mapping.
 *
 * @param oneForAll the hostnames of Workers have one certificate together, though their groups are two.
 * @param running everything is deployed, associated and presented already.
 */
export function createWorld(running: boolean, oneForAll: boolean): State {
  const first = new Map<Name, Fingerprint>();
  const certificates = new Map<Fingerprint, ReturnType<typeof outline>>();
  for (const names of TOGETHER) {
    const made = outline(names[0] ?? "", BEGINNING - 100 * DAY);
    certificates.set(made.fingerprint, made);
    for (const name of names) first.set(name, made.fingerprint);
  }
  const shared = first.get("shop.example.com");
  if (oneForAll && shared !== undefined) first.set("blog.example.com", shared);
  const of = (name: Name): Fingerprint => first.get(name) ?? ("" as Fingerprint);
  const placeholder = "00000000-0000-0000-0000-000000000000" as MtlsCertificateId;
  const configured = (): Record<string, MtlsCertificateId> =>
    Object.fromEntries(BINDINGS.map((binding) => [binding, placeholder]));
  const state: State = {
    now: BEGINNING,
    mappings: [firstMapping(of)],
    certificates,
    atHand: new Set(certificates.keys()),
    account: new Map(),
    environments: new Map([
      [
        "",
        {
          configured: configured(),
          versions: [],
          deployed: new Map(),
          deployedAt: 0,
          late: new Map(),
        },
      ],
      [
        "staging",
        {
          configured: configured(),
          versions: [],
          deployed: new Map(),
          deployedAt: 0,
          late: new Map(),
        },
      ],
    ]),
    zone: {
      enabled: false,
      zoneCertificates: [],
      hostnameCertificates: [],
      associations: new Map(),
    },
    begun: new Set(),
    verifiers: [
      verifier("https://one.example.net", Object.keys(ENTRIES) as Name[]),
      verifier("https://two.example.net", [
        "shop.example.com",
        "till.example.com",
        "wiki.example.org",
      ]),
    ],
  };
  if (running) start(state, of);
  return state;
}

function verifier(url: string, serves: readonly Name[]): Verifier {
  return {
    url,
    serves,
    isUp: true,
    watchingSince: BEGINNING - 10 * DAY,
    copied: 0,
    loaded: 0,
    seen: new Map(),
  };
}

function start(state: State, of: (name: Name) => Fingerprint): void {
  const ids = new Map<Fingerprint, MtlsCertificateId>();
  const idOf = (name: Name): MtlsCertificateId => {
    const fingerprint = of(name);
    const id = ids.get(fingerprint) ?? (madeUpId() as MtlsCertificateId);
    ids.set(fingerprint, id);
    state.account.set(id, fingerprint);
    return id;
  };
  for (const environment of state.environments.values()) {
    for (const [name, entry] of Object.entries(ENTRIES)) {
      if ("binding" in entry) environment.configured[entry.binding] = idOf(name as Name);
    }
    const bindings = { ...environment.configured };
    const version = { id: madeUpId(), createdAt: state.now, bindings };
    environment.versions.push(version);
    environment.deployed = new Map([[version, 100]]);
  }
  const { zone } = state;
  const settled = { status: "active", settlesAt: 0 } as const;
  const certificateId = madeUpId() as HostnameAopCertificateId;
  zone.hostnameCertificates.push({
    id: certificateId,
    fingerprint: of("news.example.org"),
    ...settled,
  });
  zone.associations.set("news.example.org", {
    certificateId,
    enabled: true,
    setAt: 0,
    settlesAt: 0,
    before: [],
  });
  const id = madeUpId() as ZoneAopCertificateId;
  zone.zoneCertificates.push({ id, fingerprint: of("wiki.example.org"), ...settled });
  zone.enabled = true;
}
