import type { CloudflareAccess } from "./access.ts";

/** The parts of the SDK that the operator's tool speaks to. */
export type CloudflareClient = Awaited<ReturnType<typeof createCloudflareClient>>;

/** One request, the whole of it; the tool itself decides whether to ask again. */
const TIMEOUT_MS = 30_000;

/**
 * Makes a client. The SDK is loaded here and not before: no other command pays for it.
 *
 * Everything that it would read from the environment by itself is said here instead: a CLOUDFLARE_API_KEY would be sent
 * beside the token, and CLOUDFLARE_LOG=debug would write request bodies to the terminal, private keys and all. Redirects are
 * errors: a 307 would carry a private key to wherever it points.
 */
export async function createCloudflareClient({ token, baseUrl }: CloudflareAccess) {
  const { createClient } = await import("cloudflare/tree-shakable");
  const { BasePolicies } = await import("cloudflare/resources/alerting/policies");
  const { BaseRecords } = await import("cloudflare/resources/dns/records");
  const store = await import("cloudflare/resources/mtls-certificates/mtls-certificates");
  const { Associations } = await import("cloudflare/resources/mtls-certificates/associations");
  const aop = await import("cloudflare/resources/origin-tls-client-auth");
  const { BaseDeployments } = await import("cloudflare/resources/workers/scripts/deployments");
  const { BaseVersions } = await import("cloudflare/resources/workers/scripts/versions");
  const { BaseSettings } = await import("cloudflare/resources/zones/settings");
  const { BaseZones } = await import("cloudflare/resources/zones/zones");
  return createClient({
    apiToken: token,
    apiKey: null,
    apiEmail: null,
    userServiceKey: null,
    baseURL: baseUrl,
    logLevel: "off",
    maxRetries: 0,
    timeout: TIMEOUT_MS,
    fetchOptions: { redirect: "error" },
    resources: [
      BasePolicies,
      BaseRecords,
      store.BaseMTLSCertificates,
      Associations,
      aop.BaseHostnameCertificates,
      aop.BaseHostnames,
      aop.BaseSettings,
      aop.BaseZoneCertificates,
      BaseDeployments,
      BaseVersions,
      BaseSettings,
      BaseZones,
    ],
  });
}
