import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { CertificateAndKey } from "../../cli/certificates/certificate-and-key.ts";
import { runIn } from "../cli/support/run-pullproof.ts";
import { isMissing, NGINX } from "../servers/support/binaries.ts";
import { attempt, SHOP, statusOf } from "../support/verifier-world.ts";
import { useExample } from "./support/example-world.ts";

const example = useExample("behind-nginx");

const headOf = (more = ""): string =>
  `GET /cart HTTP/1.1\r\nHost: ${SHOP}\r\n${more}Connection: close\r\n\r\n`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Renders, as docs/servers.md says, and starts nginx with that. */
async function startNginx(application: string): Promise<number> {
  const { folder, keys } = example;
  const at = (file: string): string => join(folder, file);
  example.write({ "pull.pem": keys.shop.certificate });
  const port = await freePort();
  const files = ["--certificate", at("origin.pem"), "--key", at("origin.key"), "--out", folder];
  const where = ["--listen", `127.0.0.1:${port}`, "--application", `unix:${application}`];
  const rendered = await runIn(folder, "render", "nginx", ...files, ...where, "--log", at("log"));
  expect(rendered).toMatchObject({ status: 0 });
  // Its workers as the application's own user, who alone can open the socket.
  const user = `user ${userInfo().username};`;
  writeFileSync(at("nginx.conf"), `${user}\n${NGINX.wrap?.(folder).text ?? ""}`);
  const child = spawn(NGINX.binary, NGINX.start(folder), { stdio: "ignore" });
  example.end(async () => {
    child.kill();
    await once(child, "exit");
  });
  return port;
}

describe.skipIf(isMissing(NGINX))("behind nginx", () => {
  it("the application hears what nginx has judged, whatever a pull says of itself, and from nobody else", async () => {
    expect(await example.complaints()).toBe("");
    example.write(example.filesForShop());
    await example.start();
    const socket = join(example.folder, "application.sock");
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const port = await startNginx(socket);
    const { shop, stranger, unlisted } = example.keys;
    const asked = (as: CertificateAndKey | null, more = ""): Promise<string> =>
      attempt({ port }, as, {}, headOf(more)).catch(() => "");
    await vi.waitUntil(async () => statusOf(await asked(shop)) === 200, { timeout: 20_000 });

    expect(await asked(shop)).toContain("/cart for shop.example.com: accepted\n");
    const forged = "X-Pull-Hostname: blog.example.com\r\nX_Pull_Verdict: refused\r\n";
    expect(await asked(shop, forged)).toContain("/cart for shop.example.com: accepted\n");
    const claimed = "X-Pull-Hostname: shop.example.com\r\nX-Pull-Verdict: accepted\r\n";
    for (const other of [null, stranger, unlisted])
      expect(await asked(other, claimed)).not.toContain("accepted");

    const straight = connect(socket);
    straight.end("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(statusOf(Buffer.concat(await straight.toArray()).toString())).toBe(403);
  });
});
