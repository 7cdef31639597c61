import { importTool } from "./tools.ts";
import { unreadFields } from "./unread-fields.ts";

/** Compiled from the custom resource definitions themselves. */
interface Validator {
  (value: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly keyword: string }[] | null;
}

/** A resource, as far as every one is alike. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
}

/** Where each kind's schema lies; the folder says whose it is. */
const SCHEMAS: Readonly<Record<string, string>> = {
  "v1 ConfigMap": "kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap.js",
  "v1 Namespace": "kubernetes-models/_schemas/IoK8sApiCoreV1Namespace.js",
  "v1 Service": "kubernetes-models/_schemas/IoK8sApiCoreV1Service.js",
  "apps/v1 Deployment": "kubernetes-models/_schemas/IoK8sApiAppsV1Deployment.js",
  "policy/v1 PodDisruptionBudget":
    "kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget.js",
  "networking.k8s.io/v1 NetworkPolicy":
    "kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy.js",
  "monitoring.coreos.com/v1 ServiceMonitor":
    "@kubernetes-models/prometheus-operator/_schemas/ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoringV1ServiceMonitor.js",
  "cert-manager.io/v1 Certificate":
    "@kubernetes-models/cert-manager/_schemas/ComGithubCertManagerCertManagerPkgApisCertmanagerV1Certificate.js",
  "gateway.networking.k8s.io/v1 Gateway":
    "@kubernetes-models/gateway-api/_schemas/IoK8sSigsGatewayApiApisV1Gateway.js",
  "gateway.networking.k8s.io/v1 HTTPRoute":
    "@kubernetes-models/gateway-api/_schemas/IoK8sSigsGatewayApiApisV1HTTPRoute.js",
};

/** Says what is wrong with a resource: each place, and which rule of its kind's definition it breaks. */
export type ResourceProblems = (resource: Resource) => readonly string[];

/** Reads the definitions of all kinds. A resource of another kind is a problem. */
export async function readDefinitions(): Promise<ResourceProblems> {
  const validators = new Map<string, Validator>();
  for (const [kind, path] of Object.entries(SCHEMAS)) {
    const { validate } = (await importTool(path)) as { readonly validate: Validator };
    validators.set(kind, validate);
  }
  return (resource) => {
    const validate = validators.get(`${resource.apiVersion} ${resource.kind}`);
    if (validate === undefined) return [`no definition of ${resource.kind}`];
    const unread = unreadFields(resource, validate).map((path) => `${path}: unknown`);
    validate(resource);
    return [
      ...unread,
      ...(validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath}: ${keyword}`),
    ];
  };
}
