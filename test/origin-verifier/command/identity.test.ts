import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { readFlags } from "../../../origin-verifier/command/read-flags.ts";
import { SHOP } from "../../support/verifier-world.ts";
import { readProxyHeader } from "../../support/proxy-header-reader.ts";
import { useBinWorld } from "./support/bin-world.ts";
import { pull } from "./support/pull.ts";

const { files: makeFiles, start } = useBinWorld();

const FLAGS = ["--mapping", "m", "--certificate", "c", "--key", "k", "--application", "unix:/a"];
const closing: (() => unknown)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

/** An application of bytes, that answers each connection's first bytes with 200. */
async function bytesThatCame(): Promise<{ readonly port: number; readonly bytes: Buffer[] }> {
  const bytes: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      bytes.push(chunk);
      if (chunk.includes("\r\n\r\n", chunk.length - 4))
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
  });
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { port: (server.address() as AddressInfo).port, bytes };
}

describe("what the application is told of a peer", () => {
  it("is said in so many words, or nothing starts", () => {
    for (const [flag, values] of [
      ["--client-cert-header", ["", "on", "LEAF", "all"]],
      ["--proxy-protocol", ["", "v1", "2", "V2"]],
    ] as const)
      for (const value of values)
        expect(readFlags([...FLAGS, flag, value], {})).toMatchObject({
          ask: "nothing",
          problems: [expect.stringMatching(new RegExp(`^${flag}: `))],
        });
    expect(readFlags(FLAGS, {})).toMatchObject({
      configuration: { clientCertHeader: "off", proxyProtocol: "off" },
    });
  });

  it("is neither certificate nor header of a connection where nothing is said", async () => {
    const files = await makeFiles();
    const application = await bytesThatCame();
    const bin = start(files.flags(`http://127.0.0.1:${application.port}`));
    expect((await pull(await bin.port("origin"), files.pki.shop)).status).toBe(200);
    const text = Buffer.concat(application.bytes).toString("latin1");
    expect(text).toMatch(/^GET /);
    expect(text).not.toContain("Client-Cert");
  });

  it.each(["flags", "a file"])("is both by %s", async (way) => {
    const files = await makeFiles();
    const application = await bytesThatCame();
    const address = `http://127.0.0.1:${application.port}`;
    const by = {
      flags: [...files.flags(address), "--client-cert-header", "chain", "--proxy-protocol", "v2"],
      "a file": ["--config", files.path("origin-verifier.json")],
    }[way] as readonly string[];
    await files.write(
      "origin-verifier.json",
      JSON.stringify({
        mapping: "mapping.json",
        listen: "127.0.0.1:0",
        clientCertHeader: "chain",
        proxyProtocol: "v2",
        origins: {
          [SHOP]: { certificate: `${SHOP}.pem`, key: `${SHOP}.key`, application: address },
        },
      }),
    );
    const bin = start(by);
    expect((await pull(await bin.port("origin"), files.pki.shop)).status).toBe(200);
    const bytes = Buffer.concat(application.bytes);
    const header = readProxyHeader(bytes);
    expect(header).toMatchObject({ family: "TCP4", ssl: { client: 0x07, verify: 0 } });
    const text = bytes.subarray(header?.length).toString("latin1");
    expect(text).toMatch(/^GET /);
    expect(text).toMatch(/\r\nClient-Cert: :[A-Za-z0-9+/]+=*:\r\nClient-Cert-Chain: :[^\r]+:\r\n/);
  });
});
