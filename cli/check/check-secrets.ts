import type { Mapping } from "../../shared/mapping.ts";
import { pathTo } from "../../shared/problem.ts";
import type { Finding } from "../manners/finding.ts";
import type { WranglerConfiguration } from "../wrangler/wrangler-configuration.ts";

/**
 * Every secret that a Worker sends is one: nothing else of the Worker's has its name, and it does not stand in the
 * configuration, where everybody reads it who reads the repository. Whether it was put there, only Cloudflare knows.
 */
export function checkSecrets(
  mapping: Mapping,
  { file, environments }: WranglerConfiguration,
): readonly Finding[] {
  const secrets = new Map(
    mapping.entries.flatMap(({ hostname, present }) =>
      present.by === "worker" && present.header !== null ? [[present.header, hostname]] : [],
    ),
  );
  return environments.flatMap(({ path: environment, name, vars, certificates, services }) =>
    [...secrets].flatMap(([secret, hostname]): readonly Finding[] => {
      const sends = `${pathTo("hosts", hostname)}.present.header of the mapping sends it`;
      const put = `npx wrangler secret put ${secret}${name === "" ? "" : ` --env ${name}`}`;
      if (vars.includes(secret)) {
        const path = pathTo(environment === "" ? "vars" : `${environment}.vars`, secret);
        const message = `a secret in a file of the repository: ${sends}`;
        return [{ file, path, message, next: `take it out, make up another one, then: ${put}` }];
      }
      const other = [...certificates, ...services].find(({ binding }) => binding === secret);
      if (other === undefined) return [];
      const message = `${secret} is a binding, and no secret can have its name: ${sends}`;
      return [{ file, path: `${other.path}.binding`, message, next: `name one of them otherwise` }];
    }),
  );
}
