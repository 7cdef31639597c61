import type { Material } from "./material.ts";
import type { LocalOrigin } from "./options.ts";

/** A workerd service (`ExternalServer` with `https`, workerd.capnp) as Miniflare's plugins give it. */
export interface ExternalService {
  readonly name: string;
  readonly external: {
    readonly address: string;
    readonly https: {
      readonly options: Readonly<Record<string, never>>;
      readonly certificateHost: string;
      readonly tlsOptions: {
        readonly trustBrowserCas?: true;
        readonly trustedCertificates: readonly string[];
        readonly keypair: { readonly privateKey: string; readonly certificateChain: string };
      };
    };
  };
}

/**
 * The one place that knows how workerd is told to open TLS with a certificate.
 *
 * `http` and `https` are a union in workerd's configuration, and `http` is what an empty one means. Miniflare 4
 * (`latest` on npm) drops the `https` given here, without a word: every pull then leaves in the clear, and only
 * `http: null` beside it stops that. Miniflare 5, which wrangler 4.156.0 brings, takes what it is given,
 * and fails on a null. So there is no `http` here, local-bindings.ts refuses any Miniflare but 5, and
 * test/local-mtls asserts on the wire that no pull is ever plain.
 *
 * `certificateHost` is the SNI and the name that the origin certificate is held against; Host is that of the URL. TLS
 * sessions are resumed by workerd where the origin offers tickets.
 */
export function externalService(
  name: string,
  { host, address }: LocalOrigin,
  { certificate, key, trust }: Material,
): ExternalService {
  return {
    name,
    external: {
      address,
      https: {
        options: {},
        certificateHost: host,
        tlsOptions: {
          ...(trust === null
            ? { trustBrowserCas: true, trustedCertificates: [] }
            : { trustedCertificates: [trust] }),
          keypair: { privateKey: key, certificateChain: certificate },
        },
      },
    },
  };
}
