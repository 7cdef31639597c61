import { env, exports } from "cloudflare:workers";
import { expect, test } from "vitest";

test("the Worker's binding makes a real handshake", async () => {
  const answer = await exports.default.fetch("http://theirs.example/orders");
  expect(await answer.json()).toMatchObject({ verdict: "accepted", path: "/orders" });
});

test("so does the same binding in the test itself", async () => {
  const { PARTNER } = env as unknown as { PARTNER: Fetcher };
  const answer = await PARTNER.fetch("https://api.partner.example/from-test");
  expect(await answer.json()).toMatchObject({ verdict: "accepted", path: "/from-test" });
});
