// One of two origins that do the same work: start it on each machine, with that machine's own origin certificate. It reads
// mapping.json, origin.pem and origin.key where it is started:
//   node examples/two-origins/server.ts
import { createOriginVerifier } from "pullproof/origin-verifier";
import { createOriginServer, pullOf } from "pullproof/origin-verifier/node";

const verifier = await createOriginVerifier({
  mapping: "mapping.json",
  origins: { by: "certificate", files: { certificate: "origin.pem", key: "origin.key" } },
  onEvent: (event) => console.error(JSON.stringify(event)),
});

const server = createOriginServer(verifier, (request, response) => {
  const { method, url, headers } = request;
  response.end(`${method} ${url} for ${pullOf(request).hostname} at ${headers.host}\n`);
});

server.listen(Number(process.env["PORT"] ?? 8443), () => {
  console.log(`pulls are accepted on port ${server.address()?.port}`);
});
process.on("SIGHUP", () => void verifier.reload());
// What is under way is answered; the Worker asks the other one from now on.
process.once("SIGTERM", () => server.close(() => process.exit(0)));
