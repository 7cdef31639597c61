import { expect, it, vi } from "vitest";
import { visit } from "../local-mtls/support/visit.ts";
import { SHOP } from "../support/verifier-world.ts";
import { useExample } from "./support/example-world.ts";

const example = useExample("static-site");

it("is pulled once for all visitors who come while it is fresh, and serves nothing but its folder", async () => {
  expect(await example.complaints()).toBe("");
  example.write(example.filesForWorker("shop.example.com", `https://${SHOP}`, SHOP));
  const program = await example.start();
  const worker = await example.startWorker(program.port, program.port);
  const ask = (path: string, headers: Record<string, string> = {}) =>
    visit(worker.url, "shop.example.com", path, { headers });
  const first = await ask("/");
  expect(first).toMatchObject({ status: 200, body: expect.stringContaining("pulled here") });
  for (const path of ["/.env", "/server.ts", "/..%2fserver.ts", "/..%2forigin.key"])
    expect((await ask(path)).status).not.toBe(200);
  await vi.waitUntil(async () => (await ask("/")).headers["age"] !== undefined);

  // From here on there is nobody to pull from.
  await program.stop();
  expect(await ask("/")).toMatchObject({ status: 200, body: first.body });
  expect((await ask("/", { "If-None-Match": String(first.headers.etag) })).status).toBe(304);
  expect((await ask("/other")).status).toBe(502);
});
