import { SHOP } from "../support/verifier-world.ts";

/**
 * Where mutation starts: good pulls, and what has smuggled requests or identities past others (CL.TE, TE.CL, TE.TE,
 * a body on GET, `Connection: content-length`, underscores, obs-fold, trailers, upgrades with early bytes).
 */
export const CORPUS: readonly string[] = [
  request("GET /a"),
  request("GET /a", "X-Forwarded-For: 203.0.113.7", "X-Forwarded-Host: shop.example.com"),
  request("POST /b", "Content-Length: 5").concat("hello"),
  request("POST /c", "Transfer-Encoding: chunked").concat("5\r\nhello\r\n0\r\n\r\n"),
  request("POST /d", "Transfer-Encoding: chunked").concat(
    "5;x=y\r\nhello\r\n0\r\nX-Pull-Hostname: evil\r\n\r\n",
  ),
  request("POST /e", "Content-Length: 6", "Transfer-Encoding: chunked").concat("0\r\n\r\nG"),
  request("POST /f", "Transfer-Encoding: gzip, chunked").concat("0\r\n\r\n"),
  request("POST /g", "Transfer-Encoding: chunked", "Transfer-Encoding: identity").concat(
    "0\r\n\r\n",
  ),
  request("GET /h", "Content-Length: 40").concat(request("GET /smuggled")),
  request("DELETE /i", "Connection: content-length", "Content-Length: 5").concat("hello"),
  request(
    "GET /j",
    "x_pull_hostname: evil",
    "X-PULL-Fingerprint: sha256:0",
    "Connection: x-pull-verdict, host",
  ),
  request("GET /k", "X-A: 1\r\n folded: 2"),
  request("GET /l", "Host: origin-blog.example.net"),
  request("GET http://origin-blog.example.net/m"),
  request("OPTIONS *"),
  request("CONNECT origin-blog.example.net:443"),
  request(
    "GET /n",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ).concat("early"),
  request(
    "GET /o",
    "Connection: Upgrade, HTTP2-Settings",
    "Upgrade: h2c",
    "HTTP2-Settings: AAMAAABk",
  ),
  request("POST /p", "Expect: 100-continue", "Content-Length: 2").concat("ok"),
  request("GET /q").concat(request("GET /r", "Host: evil.example.com"), request("GET /s")),
];

/** Pieces that mean something to some reader of HTTP; put in anywhere. */
export const PIECES: readonly string[] = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  "\t",
  " ",
  ":",
  ";",
  ",",
  "0\r\n\r\n",
  "ffffffffffffffff\r\n",
  "Content-Length: 1\r\n",
  "Content-Length: +1\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding:\tchunked\r\n",
  "Transfer-Encoding : chunked\r\n",
  "Transfer_Encoding: chunked\r\n",
  "Host: origin-blog.example.net\r\n",
  "Connection: close\r\n",
  "Connection: host\r\n",
  "X-Pull-Hostname: evil.example.com\r\n",
  "HTTP/1.0",
  "HTTP/2.0",
  "é",
  "\u00ff",
  request("GET /smuggled"),
];

function request(line: string, ...headers: readonly string[]): string {
  return [`${line} HTTP/1.1`, `Host: ${SHOP}`, ...headers, "", ""].join("\r\n");
}
