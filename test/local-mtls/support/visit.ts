import { request as httpRequest, type IncomingHttpHeaders } from "node:http";

/** What a visitor got. */
export interface Visit {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a visitor asks. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Visits a hostname at an address, over HTTP/1.1 with nothing added: Node's client, told every header. */
export async function visit(
  at: URL,
  hostname: string,
  path: string,
  ask: Ask = {},
): Promise<Visit> {
  const { method = "GET", headers = {}, body } = ask;
  return new Promise<Visit>((resolve, reject) => {
    const request = httpRequest(
      {
        host: at.hostname,
        port: at.port,
        path,
        method,
        headers: { Host: hostname, ...headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
