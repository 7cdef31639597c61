import { expect, test } from "vitest";
import { framingHeaders } from "../../../origin-verifier/application/framing-headers.ts";

test.each(["GET", "HEAD", "DELETE", "OPTIONS"])(
  "no body on %s is said by saying nothing",
  (method) => {
    expect(framingHeaders({ by: "none" }, method)).toEqual([]);
  },
);

test.each("POST PUT PATCH QUERY MKCOL COPY MOVE PROPFIND UNLOCK PURGE".split(" "))(
  "no body on %s is said, for some would wait for one, and Node would say it with chunks",
  (method) => {
    expect(framingHeaders({ by: "none" }, method)).toEqual(["Content-Length", "0"]);
  },
);

test.each(["GET", "POST", "DELETE", "OPTIONS"])("a body on %s is framed as it came", (method) => {
  expect(framingHeaders({ by: "length", bytes: 7 }, method)).toEqual(["Content-Length", "7"]);
  expect(framingHeaders({ by: "chunks" }, method)).toEqual(["Transfer-Encoding", "chunked"]);
});
