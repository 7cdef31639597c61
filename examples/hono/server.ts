// A Hono application behind both locks. It reads mapping.json, origin.pem and origin.key where it is started:
//   node examples/hono/server.ts
import { Hono } from "hono";
import { createOriginVerifier } from "pullproof/origin-verifier";
import { createOriginServer, pulls } from "pullproof/origin-verifier/hono";

const app = new Hono().use(pulls).get("/", (c) => {
  const { pull } = c.var;
  return c.text(`${c.req.path} for ${pull.hostname}: ${pull.verdict}\n`);
});

const verifier = await createOriginVerifier({
  mapping: "mapping.json",
  origins: { by: "certificate", files: { certificate: "origin.pem", key: "origin.key" } },
  onEvent: (event) => console.error(JSON.stringify(event)),
});

// In place of serve({ fetch: app.fetch, port }).
const server = createOriginServer(verifier, app);

server.listen(Number(process.env["PORT"] ?? 8443), () => {
  console.log(`pulls are accepted on port ${server.address()?.port}`);
});
process.on("SIGHUP", () => void verifier.reload());
