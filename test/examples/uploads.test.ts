import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { SHOP } from "../support/verifier-world.ts";
import { useExample } from "./support/example-world.ts";

const example = useExample("uploads");

const MIB = 1024 * 1024;
const BLOCK = randomBytes(MIB);

/** Uploads as fast as the other side takes it. */
async function put(port: number, mebibytes: number, breakOff = false) {
  const { originIssuer, shop } = example.keys;
  const sent = request({
    host: "127.0.0.1",
    port,
    servername: SHOP,
    ca: originIssuer.certificate,
    cert: shop.certificate,
    key: shop.key,
    agent: false,
    method: "PUT",
    headers: { Host: SHOP },
  });
  const answered = once(sent, "response").catch(() => []);
  const hash = createHash("sha256");
  for (let count = 0; count < mebibytes; count += 1) {
    hash.update(BLOCK);
    if (!sent.write(BLOCK)) await once(sent, "drain");
  }
  if (breakOff) sent.destroy();
  else sent.end();
  const [response] = (await answered) as [IncomingMessage?];
  const body = response === undefined ? "" : Buffer.concat(await response.toArray()).toString();
  return { status: response?.statusCode ?? 0, body, sha256: hash.digest("hex") };
}

/** The most memory that a process has had in RAM, in bytes (proc_pid_status(5)). */
function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

it("takes four uploads of 50 MiB in the memory of a few buffers, and gives no name to what breaks off", async () => {
  expect(await example.complaints()).toBe("");
  example.write(example.filesForShop());
  const { port, pid } = await example.start();
  await put(port, 1);
  const before = peakOf(pid);
  const all = await Promise.all([50, 50, 50, 50].map((mebibytes) => put(port, mebibytes)));
  for (const { status, body, sha256 } of all) {
    expect(status).toBe(201);
    expect(JSON.parse(body)).toEqual({ bytes: 50 * MIB, sha256 });
  }
  // Were they kept until they are whole, it would be 200.
  expect(peakOf(pid) - before).toBeLessThan(100 * MIB);

  await put(port, 5, true);
  const folder = join(example.folder, "uploads");
  await vi.waitUntil(() => readdirSync(folder).every((name) => !name.endsWith(".part")));
  // The one, and the four, which are equal.
  expect(readdirSync(folder)).toHaveLength(2);
});
