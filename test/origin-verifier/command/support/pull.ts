import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import type { CertificateAndKey } from "../../../../cli/certificates/certificate-and-key.ts";
import { SHOP } from "../../../support/verifier-world.ts";

/** What a pull came to. */
export interface Pulled {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Pulls from a verifier on this machine; rejects where there is no answer. */
export async function pull(
  port: number,
  certificate: CertificateAndKey | null,
  options: RequestOptions = {},
  hostname: string = SHOP,
): Promise<Pulled> {
  const presented =
    certificate === null ? {} : { cert: certificate.certificate, key: certificate.key };
  const request = httpsRequest({
    host: "127.0.0.1",
    port,
    servername: hostname,
    headers: { host: hostname },
    // Whose name the origin certificate has is the pulling side's question, and not asked here.
    rejectUnauthorized: false,
    agent: false,
    ...presented,
    ...options,
  });
  const answered = once(request, "response");
  request.end();
  const [response] = (await answered) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: await text(response),
  };
}
