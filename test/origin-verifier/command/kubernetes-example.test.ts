import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { readConfigurationFile } from "../../../origin-verifier/command/read-configuration-file.ts";
import { readFlags } from "../../../origin-verifier/command/read-flags.ts";

const FOLDER = new URL("../../../examples/kubernetes/", import.meta.url);
const CONFIGURATION = fileURLToPath(new URL("configuration/origin-verifier.json", FOLDER));

/** As far as it is asked about here. */
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // oxlint-disable-next-line typescript/no-explicit-any -- a manifest is looked into by its path, and a wrong one is a failed test
  readonly spec: any;
}

function read(file: string): readonly Manifest[] {
  return parseAllDocuments(readFileSync(new URL(file, FOLDER), "utf8")).map((document) => {
    expect(document.errors, file).toEqual([]);
    return document.toJS() as Manifest;
  });
}

const [kustomization] = read("kustomization.yaml") as unknown as readonly [
  {
    readonly resources: readonly string[];
    readonly configMapGenerator: readonly [
      { readonly name: string; readonly files: readonly string[] },
    ];
  },
];
const manifests = kustomization.resources.flatMap(read);
const one = (kind: string, name = "origin-verifier"): Manifest => {
  const found = manifests.filter(
    (manifest) => manifest.kind === kind && manifest.metadata.name === name,
  );
  expect(found, `${kind} ${name}`).toHaveLength(1);
  return found[0] as Manifest;
};
const deployment = one("Deployment");
const pod = deployment.spec.template.spec;
const [container] = pod.containers;
const portOf = (name: string): number =>
  container.ports.find((port: { name: string }) => port.name === name).containerPort;

it("every manifest is listed, and none is listed that is not there", () => {
  const files = globSync("*.yaml", { cwd: fileURLToPath(FOLDER) });
  expect([...kustomization.resources, "kustomization.yaml"].toSorted()).toEqual(files.toSorted());
  expect(existsSync(CONFIGURATION)).toBe(true);
});

it("the container's arguments are ones that the verifier takes, and Kubernetes waits longer than it drains", () => {
  const asked = readFlags(container.args, {});
  expect(asked.ask).toBe("run-file");
  if (asked.ask !== "run-file") return;
  const { drainDelaySeconds, drainDeadlineSeconds } = asked.run;
  expect(drainDelaySeconds).toBeGreaterThan(0);
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(
    drainDelaySeconds + drainDeadlineSeconds,
  );
  expect(asked.run.watch).toBe(true);
});

it("every file that the configuration names is in a volume that is mounted whole", async () => {
  const configuration = await readConfigurationFile(CONFIGURATION, {});
  expect(configuration.ok).toBe(true);
  if (!configuration.ok || configuration.configuration.origins.by !== "name") return;
  const { admin, listen, origins } = configuration.configuration;
  const mounts = container.volumeMounts as readonly Readonly<Record<string, string>>[];
  for (const mount of mounts) {
    expect(mount).toMatchObject({ readOnly: true });
    // kubelet swaps a link in a whole folder; what subPath mounts stays as it was.
    expect(mount).not.toHaveProperty("subPath");
    expect(pod.volumes.map(({ name }: { name: string }) => name)).toContain(mount["name"]);
  }
  const keys = [...origins.files.values()].flatMap(({ certificate, key }) => [certificate, key]);
  for (const file of [...keys, admin?.tokenFile ?? ""]) {
    const folder = file.slice(0, file.lastIndexOf("/"));
    expect(mounts.map(({ mountPath }) => mountPath)).toContain(folder);
  }
  expect(container.args).toContain("/etc/pullproof/origin-verifier.json");
  const [{ files, name }] = kustomization.configMapGenerator;
  expect(files).toContain("configuration/origin-verifier.json");
  expect(files).toContain("configuration/mapping.json");
  const volume = pod.volumes.find(({ name: its }: { name: string }) => its === "configuration");
  expect(volume.configMap.name).toBe(name);
  // An IPv6 socket of every address takes IPv4 as well.
  expect([listen.port, admin?.address.port]).toEqual([portOf("pulls"), portOf("admin")]);
  expect([listen.host, admin?.address.host]).toEqual(["::", "::"]);
});

