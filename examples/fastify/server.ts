// A Fastify 5 application behind both locks. It reads mapping.json, origin.pem and origin.key where it is started:
//   node examples/fastify/server.ts
import Fastify from "fastify";
import { createOriginVerifier } from "pullproof/origin-verifier";
import { originServer, pulls } from "pullproof/origin-verifier/fastify";

const verifier = await createOriginVerifier({
  mapping: "mapping.json",
  origins: { by: "certificate", files: { certificate: "origin.pem", key: "origin.key" } },
  onEvent: (event) => console.error(JSON.stringify(event)),
});

const app = Fastify({ serverFactory: originServer(verifier), trustProxy: true });
await app.register(pulls);

app.get("/", (request) => {
  const { pull } = request;
  return `${request.url} for ${pull.hostname}: ${pull.verdict}\n`;
});

// As ever; but on a server that hands on judged requests alone.
const address = await app.listen({ port: Number(process.env["PORT"] ?? 8443), host: "0.0.0.0" });
console.log(`pulls are accepted on port ${new URL(address).port}`);
process.on("SIGHUP", () => void verifier.reload());
