import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { fingerprintOf } from "../../origin-verifier/certificate/fingerprint-of.ts";
import { startOriginMachine, type OriginMachine } from "../end-to-end/support/origin-machine.ts";
import { makeLocalFolder, type LocalFolder } from "../local-mtls/support/certificates.ts";
import { startGatewayWorker, type GatewayWorker } from "../local-mtls/support/gateway-worker.ts";
import { visit } from "../local-mtls/support/visit.ts";

const HOSTNAME = "two-0.example.com";
const [A, B] = ["origin-two-a.example.net", "origin-two-b.example.net"] as const;
const AT_ONCE = 8;

/** What the application behind both verifiers was asked, by the id of each visit. */
const received = new Map<string, { readonly method: string; readonly hosts: string[] }>();
const application = createServer((request: IncomingMessage, response) => {
  const id = String(request.headers["x-visit"]);
  const known = received.get(id) ?? { method: request.method ?? "", hosts: [] };
  known.hosts.push(request.headers.host ?? "");
  received.set(id, known);
  request.resume().on("end", () => response.end(request.headers.host));
});

let local: LocalFolder;
let worker: GatewayWorker;
let a: OriginMachine;
let b: OriginMachine;

beforeAll(async () => {
  const pulls = { PULL_CERT_SHOP: "shop.example.com", PULL_CERT_BLOG: "blog.example.com" };
  local = await makeLocalFolder(pulls, [A, B]);
  await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
  writeProject();
  [a, b] = await Promise.all([machine(A), machine(B)]);
  const addresses = [a, b].map(({ port }) => `127.0.0.1:${port}`);
  worker = await startGatewayWorker(local, { address: addresses[0] ?? "" }, addresses);
});
afterAll(async () => {
  await worker?.stop();
  await Promise.all([a?.stop(), b?.stop()]);
  application.close();
  local?.remove();
});

/** The mapping of both machines. */
function writeProject(): void {
  const at = (name: string): string => path.join(local.folder, name);
  const pem = readFileSync(at("PULL_CERT_SHOP.pem"));
  const accept = { issuer: "own", certificates: [fingerprintOf(new X509Certificate(pem).raw)] };
  const present = { by: "worker", binding: "PULL_CERT_TWO_0" };
  const entry = { origin: [`https://${A}`, `https://${B}`], present, accept };
  const issuers = { own: { certificates: "pki/issuer.pem" } };
  mkdirSync(at("pki"));
  writeFileSync(at("pki/issuer.pem"), local.issuer);
  const mapping = { version: 1, issuers, hosts: { [HOSTNAME]: entry } };
  writeFileSync(at("mapping.json"), JSON.stringify(mapping));
}

async function machine(hostname: string, listen = 0): Promise<OriginMachine> {
  const own = local.origins.get(hostname);
  if (own === undefined) throw new Error(hostname);
  return await startOriginMachine({
    folder: path.join(local.folder, hostname),
    project: local.folder,
    certificate: { pem: own.certificate, keyPem: own.key },
    application: `http://127.0.0.1:${(application.address() as AddressInfo).port}`,
    adminToken: "a-token-of-twenty-characters",
    listen,
    flags: [],
  });
}

interface Visited {
  readonly method: string;
  readonly status: number;
  readonly body: string;
}

/** Visitors who come again and again, eight at a time: three GETs to a POST. */
function startVisits(): { readonly all: Visited[]; readonly stop: () => Promise<void> } {
  const all: Visited[] = [];
  const stopping = new AbortController();
  let next = 0;
  const one = async (): Promise<void> => {
    while (!stopping.signal.aborted && next < 20_000) {
      next += 1;
      const method = next % 4 === 0 ? "POST" : "GET";
      const headers = { "X-Visit": String(next) };
      const ask = method === "POST" ? { method, headers, body: "one order" } : { method, headers };
      const { status, body } = await visit(worker.url, HOSTNAME, `/${next}`, ask);
      all.push({ method, status, body });
    }
  };
  const visitors = Array.from({ length: AT_ONCE }, one);
  return {
    all,
    stop: async () => {
      stopping.abort();
      await Promise.all(visitors);
    },
  };
}

it("where the first origin dies under load, every GET goes on at the second, and back when it is there again; no POST is made twice", async () => {
  const visits = startVisits();
  const answeredBy = async (host: string, method: string, from: number): Promise<void> => {
    const isIt = (one: Visited): boolean => one.method === method && one.body === host;
    await vi.waitUntil(() => visits.all.slice(from).filter(isIt).length >= 20, {
      timeout: 40_000,
      interval: 10,
    });
  };
  await answeredBy(A, "GET", 0);
  await answeredBy(A, "POST", 0);
  const before = visits.all.length;
  expect(visits.all.filter(({ status, body }) => status !== 200 || body !== A)).toEqual([]);

  const { port } = a;
  await a.kill();
  const killed = visits.all.length;
  await answeredBy(B, "GET", killed);
  await answeredBy(B, "POST", killed);
  a = await machine(A, port);
  const restarted = visits.all.length;
  await answeredBy(A, "GET", restarted);
  await answeredBy(A, "POST", restarted);
  await visits.stop();

  const failed = visits.all.filter(({ status }) => status !== 200);
  expect(failed.filter(({ method }) => method === "GET")).toEqual([]);
  // Those that were under way when it died, and those that told so.
  expect(failed.length).toBeLessThanOrEqual(AT_ONCE + 1);
  expect(failed.every(({ status }) => status === 502)).toBe(true);
  const posts = [...received.values()].filter(({ method }) => method === "POST");
  expect(posts.length).toBeGreaterThan(before / 8);
  expect(posts.filter(({ hosts }) => hosts.length > 1)).toEqual([]);
  // Nothing but the one certificate ever pulled, and neither verifier refused anything.
  for (const { events } of [a, b])
    expect(events.events.filter(({ event }) => event === "pull-refused")).toEqual([]);
  expect(worker.unbound).toEqual([]);
  const changes = worker.log.filter(({ event }) => String(event).startsWith("origin-"));
  expect(changes.map(({ event, origin }) => [event, origin])).toEqual([
    ["origin-failing", A],
    ["origin-back", A],
  ]);
});
