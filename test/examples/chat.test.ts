import { once } from "node:events";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { attempt, SHOP } from "../support/verifier-world.ts";
import { useExample } from "./support/example-world.ts";

const example = useExample("chat");

it("two visitors talk through the Worker, and nobody straight", async () => {
  expect(await example.complaints()).toBe("");
  example.write(example.filesForWorker("shop.example.com", `https://${SHOP}`, SHOP));
  const { port } = await example.start();
  const worker = await example.startWorker(port, port);
  const come = async (): Promise<WebSocket> => {
    const headers = { Host: "shop.example.com" };
    const visitor = new WebSocket(`ws://${worker.url.host}/`, { headers });
    example.end(() => visitor.terminate());
    await once(visitor, "open");
    return visitor;
  };
  const [anna, bert] = [await come(), await come()];
  const [heard, heardBack] = [once(bert, "message"), once(anna, "message")];
  anna.send("hello, Bert");
  expect(String((await heard)[0])).toBe("hello, Bert");
  bert.send("hello, Anna");
  expect(String((await heardBack)[0])).toBe("hello, Anna");

  const upgrade = `GET / HTTP/1.1\r\nHost: ${SHOP}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
  expect(await attempt({ port }, null, {}, upgrade)).toBe("");
});
