import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { once } from "node:events";
import { signerOf, type CertificateAndKey } from "../../cli/certificates/certificate-and-key.ts";
import { issueIssuer } from "../../cli/certificates/issue-issuer.ts";
import { issueOriginCertificate, issuePullCertificate } from "../../cli/certificates/issue-leaf.ts";
import type { VerifierEvent } from "../../origin-verifier/events.ts";
import {
  createOriginVerifier,
  type GuardedServer,
  type OriginVerifier,
  type OriginVerifierOptions,
} from "../../origin-verifier/origin-verifier.ts";
import type { Hostname } from "../../shared/hostname.ts";
import { READER } from "./reader.ts";

/** Two hostnames with a certificate each, a stranger's certificate, an application that writes down what reached it. */
export const SHOP = "origin-shop.example.net" as Hostname;
export const BLOG = "origin-blog.example.net" as Hostname;

export interface Pki {
  readonly issuer: CertificateAndKey;
  readonly otherIssuer: CertificateAndKey;
  readonly strangerIssuer: CertificateAndKey;
  /** Of the origin certificates. */
  readonly originIssuer: CertificateAndKey;
  readonly shop: CertificateAndKey;
  readonly blog: CertificateAndKey;
  /** Signed by `otherIssuer`, which is an issuer of the mapping, but of no entry. */
  readonly other: CertificateAndKey;
  readonly stranger: CertificateAndKey;
  /** Signed by `issuer`, and in nobody's list. */
  readonly unlisted: CertificateAndKey;
  readonly origin: ReadonlyMap<Hostname, CertificateAndKey>;
}

const days = (n: number) => ({ keyType: "p256", days: n, now: new Date() }) as const;

let made: Promise<Pki> | undefined;

/** One throwaway PKI for all worlds of a test process. */
export function pki(): Promise<Pki> {
  made ??= makePki();
  return made;
}

async function pull(hostname: string, by: CertificateAndKey): Promise<CertificateAndKey> {
  const signer = signerOf(by);
  return issuePullCertificate({ hostname: hostname as Hostname, signer, ...days(10) });
}

async function makePki(): Promise<Pki> {
  const [issuer, otherIssuer, strangerIssuer, originIssuer] = (await Promise.all(
    ["own", "other", "stranger", "origins"].map((name) => issueIssuer({ name, ...days(30) })),
  )) as [CertificateAndKey, CertificateAndKey, CertificateAndKey, CertificateAndKey];
  const originSigner = signerOf(originIssuer);
  const origin = async (hostname: Hostname) =>
    [
      hostname,
      await issueOriginCertificate({ hostname, signer: originSigner, ...days(10) }),
    ] as const;
  return {
    issuer,
    otherIssuer,
    strangerIssuer,
    originIssuer,
    shop: await pull("shop.example.com", issuer),
    blog: await pull("blog.example.com", issuer),
    other: await pull("shop.example.com", otherIssuer),
    stranger: await pull("shop.example.com", strangerIssuer),
    unlisted: await pull("shop.example.com", issuer),
    origin: new Map([await origin(SHOP), await origin(BLOG)]),
  };
}

export interface VerifierWorld {
  readonly verifier: OriginVerifier;
  readonly server: GuardedServer;
  readonly port: number;
  readonly pki: Pki;
  readonly folder: string;
  readonly events: VerifierEvent[];
  /** What reached the application, in order. */
  readonly reached: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage["headers"];
    readonly rawHeaders: readonly string[];
    body: string;
  }[];
  /** Waits for the next refusal that is not yet taken, and takes it. */
  readonly nextRefusal: () => Promise<Extract<VerifierEvent, { event: "pull-refused" }>>;
  readonly writeMapping: (mapping: unknown) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface WorldOptions extends Partial<Omit<OriginVerifierOptions, "mapping" | "origins">> {
  /** In this process in place of the proxy. */
  readonly inProcess?: boolean;
  readonly mapping?: (pki: Pki) => unknown;
  /** Files beside the mapping. */
  readonly files?: Readonly<Record<string, string>>;
  readonly application?: (request: IncomingMessage, response: ServerResponse) => void;
}

function entry(origin: string, binding: string, certificate: CertificateAndKey) {
  return {
    origin: `https://${origin}`,
    present: { by: "worker", binding },
    accept: { issuer: "own", certificates: [certificate.fingerprint] as unknown, mode: "enforce" },
  };
}

export function plainMapping({ shop, blog }: Pki) {
  return {
    version: 1,
    issuers: {
      own: { certificates: "issuer.pem" },
      other: { certificates: "other.pem" },
    } as Record<string, unknown>,
    hosts: {
      "shop.example.com": entry(SHOP, "PULL_CERT_SHOP", shop),
      "blog.example.com": entry(BLOG, "PULL_CERT_BLOG", blog),
    } as Record<string, Record<string, unknown>>,
  };
}

