import { expect, test } from "vitest";
import { parseApplicationTarget } from "../../../origin-verifier/application/application-target.ts";

test.each([
  ["http://127.0.0.1:3000", { by: "tcp", host: "127.0.0.1", port: 3_000 }],
  ["http://127.0.0.1:3000/", { by: "tcp", host: "127.0.0.1", port: 3_000 }],
  ["http://127.0.0.1", { by: "tcp", host: "127.0.0.1", port: 80 }],
  ["http://[::1]:65535", { by: "tcp", host: "::1", port: 65_535 }],
  ["http://app.internal:8080", { by: "tcp", host: "app.internal", port: 8_080 }],
  ["unix:/run/application.sock", { by: "unix", path: "/run/application.sock" }],
])("%s is an application's address", (raw, value) => {
  expect(parseApplicationTarget(raw)).toEqual({ ok: true, value });
});

test.each([
  "",
  "127.0.0.1:3000",
  "https://127.0.0.1:3000",
  "HTTP://127.0.0.1",
  "http://127.0.0.1:0",
  "http://127.0.0.1:03000",
  "http://127.0.0.1:65536",
  "http://127.0.0.1:",
  "http://127.0.0.1:3000/path",
  "http://127.0.0.1:3000?a",
  "http://user@127.0.0.1:3000",
  "http://::1:3000",
  "http://[::1",
  "http://a b",
  " http://127.0.0.1",
  "http://127.0.0.1 ",
  "http://127.0.0.1\n",
  "unix:run/application.sock",
  "unix:",
])("%j is none", (raw) => {
  expect(parseApplicationTarget(raw).ok).toBe(false);
});