it("keys are the group's to read, and cert-manager's names are those that are read", () => {
  const secrets = pod.volumes.filter(({ secret }: { secret?: object }) => secret !== undefined);
  expect(secrets).toHaveLength(2);
  for (const { secret } of secrets) expect(secret.defaultMode).toBe(0o440);
  const { spec } = one("Certificate", "origin-shop");
  expect(
    secrets.map(({ secret }: { secret: { secretName: string } }) => secret.secretName),
  ).toContain(spec.secretName);
  const text = readFileSync(CONFIGURATION, "utf8");
  for (const hostname of spec.dnsNames) expect(text).toContain(`"${hostname}"`);
});

it("the pod has no right that it does not need", () => {
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
  });
  expect(pod.securityContext.fsGroup).toBe(pod.securityContext.runAsGroup);
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
});

it("what asks and what leads there find the pod by its labels and its ports by their names", () => {
  const { labels } = deployment.spec.template.metadata;
  const selectors = [
    deployment.spec.selector.matchLabels,
    one("Service").spec.selector,
    one("Service", "origin-verifier-admin").spec.selector,
    one("PodDisruptionBudget").spec.selector.matchLabels,
    one("NetworkPolicy").spec.podSelector.matchLabels,
    one("ServiceMonitor").spec.selector.matchLabels,
  ];
  for (const selector of selectors) expect(selector).toEqual(labels);
  for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"])
    expect(portOf(container[probe].httpGet.port)).toBe(portOf("admin"));
  expect(container.livenessProbe.httpGet.path).toBe("/livez");
  for (const service of [one("Service"), one("Service", "origin-verifier-admin")])
    for (const { targetPort } of service.spec.ports) expect(portOf(targetPort)).toBeGreaterThan(0);
  const [endpoint] = one("ServiceMonitor").spec.endpoints;
  expect(one("Service", "origin-verifier-admin").spec.ports[0].name).toBe(endpoint.port);
  const secret = pod.volumes.find(({ name }: { name: string }) => name === "admin").secret;
  expect(endpoint.authorization.credentials.name).toBe(secret.secretName);
});

it("only the verifier's pods reach the application, and they reach nothing else", () => {
  const text = readFileSync(CONFIGURATION, "utf8");
  const [, name, namespace, port] =
    /http:\/\/(\w+)\.(\w+)\.svc\.cluster\.local:(\d+)/.exec(text) ?? [];
  const around = one("NetworkPolicy", "shop-from-origin-verifier-alone");
  expect(around.metadata.namespace).toBe(namespace);
  expect(around.spec.podSelector.matchLabels["app.kubernetes.io/name"]).toBe(name);
  expect(around.spec.ingress).toHaveLength(1);
  expect(around.spec.ingress[0].ports).toEqual([{ port: Number(port) }]);
  const { egress } = one("NetworkPolicy").spec;
  expect(egress[0].ports).toEqual([{ port: Number(port) }]);
});

it("the image is named by its version, and is what the Dockerfile says it holds", () => {
  // One version, and never `latest`: what runs is what was named.
  expect(container.image).toMatch(/^origin-verifier:\d+\.\d+\.\d+$/);
  const folder = new URL("../container/", FOLDER);
  const dockerfile = readFileSync(new URL("Dockerfile", folder), "utf8");
  expect(dockerfile).toContain(`-t ${container.image} `);
  expect(dockerfile).toContain(
    `USER ${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`,
  );
  const [, command = "[]"] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
  expect(JSON.parse(command)).toEqual(container.args);
  const [, exposed] = /^EXPOSE (.*)$/m.exec(dockerfile) ?? [];
  expect(exposed).toBe(`${portOf("pulls")} ${portOf("admin")}`);
});
