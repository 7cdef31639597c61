import { isPlaceholderCertificateId, parseMtlsCertificateId } from "../../shared/certificate-id.ts";
import type { Mapping } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import type { Finding } from "../manners/finding.ts";
import { entriesByBinding } from "../worker-entries.ts";
import type {
  CertificateBinding,
  Environment,
  WranglerConfiguration,
} from "../wrangler/wrangler-configuration.ts";

/**
 * Every binding of the mapping is an mTLS certificate in every environment, none is left over, and each id has the form
 * of one. The type check cannot see this: to it, each of wrangler's bindings with a `fetch` looks the same.
 *
 * @param deploy whether an id that only holds the place of a real one is a problem too.
 */
export function checkBindings(
  mapping: Mapping,
  { file, environments }: WranglerConfiguration,
  deploy: boolean,
): readonly Finding[] {
  return environments.flatMap((environment) => [
    ...missing(mapping, environment, file),
    ...environment.certificates.flatMap((certificate, index) => [
      ...leftOver(mapping, certificate, environment.certificates.slice(0, index), file),
      ...idFindings(certificate, deploy, file),
    ]),
  ]);
}

function missing(mapping: Mapping, environment: Environment, file: string): readonly Finding[] {
  const declared = new Set(environment.certificates.map(({ binding }) => binding));
  const { path } = environment;
  const list = path === "" ? "mtls_certificates" : `${path}.mtls_certificates`;
  return [...entriesByBinding(mapping)].flatMap(([binding, [{ hostname }]]) => {
    if (declared.has(binding)) return [];
    const other = environment.services.find((service) => service.binding === binding);
    const why =
      other !== undefined
        ? `${binding} is a service binding (${other.path}), which presents no certificate`
        : `${binding} is not declared here`;
    const inherits = path === "" ? "" : ", and environments do not inherit it";
    return [
      {
        file,
        path: list,
        message: `${why}, but ${pathTo("hosts", hostname)} of the mapping presents it${inherits}`,
        next: `add to ${file}: [[${list}]] binding = "${binding}" certificate_id = "<id from: npx wrangler mtls-certificate list>"`,
      },
    ];
  });
}

/** Bindings that are declared twice: no edit could set either, and whatever was uploaded for one would be lost. */
export function declaredTwice({ file, environments }: WranglerConfiguration): readonly Finding[] {
  return environments.flatMap(({ certificates }) =>
    certificates.flatMap(({ path, binding }, index) =>
      isTwice(binding, certificates.slice(0, index)) ? [twice(path, binding, file)] : [],
    ),
  );
}

function isTwice(binding: string, before: readonly CertificateBinding[]): boolean {
  return before.some((other) => other.binding === binding);
}

function twice(path: string, binding: string, file: string): Finding {
  return {
    file,
    path: `${path}.binding`,
    message: `${binding} is declared twice`,
    next: "remove one",
  };
}

function leftOver(
  mapping: Mapping,
  { path, binding }: CertificateBinding,
  before: readonly CertificateBinding[],
  file: string,
): readonly Finding[] {
  if (isTwice(binding, before)) return [twice(path, binding, file)];
  const known = [...entriesByBinding(mapping).keys()];
  if (known.some((name) => name === binding)) return [];
  return [
    {
      file,
      path: `${path}.binding`,
      message: `${binding === "" ? "a binding without a name" : binding} is presented by no entry of the mapping`,
      next: `remove it, or name it in the mapping${known.length === 0 ? "" : `, which names: ${known.join(", ")}`}`,
    },
  ];
}

function idFindings(
  { path, binding, certificateId }: CertificateBinding,
  deploy: boolean,
  file: string,
): readonly Finding[] {
  const id = parseMtlsCertificateId(certificateId);
  const at = { file, path: `${path}.certificate_id` };
  if (id === null) {
    return [
      {
        ...at,
        message: `${JSON.stringify(certificateId)} is not a certificate id (a UUID in lower case)`,
        next: "npx wrangler mtls-certificate list",
      },
    ];
  }
  if (!deploy || !isPlaceholderCertificateId(id)) return [];
  return [
    {
      ...at,
      message: `the id of ${binding} only holds the place of a real one`,
      next: `npx pullproof apply uploads the certificate and puts its id here`,
    },
  ];
}
