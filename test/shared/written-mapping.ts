import { parseMapping } from "../../shared/mapping.ts";

/** A fingerprint with nothing but this digit in it. */
export const fingerprint = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** A team of Cloudflare Access, one of its applications, and the file of its keys. */
export const access = { team: "acme", audiences: ["0a".repeat(32)], keys: "pki/access-keys.json" };

/** An entry that parses by itself; each part can be replaced. */
export const entry = (parts: object = {}): object => ({
  origin: "https://origin-shop.example.net",
  present: { by: "worker", binding: "PULL_CERT_SHOP" },
  accept: { issuer: "own", certificates: [fingerprint("a")] },
  ...parts,
});

/** The accepting half; each key can be replaced. */
export const accept = (keys: object = {}): object => ({
  issuer: "own",
  certificates: [fingerprint("a")],
  ...keys,
});

/** Both kinds of issuer. */
export const issuers = {
  own: { certificates: "pki/issuer.pem" },
  cloudflare: { shared: true, certificates: "pki/cloudflare-shared.pem" },
};

/** A mapping with these hosts; each part of the document can be replaced. */
export const mapping = (hosts: unknown, parts: object = {}): object => ({
  version: 1,
  issuers,
  hosts,
  ...parts,
});

/** A mapping with the entry of shop.example.com alone. */
export const shopWith = (parts: object): object => mapping({ "shop.example.com": entry(parts) });

/** Every form that the format knows, at once. */
export const everyForm = {
  $schema: "./shared/mapping.schema.json",
  version: 1,
  issuers: {
    own: { certificates: "pki/issuer.pem", crl: "pki/issuer.crl", shared: false },
    cloudflare: issuers.cloudflare,
  },
  hosts: {
    "shop.example.com": entry({
      origin: "https://origin-shop.example.net:8443",
      present: {
        by: "worker",
        binding: "PULL_CERT_SHOP",
        deadlineSeconds: 2.5,
        header: { env: "PULL_SECRET_SHOP" },
      },
      accept: accept({
        certificates: [fingerprint("a"), fingerprint("b")],
        also: { header: [{ env: "PULL_SECRET_SHOP" }], access },
        mode: "enforce",
      }),
      health: "/health",
    }),
    "blog.example.com": entry({
      origin: "https://blog.example.com",
      present: { by: "edge", level: "hostname" },
      accept: accept({ mode: { report: "2028-02-29" } }),
    }),
    "zone.example.com": entry({
      origin: "https://zone.example.com",
      present: { by: "edge", level: "zone" },
    }),
    "shared.example.com": entry({
      origin: "https://shared.example.com",
      present: { by: "edge", level: "shared" },
      accept: {
        issuer: "cloudflare",
        certificates: "issued",
        also: {
          addresses: "pki/cloudflare-addresses.txt",
          header: [{ env: "PULL_SECRET" }, { env: "PULL_SECRET_NEXT" }],
        },
      },
    }),
    "alone.example.com": entry({
      origin: "https://alone.example.com",
      present: { by: "edge", level: "shared" },
      accept: { issuer: "cloudflare", certificates: "issued", alone: true },
    }),
    "two.example.com": entry({
      origin: ["https://origin-two-a.example.net", "https://origin-two-b.example.net:8443"],
      present: { by: "worker", binding: "PULL_CERT_TWO" },
    }),
    "*.tenant.example.com": entry({
      origin: "https://origin-tenant.example.net",
      present: { by: "worker", binding: "PULL_CERT_TENANT" },
      accept: { issuer: "own", certificates: "issued", names: ["tenant.example.com", "t.test"] },
    }),
  },
} as const;

/** The paths of a mapping's problems, in order; none where it parses. */
export function pathsOf(input: unknown): readonly string[] {
  const result = parseMapping(input);
  return result.ok ? [] : result.problems.map(({ path }) => path);
}

/** The messages of the problems at one path. */
export function messagesAt(input: unknown, path: string): readonly string[] {
  const result = parseMapping(input);
  if (result.ok) return [];
  return result.problems.filter((problem) => problem.path === path).map(({ message }) => message);
}
