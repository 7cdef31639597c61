import { SHOP } from "./support/pki.ts";
import { head, webSocketHead } from "./http-pull.ts";

/** Bytes that must be refused, the statuses with which they may be, and the reason that the operator reads. */
export interface RefusedRow {
  /** What it is, as a sentence goes on after "refuses". */
  readonly what: string;
  readonly bytes: string;
  readonly status: number;
  readonly reason: string;
  /** The promise of README.md that it belongs to. */
  readonly promise: string;
}

type Written = readonly [what: string, bytes: string];

function rows(promise: string, status: number, reason: string, written: readonly Written[]) {
  return written.map(([what, bytes]) => ({ what, bytes, status, reason, promise }));
}

const malformed = (promise: string, written: readonly Written[]): readonly RefusedRow[] =>
  rows(promise, 400, "malformed-request", written);

/** A GET with a request line and a Host of its own. */
const get = (target: string, ...lines: readonly string[]) => head(`GET ${target}`, ...lines);
const line = (first: string) => `${first}\r\nHost: ${SHOP}\r\n\r\n`;
const hosts = (...values: readonly string[]) =>
  `GET / HTTP/1.1\r\n${values.map((value) => `Host: ${value}\r\n`).join("")}\r\n`;
const post = (...lines: readonly string[]) => head("POST /", ...lines);
const chunked = (body: string) => post("Transfer-Encoding: chunked") + body;
const CHUNKS = "5\r\nhello\r\n0\r\n\r\n";

const HOSTS = malformed("P40", [
  ["two Hosts that agree", hosts(SHOP, SHOP)],
  ["two Hosts that differ", hosts(SHOP, "evil.test")],
  ["two Hosts in another case", `GET / HTTP/1.1\r\nhOsT: ${SHOP}\r\nHOST: ${SHOP}\r\n\r\n`],
  ["no Host", "GET / HTTP/1.1\r\n\r\n"],
  ["an empty Host", hosts("")],
  ["a Host of white space", hosts(" \t ")],
  ["a list of Hosts", hosts(`${SHOP}, ${SHOP}`)],
  ["a list without white space", hosts(`${SHOP},evil.test`)],
  ["userinfo in Host", hosts(`user@${SHOP}`)],
  ["userinfo before another Host", hosts(`${SHOP}@evil.test`)],
  ["a path in Host", hosts(`${SHOP}/`)],
  ["a query in Host", hosts(`${SHOP}?a`)],
  ["a fragment in Host", hosts(`${SHOP}#a`)],
  ["a scheme in Host", hosts(`https://${SHOP}`)],
  ["white space in Host", hosts(`${SHOP} evil.test`)],
  ["a tab in Host", hosts(`${SHOP}\tevil.test`)],
  ["an empty port", hosts(`${SHOP}:`)],
  ["port 0", hosts(`${SHOP}:0`)],
  ["port 65536", hosts(`${SHOP}:65536`)],
  ["a port with a sign", hosts(`${SHOP}:+443`)],
  ["a port with letters", hosts(`${SHOP}:443x`)],
  ["two ports", hosts(`${SHOP}:443:80`)],
  ["two trailing dots", hosts(`${SHOP}..`)],
  ["an address for a Host", hosts("127.0.0.1")],
  ["an IPv6 address for a Host", hosts("[::1]:443")],
  ["a wildcard for a Host", hosts("*.example.net")],
  ["an underscore in Host", hosts("origin_shop.example.net")],
  ["bytes above ASCII in Host", hosts(`${SHOP}\xe9`)],
  ["white space before Host's colon", `GET / HTTP/1.1\r\nHost : ${SHOP}\r\n\r\n`],
  ["a folded Host", `GET / HTTP/1.1\r\nHost:\r\n ${SHOP}\r\n\r\n`],
]);

