import { expect, test } from "vitest";
import { getPlatformProxy, unstable_startWorker } from "wrangler";

const configuration = "wrangler.local.toml";

test("the Worker's binding makes a real handshake", async () => {
  const worker = await unstable_startWorker({
    config: configuration,
    dev: { server: { port: 0 }, inspector: false, logLevel: "error" },
  });
  try {
    const answer = await worker.fetch("http://theirs.example/orders");
    expect(await answer.json()).toMatchObject({ verdict: "accepted", path: "/orders" });
  } finally {
    await worker.dispose();
  }
});

test("so does the same binding in Node", async () => {
  const { env, dispose } = await getPlatformProxy<{ PARTNER: typeof globalThis }>({
    configPath: configuration,
    persist: false,
  });
  try {
    const answer = await env.PARTNER.fetch("https://api.partner.example/from-node");
    expect(await answer.json()).toMatchObject({ verdict: "accepted", path: "/from-node" });
  } finally {
    await dispose();
  }
});
