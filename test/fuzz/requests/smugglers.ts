import { head } from "../../conformance/http-pull.ts";

/**
 * What has smuggled requests or identities past others: CL.TE, TE.CL, TE.TE, a body on GET, `Connection: content-length`,
 * underscores, folded lines, trailers, upgrades with early bytes.
 */
export const SMUGGLERS: readonly string[] = [
  `${head("POST /", "Transfer-Encoding: chunked")}5;x=y\r\nhello\r\n0\r\nX-Pull-Hostname: evil\r\n\r\n`,
  `${head("POST /", "Content-Length: 6", "Transfer-Encoding: chunked")}0\r\n\r\nG`,
  `${head("POST /", "Transfer-Encoding: gzip, chunked")}0\r\n\r\n`,
  `${head("POST /", "Transfer-Encoding: chunked", "Transfer-Encoding: identity")}0\r\n\r\n`,
  `${head("POST /", "Transfer-Encoding:\tchunked")}ffffffffffffffff\r\n`,
  head("GET /", "Content-Length: 40") + head("GET /smuggled"),
  `${head("DELETE /", "Connection: content-length", "Content-Length: 5")}hello`,
  head(
    "GET /",
    "x_pull_hostname: evil",
    "X-PULL-Fingerprint: x",
    "Connection: x-pull-verdict, host",
  ),
  head("GET /", "X-A: 1\r\n folded: 2"),
  head("GET /", "Host: origin-blog.example.net"),
  head("GET http://origin-blog.example.net/"),
  head("CONNECT origin-blog.example.net:443"),
  head("GET /first") + head("GET /second", "Host: evil.example.com") + head("GET /third"),
];
