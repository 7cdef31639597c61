import { expect, test } from "vitest";
import { mayRepeat } from "../../worker/repeat.ts";

test.each([
  ["GET", false, true],
  ["HEAD", false, true],
  ["OPTIONS", false, true],
  ["OPTIONS", true, false],
  ["GET", true, false],
  ["POST", false, false],
  ["PUT", false, false],
  ["DELETE", false, false],
  ["PATCH", true, false],
  ["PROPFIND", false, false],
  ["get", false, false],
])("%s, with a body: %s, may be repeated: %s", (method, hasBody, expected) => {
  expect(mayRepeat({ method, headers: new Map() }, hasBody)).toBe(expected);
});

test.each([
  ["x-http-method-override", false],
  ["x-http-method", false],
  ["x-method-override", false],
  ["x_http_method_override", false],
  ["x.method_override", false],
  ["x-http-methods", true],
])("GET with %s may be repeated: %s", (name, expected) => {
  const headers = new Map([
    ["accept", "*/*"],
    [name, "DELETE"],
  ]);
  expect(mayRepeat({ method: "GET", headers }, false)).toBe(expected);
});