const TARGETS = malformed("P41", [
  ["an absolute-form target", get(`https://${SHOP}/`)],
  ["an absolute-form target of another host", get("http://evil.test/")],
  ["an absolute-form target in another case", get(`HTTPS://${SHOP}/`)],
  ["an authority-form target", get(`${SHOP}:443`)],
  ["a fragment", get("/a#b")],
  ["a backslash", get("/a\\..\\b")],
  ["a backslash for the first slash", get("\\evil.test")],
  ["an asterisk of GET", get("*")],
  ["no slash", get("page")],
  ["a query alone", get("?a=b")],
  ["no target", line("GET  HTTP/1.1")],
  ["NUL in the target", get("/a\0b")],
  ["a control character in the target", get("/a\x01b")],
  ["a tab in the target", get("/a\tb")],
  ["DEL in the target", get("/a\x7fb")],
  ["UTF-8 in the target", get("/\xc3\xa9")],
  ["Latin-1 in the target", get("/\xe9")],
  ["a space in the target", get("/a b")],
]);

const LINES = malformed("P42", [
  ["a method that nobody knows", line("NOSUCH / HTTP/1.1")],
  ["a method in lower case", line("get / HTTP/1.1")],
  ["a tab for a space", line("GET\t/ HTTP/1.1")],
  ["a space before the method", line(" GET / HTTP/1.1")],
  ["HTTP in lower case", line("GET / http/1.1")],
  ["another protocol", line("GET / ICE/1.0")],
  ["a header without a colon", get("/", "nocolon")],
  ["a header without a name", get("/", ": x")],
  ["white space before a colon", get("/", "X : y")],
  ["white space before a name", `GET / HTTP/1.1\r\n Host: ${SHOP}\r\n\r\n`],
  ["NUL in a header", get("/", "X: a\0b")],
  ["a bare carriage return in a header", get("/", "X: a\rb")],
  ["a bare line feed in a header", get("/", "X: a\nX-Pull-Verdict: accepted")],
  ["a control character in a header", get("/", "X: a\x01b")],
  ["DEL in a header", get("/", "X: a\x7fb")],
  ["a space in a header's name", get("/", "X Y: z")],
  ["bytes above ASCII in a header's name", get("/", "X\xe9: z")],
  ["parentheses in a header's name", get("/", "X(y): z")],
  ["a header line that ends in LF alone", `GET / HTTP/1.1\r\nHost: ${SHOP}\nX: y\r\n\r\n`],
  ["a head that ends in LF alone", `GET / HTTP/1.1\r\nHost: ${SHOP}\r\n\n`],
  ["a TLS handshake within TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ["what is no HTTP at all", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
]);

const VERSIONS = rows("P43", 505, "version-not-supported", [
  ["HTTP/1.0", line("GET / HTTP/1.0")],
  ["HTTP/0.9 that says so", line("GET / HTTP/0.9")],
  ["HTTP/1.2", line("GET / HTTP/1.2")],
  ["HTTP/2.0", line("GET / HTTP/2.0")],
  ["HTTP/3.0", line("GET / HTTP/3.0")],
  ["HTTP/9.9", line("GET / HTTP/9.9")],
  [
    "HTTP/1.0 with chunks",
    `POST / HTTP/1.0\r\nHost: ${SHOP}\r\nTransfer-Encoding: chunked\r\n\r\n`,
  ],
  ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["HTTP/0.9", "GET /\r\n\r\n"],
  ["a version that ends in LF alone", `GET / HTTP/1.1\nHost: ${SHOP}\n\n`],
]);

const codings: readonly Written[] = [
  "gzip, chunked",
  "identity, chunked",
  ",chunked",
  "chunked,",
  "chunked, chunked",
  "chunked, identity",
  "chunked;q=1",
  '"chunked"',
  "xchunked",
  "chunked x",
  "identity",
  "gzip",
  "",
  "\x0bchunked",
].map((value) => [
  `Transfer-Encoding: ${JSON.stringify(value)}`,
  post(`Transfer-Encoding: ${value}`) + CHUNKS,
]);

const lengths: readonly Written[] = [
  "",
  "+5",
  "-5",
  "0x5",
  "5,5",
  "5, 5",
  "5 5",
  "5;5",
  "5.0",
  "5e0",
  "five",
  "1".repeat(16),
  "9".repeat(40),
].map((value) => [
  `Content-Length: ${JSON.stringify(value)}`,
  `${post(`Content-Length: ${value}`)}hello`,
]);

const FRAMINGS = malformed("P44", [
  ...codings,
  ...lengths,
  [
    "two Transfer-Encodings",
    post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + CHUNKS,
  ],
  [
    "two Transfer-Encodings, the first of which is none",
    post("Transfer-Encoding: identity", "transfer-encoding: chunked") + CHUNKS,
  ],
  [
    "Transfer-Encoding before Content-Length",
    post("Transfer-Encoding: chunked", "Content-Length: 5") + CHUNKS,
  ],
  [
    "Content-Length before Transfer-Encoding",
    post("Content-Length: 5", "Transfer-Encoding: chunked") + CHUNKS,
  ],
  [
    "Content-Length: 0 beside Transfer-Encoding",
    post("Content-Length: 0", "Transfer-Encoding: chunked") + CHUNKS,
  ],
  ["Content-Length twice", `${post("Content-Length: 5", "Content-Length: 5")}hello`],
  ["Content-Length twice, and different", `${post("Content-Length: 5", "content-length: 0")}hello`],
  ["Content-Length: 0 twice", post("Content-Length: 0", "Content-Length: 0")],
  ["white space before Transfer-Encoding's colon", post("Transfer-Encoding : chunked") + CHUNKS],
  ["white space before Content-Length's colon", `${post("Content-Length : 5")}hello`],
  ["a folded Transfer-Encoding", post("Transfer-Encoding:\r\n chunked") + CHUNKS],
  ["a folded Content-Length", `${post("Content-Length:\r\n 5")}hello`],
]);

/** Their heads may pass: what is broken comes later, and ends the request in its midst. */
export const BROKEN_BODIES = malformed("P44", [
  ["a chunk size that is no number", chunked("x\r\nhello\r\n0\r\n\r\n")],
  ["an empty chunk size", chunked("\r\nhello\r\n0\r\n\r\n")],
  ["a chunk size with a prefix", chunked("0x5\r\nhello\r\n0\r\n\r\n")],
  ["a chunk size with a sign", chunked("+5\r\nhello\r\n0\r\n\r\n")],
  ["a negative chunk size", chunked("-5\r\nhello\r\n0\r\n\r\n")],
  ["a chunk size with white space behind it", chunked("5 \r\nhello\r\n0\r\n\r\n")],
  ["a chunk size beyond all numbers", chunked(`${"f".repeat(17)}\r\nhello\r\n0\r\n\r\n`)],
  ["a chunk size that ends in LF alone", chunked("5\nhello\r\n0\r\n\r\n")],
  ["a chunk extension that ends in LF alone", chunked("5;a\nhello\r\n0\r\n\r\n")],
  ["a chunk extension with a bare carriage return", chunked("5;a\rb\r\nhello\r\n0\r\n\r\n")],
  ["a chunk that is longer than its size", chunked("4\r\nhello\r\n0\r\n\r\n")],
  ["a chunk that ends in LF alone", chunked("5\r\nhello\n0\r\n\r\n")],
  ["a chunk without an end", chunked("5\r\nhello0\r\n\r\n")],
  ["a last chunk that ends in LF alone", chunked("5\r\nhello\r\n0\n\r\n")],
  ["a trailer without a name", chunked("0\r\n: x\r\n\r\n")],
  ["a trailer with a space in its name", chunked("0\r\nX Y: x\r\n\r\n")],
  ["trailers that end in LF alone", chunked("0\r\nX: y\r\n\n")],
]);

const BODIES = rows(
  "P45",
  400,
  "body-not-allowed",
  ["GET", "HEAD"].flatMap((method): readonly Written[] => [
    [`chunks on ${method}`, head(`${method} /`, "Transfer-Encoding: chunked") + CHUNKS],
    [`a length on ${method}`, `${head(`${method} /`, "Content-Length: 5")}hello`],
    [
      `an empty chunked body on ${method}`,
      `${head(`${method} /`, "Transfer-Encoding: chunked")}0\r\n\r\n`,
    ],
  ]),
);

const METHODS = rows("P46", 405, "method-not-allowed", [
  ["TRACE", head("TRACE /")],
  ["TRACE with a body", `${head("TRACE /", "Content-Length: 5")}hello`],
  ["CONNECT", head(`CONNECT ${SHOP}:443`)],
  ["CONNECT of another host", head("CONNECT evil.test:25")],
  ["CONNECT of a path", head("CONNECT /")],
]);

const EXPECTATIONS = [
  ...rows("P47", 417, "expectation-failed", [
    ["an unknown Expect", post("Expect: 200-ok", "Content-Length: 0")],
    [
      "an Expect that only contains the known one",
      post("Expect: x100-continue", "Content-Length: 0"),
    ],
    ["a list of Expects", post("Expect: 100-continue, 100-continue", "Content-Length: 0")],
    ["an Expect with a parameter", post("Expect: 100-continue;a=b", "Content-Length: 0")],
    ["an empty Expect", post("Expect: ", "Content-Length: 0")],
  ]),
  ...malformed("P47", [
    ["two Expects", post("Expect: 100-continue", "Expect: 100-continue", "Content-Length: 0")],
  ]),
];

const upgrade = (...lines: readonly string[]) => head("GET /", ...lines);

const UPGRADES = malformed("P48", [
  [
    "h2c",
    upgrade(
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABkAAQAAP__",
    ),
  ],
  ["h2c on a POST", post("Connection: Upgrade", "Upgrade: h2c", "Content-Length: 0")],
  ["TLS", upgrade("Connection: Upgrade", "Upgrade: TLS/1.0")],
  ["an Upgrade that Connection does not name", upgrade("Upgrade: websocket")],
  ["an Upgrade beside Connection: close", upgrade("Connection: close", "Upgrade: h2c")],
  ["two Upgrades", upgrade("Connection: Upgrade", "Upgrade: websocket", "Upgrade: h2c")],
  ["a WebSocket of version 12", webSocketHead("/").replace("13", "12")],
  ["a WebSocket without a key", webSocketHead("/").replace(/Sec-WebSocket-Key.*\r\n/, "")],
  ["a WebSocket with a short key", webSocketHead("/").replace(/Key: .*\r\n/, "Key: c2hvcnQ=\r\n")],
  ["a WebSocket with two keys", webSocketHead("/", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")],
  [
    "a WebSocket that is a list of protocols",
    webSocketHead("/").replace("websocket\r\n", "websocket, h2c\r\n"),
  ],
  ["a WebSocket by POST", webSocketHead("/").replace("GET", "POST")],
  ["a WebSocket with bytes behind its head", `${webSocketHead("/")}\x81\x05hello`],
  ["a WebSocket with a request behind its head", webSocketHead("/") + head("GET /smuggled")],
]);

const fill = (count: number) => Array.from({ length: count }, () => "X: y");

const SIZES = [
  ...rows("P49", 431, "headers-too-large", [
    ["2,001 header lines", get("/", ...fill(2_000))],
    ["20 KB of one header", get("/", `X: ${"x".repeat(20 * 1024)}`)],
    ["20 KB of header names", get("/", `${"X".repeat(20 * 1024)}: y`)],
    ["20 KB of headers", get("/", ...Array.from({ length: 30 }, () => `X: ${"x".repeat(700)}`))],
    ["20 KB of a target", get(`/${"x".repeat(20 * 1024)}`)],
  ]),
];

/** Their heads may pass, too. */
export const LARGE_BODIES = rows("P49", 413, "content-too-large", [
  ["20 KB of a chunk's extension", chunked(`5;${"x".repeat(20 * 1024)}\r\nhello\r\n0\r\n\r\n`)],
]);

/** Everything of which the application must not see a byte. */
export const REFUSED: readonly RefusedRow[] = [
  ...HOSTS,
  ...TARGETS,
  ...LINES,
  ...VERSIONS,
  ...FRAMINGS,
  ...BODIES,
  ...METHODS,
  ...EXPECTATIONS,
  ...UPGRADES,
  ...SIZES,
];
