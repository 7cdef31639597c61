// An application on node:http, behind both locks. It reads mapping.json, origin.pem and origin.key where it is started:
//   node examples/node/server.ts
import { createOriginVerifier } from "pullproof/origin-verifier";
import { createOriginServer, pullOf } from "pullproof/origin-verifier/node";

const verifier = await createOriginVerifier({
  mapping: "mapping.json",
  origins: { by: "certificate", files: { certificate: "origin.pem", key: "origin.key" } },
  onEvent: (event) => console.error(JSON.stringify(event)),
});

// In place of https.createServer(options, listener).
const server = createOriginServer(verifier, (request, response) => {
  const pull = pullOf(request);
  response.end(`${request.url} for ${pull.hostname}: ${pull.verdict}\n`);
});

server.listen(Number(process.env["PORT"] ?? 8443), () => {
  console.log(`pulls are accepted on port ${server.address()?.port}`);
});
process.on("SIGHUP", () => void verifier.reload());