export async function startVerifierWorld(options: WorldOptions = {}): Promise<VerifierWorld> {
  const { inProcess = false, mapping = plainMapping, application, ...others } = options;
  const { files: beside = {}, ...verifierOptions } = others;
  const keys = await pki();
  const folder = await mkdtemp(join(tmpdir(), "pullproof-verifier-"));
  const write = (name: string, text: string) =>
    writeFile(join(folder, name), text, { mode: 0o600 });
  const writeMapping = (value: unknown) => write("mapping.json", JSON.stringify(value, null, 2));
  await write("issuer.pem", keys.issuer.certificate);
  await write("other.pem", keys.otherIssuer.certificate);
  for (const [name, text] of Object.entries(beside)) await write(name, text);
  await writeMapping(mapping(keys));
  const files = new Map<Hostname, { certificate: string; key: string }>();
  for (const [hostname, { certificate, key }] of keys.origin) {
    await write(`${hostname}.pem`, certificate);
    await write(`${hostname}.key`, key);
    files.set(hostname, {
      certificate: join(folder, `${hostname}.pem`),
      key: join(folder, `${hostname}.key`),
    });
  }

  const events: VerifierEvent[] = [];
  const waiting: (() => void)[] = [];
  let taken = 0;
  const reached: VerifierWorld["reached"] = [];
  const answer = application ?? ((_request, response) => response.end("from the application"));
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = "", url = "", headers, rawHeaders } = request;
    const arrived = { method, url, headers: { ...headers }, rawHeaders, body: "" };
    reached.push(arrived);
    request.on("data", (chunk: Buffer) => (arrived.body += chunk.toString("latin1")));
    answer(request, response);
  };

  const verifier = await createOriginVerifier({
    reader: READER,
    ...verifierOptions,
    mapping: join(folder, "mapping.json"),
    origins: { by: "name", files },
    onEvent: (event) => {
      events.push(event);
      verifierOptions.onEvent?.(event);
      for (const wake of waiting.splice(0)) wake();
    },
  });
  const behind = createServer(handle);
  await new Promise<void>((resolve) => behind.listen(0, "127.0.0.1", resolve));
  const target = {
    by: "tcp",
    host: "127.0.0.1",
    port: (behind.address() as AddressInfo).port,
  } as const;
  const server = inProcess
    ? verifier.guard((request, response) => handle(request, response))
    : verifier.proxy(() => target);
  const { port } = await server.listen(0, "127.0.0.1");

  return {
    verifier,
    server,
    port,
    pki: keys,
    folder,
    events,
    reached,
    writeMapping,
    nextRefusal: async () => {
      for (;;) {
        for (; taken < events.length; taken += 1) {
          const event = events[taken];
          if (event?.event !== "pull-refused") continue;
          taken += 1;
          return event;
        }
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    close: async () => {
      await server.close(0);
      behind.closeAllConnections();
      await new Promise((resolve) => behind.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a TLS connection to a world, as a peer of any kind. */
export async function dial(
  world: Pick<VerifierWorld, "port">,
  peer: CertificateAndKey | null,
  options: ConnectionOptions = {},
): Promise<TLSSocket> {
  const socket = connect({
    host: "127.0.0.1",
    port: world.port,
    servername: SHOP,
    rejectUnauthorized: false,
    ...(peer === null ? {} : { cert: peer.certificate, key: peer.key }),
    ...options,
  });
  await once(socket, "secureConnect");
  return socket;
}

/** Sends bytes, and reads until the other side ends the connection, or has said `enough`. */
export async function exchange(
  socket: TLSSocket,
  bytes: string,
  enough: (text: string) => boolean = () => false,
): Promise<string> {
  let text = "";
  const done = new Promise<void>((resolve) => {
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (enough(text)) resolve();
    });
    socket.on("close", () => resolve());
    socket.on("error", () => resolve());
  });
  socket.write(bytes, "latin1");
  await done;
  socket.destroy();
  return text;
}

/** A whole attempt: what came back, and the empty string where not even the handshake did. */
export async function attempt(
  world: Pick<VerifierWorld, "port">,
  peer: CertificateAndKey | null,
  options: ConnectionOptions,
  bytes: string,
): Promise<string> {
  try {
    return await exchange(await dial(world, peer, options), bytes);
  } catch {
    return "";
  }
}

/** The status of an answer; null where nothing came. */
export function statusOf(text: string): number | null {
  const match = /^HTTP\/1\.1 (\d{3}) /.exec(text);
  return match === null ? null : Number(match[1]);
}
