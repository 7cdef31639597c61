import { once } from "node:events";
import {
  request,
  createServer as createPlain,
  type IncomingMessage,
  type RequestListener,
} from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { text } from "node:stream/consumers";
import type { TLSSocket, TlsOptions } from "node:tls";
import { afterEach } from "vitest";
import {
  signerOf,
  type CertificateAndKey,
  type Signer,
} from "../../../../cli/certificates/certificate-and-key.ts";
import { issueIssuer } from "../../../../cli/certificates/issue-issuer.ts";
import {
  issueOriginCertificate,
  issuePullCertificate,
} from "../../../../cli/certificates/issue-leaf.ts";
import { NO_LEVELS, type EdgeHost } from "../../../../cli/local-edge/edge-host.ts";
import type { EdgePull } from "../../../../cli/local-edge/edge-pull.ts";
import { startEdge, type EdgeSettings } from "../../../../cli/local-edge/start-edge.ts";
import { parseHostname, type Hostname } from "../../../../shared/hostname.ts";

const how = { keyType: "p256", days: 2, now: new Date() } as const;
export const DOCS = parseHostname("docs.example.com") as Hostname;

/** The certificates of a file's edges. */
export interface Pki {
  /** PEM, of the origin certificate's issuer. */
  readonly trust: string;
  readonly origin: CertificateAndKey;
  /** For another name. */
  readonly otherName: CertificateAndKey;
  /** For the right name, of an issuer that nobody trusts. */
  readonly untrusted: CertificateAndKey;
  /** Pull certificates, a level each. */
  readonly hostname: CertificateAndKey;
  readonly zone: CertificateAndKey;
  readonly shared: CertificateAndKey;
}

export async function makePki(): Promise<Pki> {
  const issuer = await issueIssuer({ name: "origins", ...how });
  const signer = signerOf(issuer);
  const nobody = signerOf(await issueIssuer({ name: "nobody", ...how }));
  const origin = async (name: string, by: Signer) =>
    await issueOriginCertificate({ hostname: parseHostname(name) as Hostname, signer: by, ...how });
  const pull = async () => await issuePullCertificate({ hostname: DOCS, signer, ...how });
  return {
    trust: issuer.certificate,
    origin: await origin(DOCS, signer),
    otherName: await origin("other.example.com", signer),
    untrusted: await origin(DOCS, nobody),
    hostname: await pull(),
    zone: await pull(),
    shared: await pull(),
  };
}

/** What an origin of a test was asked. */
export interface Seen {
  readonly scheme: "http" | "https";
  /** The fingerprint of what was presented; null for nothing. */
  readonly fingerprint: string | null;
  readonly request: IncomingMessage;
}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Listens on a port of the system's choice until the test is over. */
export async function listen(
  server: Server & { closeAllConnections?: () => void },
): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections?.();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** An origin that asks for a certificate, refuses nobody, and remembers who came; by TLS and without. */
export async function startOrigin(
  { certificate: cert, key }: CertificateAndKey,
  answer: RequestListener = (asked, response) => void asked.pipe(response),
  options: TlsOptions = {},
): Promise<{ tlsPort: number; plainPort: number; seen: Seen[] }> {
  const seen: Seen[] = [];
  const tls = createTls(
    { cert, key, requestCert: true, rejectUnauthorized: false, ...options },
    (asked, response) => {
      const fingerprint = (asked.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256;
      seen.push({ scheme: "https", fingerprint: own(fingerprint), request: asked });
      answer(asked, response);
    },
  );
  const plain = createPlain((asked, response) => {
    seen.push({ scheme: "http", fingerprint: null, request: asked });
    answer(asked, response);
  });
  return { tlsPort: await listen(tls), plainPort: await listen(plain), seen };
}

/** Node's way to write a fingerprint made into ours. */
function own(fingerprint: string | undefined): string | null {
  return fingerprint === undefined
    ? null
    : `sha256:${fingerprint.replaceAll(":", "").toLowerCase()}`;
}

/** An edge for docs.example.com, until the test is over. */
export async function startTestEdge(
  pki: Pki,
  origin: { readonly tlsPort: number; readonly plainPort?: number | null },
  host: Partial<EdgeHost> = {},
  settings: Partial<EdgeSettings> = {},
) {
  const pulls: EdgePull[] = [];
  const { tlsPort, plainPort = null } = origin;
  const proxied: EdgeHost = {
    originHostname: DOCS,
    origin: { host: "127.0.0.1", tlsPort, plainPort },
    sslMode: "strict",
    levels: NO_LEVELS,
    ...host,
  };
  const edge = await startEdge({
    port: 0,
    find: (hostname) => (hostname === DOCS ? proxied : undefined),
    trust: [pki.trust],
    onPull: (pull) => pulls.push(pull),
    ...settings,
  });
  ends.push(edge.close);
  const visit = async (path = "/", asked: Parameters<typeof open>[2] = {}) => {
    const sent = open(edge.port, path, asked);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };
  return { port: edge.port, pulls, visit };
}

/** A visitor's request, under way. */
export function open(
  port: number,
  path = "/",
  {
    method = "GET",
    headers = {},
    body = "",
  }: { method?: string; headers?: object; body?: string } = {},
) {
  const sent = request({ port, path, method, headers: { host: DOCS, ...headers }, agent: false });
  sent.end(body);
  return sent;
}
